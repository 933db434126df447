/**
 * Which pixel of a shape belongs to which of its summits. Flooding from the highest pixels down (Vincent & Soille, "Watersheds in digital
 * spaces", PAMI 1991); a summit that rises too little above the pass to a higher one is no summit of its own (the h-maxima transform
 * by dynamics: Grimaud 1992).
 */
import { BasinForest, type WatershedOptions } from './basin-forest.js';

export interface Watershed {
  /** For each pixel its basin, from 0, the highest summit first; -1 outside. */
  readonly basins: Int32Array;
  /** The highest pixel of each basin. */
  readonly summits: readonly number[];
}

/**
 * @param squared heights, as squares, whole numbers, row by row; 0 is outside, and so must be the first and last row and column
 * @example
 * watershed(squaredDistances(inside, width, height), width, { depth: 20, minimumDistance: 100 }).summits.length; // glomeruli
 */
export function watershed(squared: Int32Array, width: number, options: WatershedOptions): Watershed {
  const basins = new Int32Array(squared.length).fill(-1);
  const forest = new BasinForest(squared, width, options);
  const offsets = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
  const order = downhill(squared);
  for (let i = 0; i < order.length; i++) {
    const pixel = order[i] as number;
    let [steepest, basin, seen] = [-1, -1, -1];
    for (let k = 0; k < offsets.length; k++) {
      const at = pixel + (offsets[k] as number);
      const other = basins[at] as number;
      if (other < 0) continue;
      const uphill = (squared[at] as number) > steepest;
      // Most neighbours lie in one basin.
      if (other !== seen) {
        const root = forest.root(other);
        basin = basin < 0 ? root : forest.meet(basin, root, pixel, uphill);
        seen = other;
      }
      if (uphill) steepest = squared[at] as number;
    }
    basins[pixel] = basin < 0 ? forest.found(pixel) : basin;
  }
  return forest.numbered(basins);
}

/** Pixels inside, the highest first, and in reading order where they are level: sorted by counting. */
function downhill(squared: Int32Array): Uint32Array {
  let highest = 0;
  for (let at = 0; at < squared.length; at++) highest = Math.max(highest, squared[at] as number);
  const next = new Uint32Array(highest + 2);
  for (let at = 0; at < squared.length; at++) {
    const after = highest - (squared[at] as number) + 1;
    next[after] = (next[after] as number) + 1;
  }
  for (let i = 1; i < next.length; i++) next[i] = (next[i] as number) + (next[i - 1] as number);
  const order = new Uint32Array(next[highest] as number);
  for (let pixel = 0; pixel < squared.length; pixel++) {
    const value = squared[pixel] as number;
    if (value === 0) continue;
    const place = next[highest - value] as number;
    order[place] = pixel;
    next[highest - value] = place + 1;
  }
  return order;
}
