/** Finds the format of a file among those of the registry. */
import type { FileStart, FolderStart, SlideFormat } from './format.js';
import * as registry from './registry.js';

const all: readonly SlideFormat[] = Object.values(registry);

/** Special formats before those that they are made of. */
export const slideFormats: readonly SlideFormat[] = [
  ...all.filter(({ isBase }) => isBase !== true),
  ...all.filter(({ isBase }) => isBase === true),
];

/** Formats that a file may have, the likeliest first. */
export const formatsOf = (start: FileStart): readonly SlideFormat[] =>
  slideFormats.filter((format) => format.probe(start));

/** Formats of which a folder may be a slide. */
export const formatsOfFolder = (start: FolderStart): readonly SlideFormat[] =>
  slideFormats.filter(({ folder }) => folder?.probe(start) === true);

/** The longest ending of a name that is one of a slide, in small letters; undefined for any other name. */
function endingOf(name: string): string | undefined {
  const small = name.toLowerCase();
  const found = slideFormats.flatMap(({ endings }) => endings).filter((ending) => small.endsWith(`.${ending}`));
  return found.sort((a, b) => b.length - a.length)[0];
}

/**
 * Whether a file of this name may be a slide.
 * @example
 * isSlideName('scan.SVS'); // true
 */
export const isSlideName = (name: string): boolean => endingOf(name) !== undefined;

/** Whether a folder of this name may be a slide. */
export const isSlideFolderName = (name: string): boolean => formatOfEnding(name)?.folder !== undefined;

/** A name without the ending of a slide; any other name as it is. */
export function withoutEnding(name: string): string {
  const ending = endingOf(name);
  return ending === undefined ? name : name.slice(0, -ending.length - 1);
}

/** The format that a name stands for. */
export function formatOfEnding(name: string): SlideFormat | undefined {
  const ending = endingOf(name);
  return ending === undefined ? undefined : slideFormats.find(({ endings }) => endings.includes(ending));
}
