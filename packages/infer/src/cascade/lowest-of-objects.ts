/** The lowest value of a map of blocks under each object of a mask: up to this threshold the object lies wholly in what is looked at again. */
import type { RunMask, RunObjects } from '@ftuseg/core';
import { BLOCK, type BlockMap } from './block-map.js';

/**
 * @param values of the map's blocks, such as the map widened by a margin
 * @param mask level-0 pixels
 * @returns 0..255 for each object
 */
export function lowestOfObjects(
  { grid, columns, rows }: BlockMap,
  values: Uint8Array,
  mask: RunMask,
  { objects, objectOf }: RunObjects,
): Uint8Array {
  const lowest = new Uint8Array(objects.length).fill(255);
  const across = grid.width / mask.width / BLOCK;
  const down = grid.height / mask.height / BLOCK;
  // A pixel lies in as many blocks as its sides do.
  const blockOf = (at: number, factor: number, count: number): number =>
    Math.min(Math.max(Math.floor(at * factor), 0), count - 1);
  const last = (end: number, factor: number, count: number): number =>
    Math.min(Math.max(Math.ceil(end * factor) - 1, 0), count - 1);
  for (let x = 0; x < mask.width; x++) {
    const [left, right] = [blockOf(x, across, columns), last(x + 1, across, columns)];
    for (let run = mask.columns[x] as number; run < (mask.columns[x + 1] as number); run++) {
      const object = objectOf[run] as number;
      const top = blockOf(mask.starts[run] as number, down, rows);
      const bottom = last(mask.ends[run] as number, down, rows);
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          const value = values[row * columns + column] as number;
          if (value < (lowest[object] as number)) lowest[object] = value;
        }
      }
    }
  }
  return lowest;
}
