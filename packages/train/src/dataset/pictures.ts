/**
 * Which slides of all sources are one picture: two rows of a table, an official slide and its pseudo-labelled twin, a copy in another data set. One picture
 * must not train and validate, whatever its rows are called.
 */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isAddress } from '@ftuseg/files';
import type { PreparedSlide } from '@ftuseg/folders';

/** The file that a slide was made from; a link and what it leads to are one. */
export async function fileOf({ inputs }: Pick<PreparedSlide, 'inputs'>): Promise<string | undefined> {
  const path = inputs[0]?.path;
  if (path === undefined) return undefined;
  return realpath(path).catch(() => (isAddress(path) ? path : resolve(path)));
}

/** What a prepared picture holds: a copy of a file has another name and the same pixels. Undefined in data sets of earlier versions. */
function contentOf({ checksums, width, height, sourceWidth, sourceHeight }: PreparedSlide): string | undefined {
  return checksums && [checksums.image, width, height, sourceWidth, sourceHeight].join(' ');
}

const isLabelled = ({ pixels }: PreparedSlide): boolean => Object.values(pixels).some((count) => count > 0);

/**
 * The slides with the name of their picture, which is that of the first slide with the same file or the same pixels; undefined where a data set tells
 * neither. Pixels count where somebody labelled an object in them: tiles of bare glass are alike whomever they are of.
 */
export async function withPictures<S extends { readonly slide: PreparedSlide }>(
  slides: readonly S[],
): Promise<readonly (S & { readonly picture: string | undefined })[]> {
  const files = await Promise.all(slides.map(({ slide }) => fileOf(slide)));
  const labelled = new Set(slides.flatMap(({ slide }) => (isLabelled(slide) ? (contentOf(slide) ?? []) : [])));
  const pictures = new Map<string, string>();
  return slides.map((entry, i) => {
    const content = contentOf(entry.slide);
    const names = [files[i], content !== undefined && labelled.has(content) ? content : undefined].filter(
      (name) => name !== undefined,
    );
    const known = names.find((name) => pictures.has(name)) ?? names[0];
    const picture = known === undefined ? undefined : (pictures.get(known) ?? known);
    if (picture !== undefined) for (const name of names) pictures.set(name, picture);
    return { ...entry, picture };
  });
}
