/**
 * Predicted labels never validate: a score against predictions of the network's own first stage says nothing. The data set itself records that its
 * labels are predicted, so that no setting can forget it.
 */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { isAddress } from '@ftuseg/files';
import type { Dataset, PreparedSlide } from '@ftuseg/folders';
import type { SourceConfig } from '../config/sampling.js';

/** What is asked of a slide here. */
interface SlideOfSource {
  readonly slide: PreparedSlide;
  readonly source: string;
  readonly role: SourceConfig['role'];
}

/**
 * @param role of the source; undefined: it is the main data set
 * @throws FtuError 'bad-input' for a data set with predicted labels that is not a source of role pseudo
 */
export function requirePseudoRole({ labels, folder }: Dataset, role: SourceConfig['role'] | undefined): void {
  if (labels !== 'predicted' || role === 'pseudo') return;
  const as = role === undefined ? 'the main data set' : `a source of role ${role}`;
  throw new FtuError('bad-input', `its labels are predictions, so that it cannot be ${as}`, {
    subject: folder,
    hint: 'give it as a source of role pseudo',
  });
}

/** The picture that a slide was made from; a link and what it leads to are one. */
async function imageOf({ inputs }: PreparedSlide): Promise<string | undefined> {
  const path = inputs[0]?.path;
  if (path === undefined) return undefined;
  return realpath(path).catch(() => (isAddress(path) ? path : resolve(path)));
}

/**
 * An official slide that a pseudo source holds too would train by the predictions of models that were trained on it, in the very fold that
 * validates on it.
 *
 * @throws FtuError 'bad-input' naming the slide
 */
export async function refuseOfficialPseudo(slides: readonly SlideOfSource[]): Promise<void> {
  const pseudo = slides.filter(({ role }) => role === 'pseudo');
  if (pseudo.length === 0) return;
  const official = new Map<string, SlideOfSource>();
  for (const entry of slides) {
    const image = entry.role === 'official' ? await imageOf(entry.slide) : undefined;
    if (image !== undefined) official.set(image, entry);
  }
  for (const { slide, source } of pseudo) {
    const image = await imageOf(slide);
    const same = image === undefined ? undefined : official.get(image);
    if (same === undefined) continue;
    throw new FtuError('bad-input', `its slide "${slide.id}" is official too, as "${same.slide.id}" (${image})`, {
      subject: `sources.${source}`,
      hint: 'pseudo-label slides that are not in the official data',
    });
  }
}
