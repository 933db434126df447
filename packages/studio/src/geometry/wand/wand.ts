/**
 * The wand: the region of like colour around a point, as QuPath's (`WandToolEventHandler`: smoothing, flood fill with a fixed range by the standard
 * deviation of the picture around the point, closing, outer contour).
 */
import { FtuError, objectsOf, outlinesOf, type Raster, raster, runsOfRaster } from '@ftuseg/core';
import type { FlatPolygon } from '../../protocol/objects.js';
import { canonicalForm, polygonsOfRings } from '../canonical.js';
import { toGrid } from '../grid.js';
import { simplifyPolygons } from '../simplify.js';
import { closed } from './close-mask.js';
import { smoothed } from './smooth.js';

export interface WandOptions {
  /** Standard deviation of the smoothing, in pixels of the picture; QuPath's default is 4. */
  readonly sigma?: number | undefined;
  /** A channel may differ by the picture's standard deviation over this; QuPath's default is 2. More takes less. */
  readonly sensitivity?: number | undefined;
}

/** Pixels of a side of the picture that QuPath looks at around the pointer. */
export const WAND_SIDE = 149;
/** Pixels of the largest side that is taken. */
const MAX_SIDE = 1024;

/**
 * @param picture RGB around the point, best `WAND_SIDE` pixels wide and high; the region ends at its border
 * @param placement level-0 pixels of the picture's corner, and level-0 pixels for each of its own
 * @param point level-0 pixels, in the picture
 * @returns one polygon without holes, in its canonical form, within a pixel of the picture of the region's edge; an empty list for a point outside
 * @throws FtuError `bad-input` for a picture that is not RGB or too large
 */
export function wand(
  picture: Raster,
  placement: { readonly x: number; readonly y: number; readonly downsample: number },
  point: { readonly x: number; readonly y: number },
  { sigma = 4, sensitivity = 2 }: WandOptions = {},
): FlatPolygon[] {
  const { width, height, channels } = picture;
  if (channels !== 3 || width > MAX_SIDE || height > MAX_SIDE) {
    throw new FtuError('bad-input', `the wand takes RGB of at most ${MAX_SIDE} x ${MAX_SIDE} pixels`);
  }
  const seedX = Math.floor((point.x - placement.x) / placement.downsample);
  const seedY = Math.floor((point.y - placement.y) / placement.downsample);
  if (seedX < 0 || seedY < 0 || seedX >= width || seedY >= height) return [];
  const smooth = smoothed(picture, Math.max(0.5, sigma));
  const taken = filled(smooth, width, height, seedY * width + seedX, rangesOf(smooth, sensitivity));
  const region = outlineAround(closed(taken, width, height), width, height, seedX, seedY);
  const simple = simplifyPolygons(region, 1);
  return polygonsOfRings(
    simple.slice(0, 1).flatMap((rings) =>
      rings.slice(0, 1).map((ring) => {
        const placed = ring.map((value, i) => (i % 2 === 0 ? placement.x : placement.y) + value * placement.downsample);
        return toGrid(placed);
      }),
    ),
  );
}

/** By how much each channel may differ from the point's. */
function rangesOf(smooth: Float32Array, sensitivity: number): number[] {
  const count = smooth.length / 3;
  return [0, 1, 2].map((channel) => {
    let [sum, squares] = [0, 0];
    for (let i = channel; i < smooth.length; i += 3) {
      sum += smooth[i] ?? 0;
      squares += (smooth[i] ?? 0) ** 2;
    }
    return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)) / Math.max(0.01, sensitivity);
  });
}

/** 4-connected, every channel within its range of the first pixel's. */
function filled(
  smooth: Float32Array,
  width: number,
  height: number,
  seed: number,
  ranges: readonly number[],
): Uint8Array {
  const mask = new Uint8Array(width * height);
  const waiting = [seed];
  const visit = (at: number): void => {
    if (mask[at] === 1) return;
    for (const [channel, range] of ranges.entries()) {
      if (Math.abs((smooth[3 * at + channel] ?? 0) - (smooth[3 * seed + channel] ?? 0)) > range) return;
    }
    mask[at] = 1;
    waiting.push(at);
  };
  mask[seed] = 1;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const x = at % width;
    if (x > 0) visit(at - 1);
    if (x < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at < width * (height - 1)) visit(at + width);
  }
  return mask;
}

/** The outer ring of the 4-connected piece that a pixel lies in. */
function outlineAround(mask: Uint8Array, width: number, height: number, x: number, y: number): FlatPolygon[] {
  const runs = runsOfRaster(raster(width, height, 1, mask));
  const pieces = objectsOf(runs, 4);
  let own = -1;
  for (let run = runs.columns[x] ?? 0; run < (runs.columns[x + 1] ?? 0); run++) {
    if ((runs.starts[run] ?? 0) <= y && y < (runs.ends[run] ?? 0)) own = pieces.objectOf[run] ?? -1;
  }
  const outer = outlinesOf(runs, pieces)[own]?.[0]?.rings[0];
  return outer === undefined ? [] : canonicalForm([[toGrid(Array.from(outer))]]);
}
