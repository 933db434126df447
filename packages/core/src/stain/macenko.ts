/**
 * The two stains of a slide found from its own colours, and their amounts brought to those of another (Macenko et al. 2009, "A method for normalizing
 * histology slides for quantitative analysis", ISBI).
 */
import { type Raster, raster } from '../raster/raster.js';
import { FEWEST_PIXELS, type MacenkoStatistics, stainedPixels, type Triple } from './statistics.js';
import { eigenvectors } from './symmetric.js';

/** Light that no stain absorbs, as the reference code of the method has it. */
const WHITE = 240;
/** Optical density in each channel below which a pixel tells nothing of its stains. */
const FAINT = 0.15;
/** Percentiles of the angles that are the stains, and of the amounts. */
const [LOW, HIGH] = [0.01, 0.99];

/** Optical density of a channel value, 0..255. */
const densities = Float64Array.from({ length: 256 }, (_, value) => -Math.log((value + 1) / WHITE));

/** The value at a share of the sorted values, between two of them linearly, as NumPy's `percentile`. */
function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const [below, above] = [Math.floor(at), Math.ceil(at)];
  const low = sorted[below] as number;
  return low + ((sorted[above] as number) - low) * (at - below);
}

/** Optical densities of the pixels that are well stained in all channels, three numbers each. */
function stainedDensities(overview: Raster): Float64Array {
  const pixels = stainedPixels(overview);
  const found = new Float64Array(pixels.length);
  let count = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const [r, g, b] = [0, 1, 2].map((c) => densities[pixels[at + c] as number] as number) as [number, number, number];
    if (r < FAINT || g < FAINT || b < FAINT) continue;
    found.set([r, g, b], count);
    count += 3;
  }
  return found.subarray(0, count);
}

/** Of the channels, about their means, with n - 1. */
function covariance(values: Float64Array): Float64Array {
  const count = values.length / 3;
  const mean = [0, 0, 0];
  for (let i = 0; i < values.length; i++) mean[i % 3] = (mean[i % 3] as number) + (values[i] as number) / count;
  const sums = new Float64Array(9);
  for (let at = 0; at < values.length; at += 3) {
    for (let i = 0; i < 3; i++) {
      const a = (values[at + i] as number) - (mean[i] as number);
      for (let j = 0; j < 3; j++) {
        sums[3 * i + j] = (sums[3 * i + j] as number) + a * ((values[at + j] as number) - (mean[j] as number));
      }
    }
  }
  return sums.map((sum) => sum / (count - 1));
}

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const sum = (a: Triple): number => a[0] + a[1] + a[2];

/** Rows of the least-squares inverse of the two stains: optical density to amounts. */
function inverseOf([first, second]: MacenkoStatistics['vectors']): readonly [Triple, Triple] {
  const [aa, ab, bb] = [dot(first, first), dot(first, second), dot(second, second)];
  const determinant = aa * bb - ab * ab;
  const row = (p: number, q: number): Triple => [
    (p * first[0] + q * second[0]) / determinant,
    (p * first[1] + q * second[1]) / determinant,
    (p * first[2] + q * second[2]) / determinant,
  ];
  return [row(bb, -ab), row(-ab, aa)];
}

/** Stains that lie closer than this (the sine of their angle) are one. */
const SAME_STAIN = 0.02;

/** @returns undefined where hardly a pixel is stained, or by one stain only */
export function measureMacenko(overview: Raster): MacenkoStatistics | undefined {
  const values = stainedDensities(overview);
  const count = values.length / 3;
  if (count < FEWEST_PIXELS) return undefined;
  const [large, middle] = eigenvectors(covariance(values));
  // All densities are positive: towards them, so that no angle lies behind.
  const main: Triple = sum(large) < 0 ? [-large[0], -large[1], -large[2]] : large;
  const angles = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const pixel: Triple = [values[3 * i] as number, values[3 * i + 1] as number, values[3 * i + 2] as number];
    angles[i] = Math.atan2(dot(pixel, middle), dot(pixel, main));
  }
  angles.sort();
  const stain = (angle: number): Triple => {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return [c * main[0] + s * middle[0], c * main[1] + s * middle[1], c * main[2] + s * middle[2]];
  };
  const [low, high] = [percentile(angles, LOW), percentile(angles, HIGH)];
  if (Math.sin(high - low) < SAME_STAIN) return undefined;
  const [one, other] = [stain(low), stain(high)];
  // Haematoxylin absorbs more red than eosin or PAS.
  const vectors: MacenkoStatistics['vectors'] = one[0] > other[0] ? [one, other] : [other, one];
  const [first, second] = inverseOf(vectors);
  const amount = (row: Triple): number => {
    const amounts = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      amounts[i] =
        row[0] * (values[3 * i] as number) +
        row[1] * (values[3 * i + 1] as number) +
        row[2] * (values[3 * i + 2] as number);
    }
    return percentile(amounts.sort(), HIGH);
  };
  const amounts: readonly [number, number] = [amount(first), amount(second)];
  return amounts[0] > 0 && amounts[1] > 0 ? { method: 'macenko', vectors, amounts } : undefined;
}

/**
 * The picture with the stains of `target`. What neither stain explains is left out, as the method has it.
 *
 * @param from of the slide that the picture is of
 */
export function applyMacenko(picture: Raster, from: MacenkoStatistics, target: MacenkoStatistics): Raster {
  const { width, height, data } = picture;
  const inverse = inverseOf(from.vectors);
  /** Optical density to optical density, row by row. */
  const matrix = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (const k of [0, 1] as const) {
        const share = (target.amounts[k] / from.amounts[k]) * (inverse[k][j] as number);
        matrix[3 * i + j] = (matrix[3 * i + j] as number) + (target.vectors[k][i] as number) * share;
      }
    }
  }
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const r = densities[data[at] as number] as number;
    const g = densities[data[at + 1] as number] as number;
    const b = densities[data[at + 2] as number] as number;
    for (let c = 0; c < 3; c++) {
      const density =
        (matrix[3 * c] as number) * r + (matrix[3 * c + 1] as number) * g + (matrix[3 * c + 2] as number) * b;
      out[at + c] = Math.round(Math.min(Math.max(WHITE * Math.exp(-density), 0), 255));
    }
  }
  return raster(width, height, 3, out);
}
