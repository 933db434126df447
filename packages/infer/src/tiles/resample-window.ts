/**
 * A window of the resampled slide, without resampling the whole slide: neighbouring windows agree to the pixel, because
 * every working pixel is computed from the same level-0 pixels whichever window asks for it.
 */
import { type Raster, raster, stretchTaps } from '@ftuseg/core';

/** Which source samples make up each target sample of a stretch of one axis, and with which weights. */
export interface AxisTaps {
  /** First source sample needed by the stretch, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** First source sample of each target sample. */
  readonly start: Int32Array;
  /** `perSample` weights for each target sample; they sum to 1, unused ones are 0. */
  readonly weights: Float64Array;
  readonly perSample: number;
}

/**
 * Area averaging where the axis shrinks or stays (as core's `resizeArea`), linear interpolation with half-pixel centres where it
 * grows (as core's `resizeBilinear`).
 * @param source length of the whole axis in level-0 pixels
 * @param target length of the whole axis in working pixels
 * @param first first working pixel of the stretch
 * @param count working pixels in the stretch
 */
export function axisTaps(source: number, target: number, first: number, count: number): AxisTaps {
  const scale = source / target;
  return scale >= 1 ? shrunkTaps(source, target, first, count) : grownTaps(source, target, first, count);
}

function shrunkTaps(source: number, target: number, first: number, count: number): AxisTaps {
  const scale = source / target;
  const perSample = Math.ceil(scale) + 2;
  const start = new Int32Array(count);
  const weights = new Float64Array(count * perSample);
  let to = 0;
  for (let i = 0; i < count; i++) {
    // Products before the quotient: exact where an edge falls on a whole pixel.
    const low = ((first + i) * source) / target;
    const high = Math.min(((first + i + 1) * source) / target, source);
    const begin = Math.floor(low);
    const end = Math.ceil(high);
    start[i] = begin;
    for (let s = begin; s < end; s++) {
      weights[i * perSample + s - begin] = (Math.min(s + 1, high) - Math.max(s, low)) / scale;
    }
    to = end;
  }
  return { from: start[0] ?? 0, to, count, start, weights, perSample };
}

function grownTaps(source: number, target: number, first: number, count: number): AxisTaps {
  const { low, fraction } = stretchTaps(source, target, first, count);
  const start = new Int32Array(count);
  const weights = new Float64Array(count * 2);
  for (let i = 0; i < count; i++) {
    // At the end both samples must exist: the last one is then the second, with all of the weight.
    const begin = Math.min(low[i] as number, Math.max(source - 2, 0));
    const share = (low[i] as number) - begin + (fraction[i] as number);
    start[i] = begin;
    weights[i * 2] = 1 - share;
    weights[i * 2 + 1] = share;
  }
  const to = count === 0 ? 0 : Math.min((start[count - 1] as number) + 2, source);
  return { from: start[0] ?? 0, to, count, start, weights, perSample: 2 };
}

/** Rounds to nearest; weights are fractions, so that a half can come out a hair below. */
const HALF = 0.5 + 1e-9;

/**
 * Resamples an 8-bit raster that covers exactly `horizontal.from..to` by `vertical.from..to` of the source.
 * @returns `horizontal.count` x `vertical.count`, rounded to the nearest value
 */
export function resampleWindow(source: Raster, horizontal: AxisTaps, vertical: AxisTaps): Raster {
  const { channels } = source;
  const rowLength = source.width * channels;
  const row = new Float64Array(rowLength);
  const out = new Uint8Array(horizontal.count * vertical.count * channels);
  for (let y = 0; y < vertical.count; y++) {
    row.fill(0);
    for (let tap = 0; tap < vertical.perSample; tap++) {
      const weight = vertical.weights[y * vertical.perSample + tap] ?? 0;
      if (weight === 0) continue;
      const offset = ((vertical.start[y] ?? 0) - vertical.from + tap) * rowLength;
      for (let i = 0; i < rowLength; i++) row[i] = (row[i] as number) + weight * (source.data[offset + i] as number);
    }
    resampleRow(row, channels, horizontal, out, y * horizontal.count * channels);
  }
  return raster(horizontal.count, vertical.count, channels, out);
}

function resampleRow(row: Float64Array, channels: number, taps: AxisTaps, out: Uint8Array, offset: number): void {
  const { count, perSample, start, weights, from } = taps;
  for (let x = 0; x < count; x++) {
    const at = ((start[x] as number) - from) * channels;
    for (let c = 0; c < channels; c++) {
      let sum = HALF;
      for (let tap = 0; tap < perSample; tap++) {
        const weight = weights[x * perSample + tap] as number;
        if (weight !== 0) sum += weight * (row[at + tap * channels + c] as number);
      }
      out[offset + x * channels + c] = Math.floor(sum);
    }
  }
}
