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
  readonly role: SourceConfig['role'];
}

/**
 * @param role of the source; undefined: it is the main data set
 * @throws FtuError 'bad-input' for a data set with predicted labels that is not a source of role pseudo, and one without labels in any role but unlabelled
 */
export function requirePseudoRole({ labels, folder }: Dataset, role: SourceConfig['role'] | undefined): void {
  if (role === 'unlabelled') return;
  const as = role === undefined ? 'the main data set' : `a source of role ${role}`;
  if (labels === 'none') {
    throw new FtuError('bad-input', `it has no labels, so that it cannot be ${as}`, {
      subject: folder,
      hint: 'give it as a source of role unlabelled',
    });
  }
  if (labels !== 'predicted' || role === 'pseudo') return;
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
 * The slides with the pictures that they were made from, where predicted labels are among them: a pseudo-labelled slide may be an official one, and then it
 * must not train where that one validates.
 */
export async function withPictures<S extends SlideOfSource>(
  slides: readonly S[],
): Promise<readonly (S & { readonly picture?: string | undefined })[]> {
  if (slides.every(({ role }) => role !== 'pseudo' && role !== 'unlabelled')) return slides;
  return Promise.all(slides.map(async (entry) => ({ ...entry, picture: await imageOf(entry.slide) })));
}
