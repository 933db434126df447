/**
 * Stain augmentation in haematoxylin-eosin-PAS space (after Tellez et al. 2018): optical density is taken apart into the amounts of two
 * stains and what is left, each amount is changed, and the picture is put together again.
 *
 * Eosin and periodic acid-Schiff absorb nearly the same light, so that the three together would be an almost singular basis: a window is
 * taken apart either into haematoxylin and eosin or into haematoxylin and PAS, by the toss of a coin.
 */
import type { Random } from '@ftuseg/core';

type Vector = readonly [number, number, number];

/** Optical densities of a unit of stain in red, green and blue (Ruifrok & Johnston 2001, as ImageJ's colour deconvolution has them). */
const haematoxylin: Vector = [0.65, 0.704, 0.286];
const eosin: Vector = [0.072, 0.99, 0.105];
const pas: Vector = [0.1754, 0.9722, 0.1546];

/** Optical density to changed optical density: a 3 x 3 matrix, row by row, and what is added. */
export interface StainChange {
  readonly matrix: Float64Array;
  readonly offset: Vector;
}

const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (v: Vector): Vector => {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
};
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** The change that multiplies the amounts of two stains and of the rest by `scale` and adds `shift` to the two. */
export function stainChange(second: 'eosin' | 'pas', scale: Vector, shift: readonly [number, number]): StainChange {
  const a = unit(haematoxylin);
  const b = unit(second === 'eosin' ? eosin : pas);
  const c = unit(cross(a, b));
  // Rows of the inverse of the matrix with columns a, b, c.
  const volume = dot(a, cross(b, c));
  const inverse = [cross(b, c), cross(c, a), cross(a, b)].map(
    (row): Vector => [row[0] / volume, row[1] / volume, row[2] / volume],
  );
  const columns = [a, b, c];
  const matrix = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      matrix[i * 3 + j] = columns.reduce(
        (sum, column, k) => sum + (column[i] as number) * (scale[k] as number) * (inverse[k]?.[j] as number),
        0,
      );
    }
  }
  const added = (i: 0 | 1 | 2): number => a[i] * shift[0] + b[i] * shift[1];
  return { matrix, offset: [added(0), added(1), added(2)] };
}

/** @param largest most that an amount changes, as a log factor @param shift most that is added, in optical density */
export function drawStainChange(random: Random, largest: number, shift: number): StainChange {
  const factor = (): number => Math.exp(random.uniform(-largest, largest));
  const added = (): number => random.uniform(-shift, shift);
  return stainChange(random.chance(0.5) ? 'eosin' : 'pas', [factor(), factor(), factor()], [added(), added()]);
}

/**
 * Applies the change in place to `image`, which comes as optical densities (RGB interleaved) and leaves as RGB in 0..1.
 *
 * @returns the sum of each channel
 */
export function applyStainChange(image: Float32Array, { matrix, offset }: StainChange): [number, number, number] {
  const [m0 = 1, m1 = 0, m2 = 0, m3 = 0, m4 = 1, m5 = 0, m6 = 0, m7 = 0, m8 = 1] = matrix;
  const [red, green, blue] = offset;
  const value = (density: number): number => {
    const light = (256 * Math.exp(-density) - 1) / 255;
    return light < 0 ? 0 : light > 1 ? 1 : light;
  };
  let [sumRed, sumGreen, sumBlue] = [0, 0, 0];
  for (let i = 0; i < image.length; i += 3) {
    const [x, y, z] = [image[i] as number, image[i + 1] as number, image[i + 2] as number];
    const r = value(m0 * x + m1 * y + m2 * z + red);
    const g = value(m3 * x + m4 * y + m5 * z + green);
    const b = value(m6 * x + m7 * y + m8 * z + blue);
    image[i] = r;
    image[i + 1] = g;
    image[i + 2] = b;
    sumRed += r;
    sumGreen += g;
    sumBlue += b;
  }
  return [sumRed, sumGreen, sumBlue];
}
