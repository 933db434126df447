/**
 * What the colours of a slide are by a method of normalisation, as plain numbers: a model card holds those that its network was trained on, so that every slide
 * is brought to the same ones.
 */
import type { Raster } from '../raster/raster.js';
import { STAINED, saturationOf } from '../raster/tissue.js';

export const stainMethods = ['reinhard', 'macenko'] as const;
export type StainMethod = (typeof stainMethods)[number];

/** Three channels. */
export type Triple = readonly [number, number, number];

/** Mean and standard deviation of stained pixels in l, alpha, beta (Ruderman et al. 1998), of 0..255 and natural logarithms. */
export interface ReinhardStatistics {
  readonly method: 'reinhard';
  readonly mean: Triple;
  readonly std: Triple;
}

/** Optical densities of a unit of haematoxylin and of the second stain, and how much of each there is: the 99th percentile. */
export interface MacenkoStatistics {
  readonly method: 'macenko';
  readonly vectors: readonly [Triple, Triple];
  readonly amounts: readonly [number, number];
}

export type StainStatistics = ReinhardStatistics | MacenkoStatistics;

/**
 * The colours that slides get where nobody names a slide of their own: those of HistomicsTK's example for Reinhard, and those of Macenko's own
 * reference picture as the MATLAB code of Veta et al. has them.
 */
export const standardStain: { readonly [M in StainMethod]: StainStatistics & { readonly method: M } } = {
  reinhard: {
    method: 'reinhard',
    mean: [8.74108109, -0.12440419, 0.0444982],
    std: [0.6135447, 0.10989545, 0.0286032],
  },
  macenko: {
    method: 'macenko',
    vectors: [
      [0.5626, 0.7201, 0.4062],
      [0.2159, 0.8012, 0.5581],
    ],
    amounts: [1.9705, 1.0308],
  },
};

/** Fewer stained pixels than this say nothing about the colours of a slide. */
export const FEWEST_PIXELS = 500;

/** Red, green and blue of the pixels of an overview that are stained, three numbers each. */
export function stainedPixels({ width, height, data }: Raster): Uint8Array {
  const found = new Uint8Array(width * height * 3);
  let count = 0;
  for (let at = 0; at < width * height * 3; at += 3) {
    const [red, green, blue] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
    if (saturationOf(red, green, blue) <= STAINED) continue;
    found[count] = red;
    found[count + 1] = green;
    found[count + 2] = blue;
    count += 3;
  }
  return found.subarray(0, count);
}
