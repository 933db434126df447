/**
 * What scanners and slides do to a picture: blur, noise, and holes that keep a network from relying on one detail. All work in place on a
 * normalised window, tile x tile x 3.
 */
import { createRandom, type Random } from '@ftuseg/core';
import type { Normalisation } from '@ftuseg/nn';

/** A square in window pixels. */
export interface Hole {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

export function drawHoles(random: Random, tile: number, most: number, size: number): readonly Hole[] {
  return Array.from({ length: 1 + random.int(most) }, () => ({
    side: Math.max(1, Math.round(random.uniform(0.2, 1) * size * tile)),
    x: random.int(tile),
    y: random.int(tile),
  }));
}

/** Fills squares (cut off at the border) with zeros: the mean colour of normalised data. */
export function cutHoles(image: Float32Array, tile: number, holes: readonly Hole[]): void {
  for (const { x, y, side } of holes) {
    const right = Math.min(x + side, tile);
    for (let row = y; row < Math.min(y + side, tile); row++) {
      image.fill(0, (row * tile + x) * 3, (row * tile + right) * 3);
    }
  }
}

const TABLE_LENGTH = 4096;
let table: Float32Array | undefined;

/** Adds Gaussian noise of `std` (a fraction of white), each channel by itself, from a stream of its own. */
export function addNoise(image: Float32Array, std: number, seed: number, normalisation: Normalisation): void {
  if (table === undefined) {
    const random = createRandom(0x6e6f);
    table = Float32Array.from({ length: TABLE_LENGTH }, () => random.normal());
  }
  const scale = normalisation.std.map((deviation) => std / deviation);
  // A multiplicative walk over a table of normals: independent draws to the eye, at a fraction of the cost of making them.
  let state = (seed | 1) >>> 0;
  for (let i = 0; i < image.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    image[i] = (image[i] as number) + (scale[i % 3] as number) * (table[state >>> 20] as number);
  }
}

/** One pass of a symmetric kernel along rows or columns, borders reflected. `step` is from value to value along a line, `cross` from line to line. */
function convolve(
  from: Float32Array,
  to: Float32Array,
  tile: number,
  kernel: Float64Array,
  { step, cross }: { readonly step: number; readonly cross: number },
): void {
  const radius = kernel.length - 1;
  const last = tile - 1;
  for (let line = 0; line < tile; line++) {
    for (let i = 0; i < tile; i++) {
      const at = line * cross + i * step;
      const sums = [0, 0, 0];
      for (let k = -radius; k <= radius; k++) {
        let j = i + k;
        if (j < 0) j = -j;
        if (j > last) j = 2 * last - j;
        const source = line * cross + Math.min(Math.max(j, 0), last) * step;
        const weight = kernel[k < 0 ? -k : k] as number;
        sums[0] = (sums[0] as number) + weight * (from[source] as number);
        sums[1] = (sums[1] as number) + weight * (from[source + 1] as number);
        sums[2] = (sums[2] as number) + weight * (from[source + 2] as number);
      }
      to[at] = sums[0] as number;
      to[at + 1] = sums[1] as number;
      to[at + 2] = sums[2] as number;
    }
  }
}

/** Gaussian blur with standard deviation `sigma` pixels, cut off at three of them. */
export function blur(image: Float32Array, tile: number, sigma: number): void {
  const radius = Math.min(Math.ceil(3 * sigma), tile - 1);
  if (radius < 1) return;
  const kernel = Float64Array.from({ length: radius + 1 }, (_, k) => Math.exp(-(k * k) / (2 * sigma * sigma)));
  const total = kernel.reduce((sum, value, k) => sum + (k === 0 ? value : 2 * value), 0);
  for (let k = 0; k <= radius; k++) kernel[k] = (kernel[k] as number) / total;
  const between = new Float32Array(image.length);
  convolve(image, between, tile, kernel, { step: 3, cross: tile * 3 });
  convolve(between, image, tile, kernel, { step: tile * 3, cross: 3 });
}
