/**
 * Places where the network saw objects that are none, as windows are drawn from them: hard negatives (Sung & Poggio 1998; Felzenszwalb et al. 2010). They
 * change from round to round, while everything else that windows are drawn from stays.
 */
import type { Random } from '@ftuseg/core';

export interface HardPlaces {
  /** slide, x, y, width, height of each, five numbers each, working-resolution pixels. */
  readonly boxes: Int32Array;
  /** Rises to 1: the share of each in the false probability mass of all. */
  readonly cumulative: Float64Array;
}

export const noHardPlaces: HardPlaces = { boxes: new Int32Array(), cumulative: new Float64Array() };

/** The first entry above a value, in an array that rises. */
export function firstAbove(cumulative: Float64Array, value: number): number {
  let [from, to] = [0, cumulative.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((cumulative[middle] as number) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}

export interface HardPlace {
  readonly slide: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A place by its share; undefined where there is none. */
export function drawHardPlace(random: Random, { boxes, cumulative }: HardPlaces): HardPlace | undefined {
  if (cumulative.length === 0) return undefined;
  const at = 5 * firstAbove(cumulative, random.next());
  const [slide = 0, x = 0, y = 0, width = 0, height = 0] = boxes.subarray(at, at + 5);
  return { slide, x, y, width, height };
}
