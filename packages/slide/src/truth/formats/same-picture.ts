/**
 * Whether annotations were drawn on the slide that they are given for, or on another picture or a smaller one: by names, of which folders and endings change, and
 * by size.
 */
import { nameForm } from '@ftuseg/core';
import type { JsonValue } from '../../geojson/json-values.js';
import { SlideError } from '../../slide-error.js';
import type { AnnotatedSlide } from './format.js';

/** Names are compared in one form of Unicode. */
const partsOf = (path: string): string[] =>
  nameForm(path)
    .split(/[\\/]/)
    .filter((part) => part !== '');

/** The last part of a path. */
export const nameIn = (path: string): string => partsOf(path).at(-1) ?? path;
/** A name without its ending. */
export const stem = (name: string): string => name.replace(/(\.ome)?\.[^.]+$/i, '');
export const stemIn = (path: string): string => stem(nameIn(path));

/** How many folders above the file, from the nearest on, are called the same. */
export function foldersInCommon(a: string, b: string): number {
  const [first, second] = [partsOf(a).reverse().slice(1), partsOf(b).reverse().slice(1)];
  const differ = first.findIndex((part, i) => part !== second[i]);
  return differ === -1 ? first.length : differ;
}

/** @throws SlideError `bad-input` where the file says another size; one that it does not say is not compared */
export function checkPictureSize(
  { width, height }: { readonly width: JsonValue | undefined; readonly height: JsonValue | undefined },
  slide: AnnotatedSlide,
  subject: string,
): void {
  if (typeof width !== 'number' || typeof height !== 'number') return;
  if (width === slide.width && height === slide.height) return;
  throw new SlideError(
    'bad-input',
    `the annotations are of a picture of ${width} x ${height}, slide ${slide.id} is ${slide.width} x ${slide.height}`,
    { subject, hint: 'give the picture that they were drawn on, or scale them to level 0 of the slide' },
  );
}
