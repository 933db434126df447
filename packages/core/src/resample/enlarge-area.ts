/**
 * Enlargement as OpenCV's INTER_AREA does it: a pixel becomes a block of its own value, and only where the edge of a block falls inside an output
 * pixel are two blended. The published solution enlarges its probabilities and masks this way.
 */

import { FtuError } from '../errors.js';
import { allocateLike } from '../raster/allocate.js';
import { type Raster, raster } from '../raster/raster.js';

/** The unit of OpenCV's fixed-point weights for 8-bit samples. */
const UNIT = 2048;

interface Taps {
  readonly low: Int32Array;
  /** The next pixel, or the same at the end. */
  readonly high: Int32Array;
  /** Weights of both: float32 that add up to 1, or whole numbers that add up to `UNIT`. */
  readonly lowWeight: Float32Array;
  readonly highWeight: Float32Array;
}

/** Rounds halves to the even number, as the processor does. */
function roundEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}

/** Where OpenCV looks in area mode, in its own arithmetic: double for positions, float for weights. */
function areaTaps(from: number, to: number, fixed: boolean): Taps {
  const [low, high] = [new Int32Array(to), new Int32Array(to)];
  const [lowWeight, highWeight] = [new Float32Array(to), new Float32Array(to)];
  const factor = to / from;
  const scale = 1 / factor;
  for (let i = 0; i < to; i++) {
    const at = Math.min(Math.floor(i * scale), from - 1);
    const beyond = Math.fround(i + 1 - (at + 1) * factor);
    const fraction = beyond <= 0 ? 0 : beyond - Math.floor(beyond);
    low[i] = at;
    high[i] = Math.min(at + 1, from - 1);
    lowWeight[i] = fixed ? roundEven(Math.fround(1 - fraction) * UNIT) : 1 - fraction;
    highWeight[i] = fixed ? roundEven(fraction * UNIT) : fraction;
  }
  return { low, high, lowWeight, highWeight };
}

/**
 * Enlarges each channel: pixel repetition for whole factors, else linear weights at the edges of blocks (OpenCV's `resize` to a larger size
 * with INTER_AREA; 8-bit samples in its fixed-point arithmetic, float32 ones in float32).
 *
 * @throws FtuError `bad-input` for a smaller size (`resizeArea` shrinks), or one that is not a positive integer.
 * @example
 * enlargeArea(probability, 1024, 1024);
 */
export function enlargeArea<D extends Uint8Array | Float32Array>(
  image: Raster<D>,
  width: number,
  height: number,
): Raster<D> {
  const { channels } = image;
  if (width < image.width || height < image.height) {
    throw new FtuError('bad-input', `${image.width} x ${image.height} pixels do not grow to ${width} x ${height}`, {
      hint: 'shrink with resizeArea',
    });
  }
  const out = raster(width, height, channels, allocateLike(image.data, width * height * channels));
  const stored: Uint8Array | Float32Array = out.data;
  const source: Uint8Array | Float32Array = image.data;
  const fixed = stored instanceof Uint8Array;
  const across = areaTaps(image.width, width, fixed);
  const down = areaTaps(image.height, height, fixed);
  const samples = width * channels;
  const rows = [new Float32Array(samples), new Float32Array(samples)] as const;
  const held = [-1, -1];
  const rowAt = (which: 0 | 1, y: number): Float32Array => {
    if (held[which] !== y) sampleRow(source, y * image.width * channels, channels, across, fixed, rows[which]);
    held[which] = y;
    return rows[which];
  };
  for (let y = 0, at = 0; y < height; y++, at += samples) {
    const upper = rowAt(0, down.low[y] as number);
    const a = down.lowWeight[y] as number;
    const b = down.highWeight[y] as number;
    if (b === 0 && !fixed) {
      stored.set(upper, at);
      continue;
    }
    const lower = rowAt(1, down.high[y] as number);
    for (let i = 0; i < samples; i++) {
      const above = upper[i] as number;
      const below = lower[i] as number;
      stored[at + i] = fixed
        ? (((a * (above >> 4)) >> 16) + ((b * (below >> 4)) >> 16) + 2) >> 2
        : above * a + below * b;
    }
  }
  return out;
}

/** One row of the source at the new width; 8-bit samples times `UNIT`. Plain arguments, because it runs for every row. */
function sampleRow(
  source: Uint8Array | Float32Array,
  base: number,
  channels: number,
  { low, high, lowWeight, highWeight }: Taps,
  fixed: boolean,
  out: Float32Array,
): void {
  for (let x = 0, at = 0; x < low.length; x++) {
    const left = base + (low[x] as number) * channels;
    const right = base + (high[x] as number) * channels;
    // Past the last pixel there is nothing to blend with.
    const a = left === right ? (fixed ? UNIT : 1) : (lowWeight[x] as number);
    const b = left === right ? 0 : (highWeight[x] as number);
    for (let c = 0; c < channels; c++) out[at++] = (source[left + c] as number) * a + (source[right + c] as number) * b;
  }
}
