/** What the values of a tile's mask mean, and the class map that reads them back. */
import { type Raster, raster } from '@ftuseg/core';
import { type ClassMap, showClasses } from '@ftuseg/slide';
import { UNCERTAIN } from '@ftuseg/train';

/** The label of pixels of which nothing is known. Data sets have at most 8 classes. */
export const UNKNOWN_LABEL = 255;

/** In pictures of one class, which a person looks at: white for the class, grey for what is unknown. */
const VISIBLE = { object: 255, unknown: 128 } as const;

/**
 * A label per pixel from a byte per pixel with bit c for class c: the number of the class, from 1. Where classes overlap, the later one in
 * the data set's list is kept.
 *
 * @param soft one channel per class, as a data set keeps it: a pixel that no class certainly has, and one of them may have, becomes `UNKNOWN_LABEL`
 */
export function labelsOfBits({ width, height, data }: Raster, soft?: Raster): Raster {
  const labels = data.map((bits) => 32 - Math.clz32(bits));
  for (let i = 0; soft !== undefined && i < soft.data.length; i++) {
    const pixel = Math.floor(i / soft.channels);
    if (soft.data[i] === UNCERTAIN && labels[pixel] === 0) labels[pixel] = UNKNOWN_LABEL;
  }
  return raster(width, height, 1, labels);
}

/** A mask of one class that a person can see. */
export const visibleLabels = ({ width, height, data }: Raster): Raster =>
  raster(
    width,
    height,
    1,
    data.map((label) => (label === UNKNOWN_LABEL ? VISIBLE.unknown : label * VISIBLE.object)),
  );

/**
 * The class map that reads masks of exported tiles as the data set has them.
 *
 * @param visible whether masks of a single class are those of `visibleLabels`
 * @param unknown whether anything is unknown in them
 */
export function mapOfTiles(
  names: readonly string[],
  { visible, unknown }: { visible: boolean; unknown: boolean },
): string {
  const single = visible && names.length === 1;
  const values = single ? [[VISIBLE.object]] : names.map((_, c) => [c + 1]);
  const ignored = { values: [single ? VISIBLE.unknown : UNKNOWN_LABEL], objects: [] };
  const map: ClassMap = { names, values, ...(unknown && { areas: { ignore: ignored } }) };
  return showClasses(map);
}
