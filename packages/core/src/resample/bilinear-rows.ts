/**
 * Bilinear resampling by a fixed factor of an image that comes in bands of rows, without averaging: what `tf.image.resize` does to a tile and
 * what a network that was trained on such tiles expects. `resizeBilinear` stretches one whole image onto another instead.
 */
import type { PixelData } from '../raster/raster.js';

/** Part of an axis of the output, and the input that it is made of. */
export interface BilinearAxis {
  /** Input pixels per output pixel. */
  readonly factor: number;
  /** Input pixels that there are. */
  readonly length: number;
  /** First output pixel, and how many. */
  readonly first: number;
  readonly count: number;
}

/** Two input pixels for every output pixel, and how much of the second. */
export interface BilinearTaps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** Weight of `high`; `low` has the rest. */
  readonly fraction: Float64Array;
}

/**
 * Output pixel i lies at (i + 1/2) factor - 1/2 (half-pixel centres), clamped to the image. At factor 4 it is the mean of the middle two of each
 * four, at factor 2 that of both.
 */
export function bilinearTaps({ factor, length, first, count }: BilinearAxis): BilinearTaps {
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  const fraction = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const position = Math.min(Math.max((first + i + 0.5) * factor - 0.5, 0), length - 1);
    low[i] = Math.floor(position);
    high[i] = Math.min(Math.floor(position) + 1, length - 1);
    fraction[i] = position - Math.floor(position);
  }
  return { low, high, fraction };
}

/**
 * Taps of an axis of `source` samples that is stretched onto `target` of them: pixel i lies at (i + 1/2) source / target - 1/2, clamped. Products
 * come before the quotient, so that positions on whole samples are exact.
 *
 * @param first first sample of the target, and `count` of them: all if unset
 */
export function stretchTaps(source: number, target: number, first = 0, count = target): BilinearTaps {
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  const fraction = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const position = Math.min(Math.max(((first + i + 0.5) * source) / target - 0.5, 0), source - 1);
    low[i] = Math.floor(position);
    high[i] = Math.min(Math.floor(position) + 1, source - 1);
    fraction[i] = position - Math.floor(position);
  }
  return { low, high, fraction };
}

/**
 * Fills `out` (rows x columns x channels) with samples between four pixels each; integers are rounded to the nearest value.
 *
 * @param source whole input rows from row `top` on, interleaved
 */
export function sampleBilinear(
  source: PixelData,
  { width, channels, top }: { readonly width: number; readonly channels: number; readonly top: number },
  across: BilinearTaps,
  down: BilinearTaps,
  out: PixelData,
): void {
  const columns = across.low.length;
  const rounds = !(out instanceof Float32Array);
  let at = 0;
  for (let y = 0; y < down.low.length; y++) {
    const above = ((down.low[y] as number) - top) * width;
    const below = ((down.high[y] as number) - top) * width;
    const v = down.fraction[y] as number;
    for (let x = 0; x < columns; x++) {
      const left = across.low[x] as number;
      const right = across.high[x] as number;
      const u = across.fraction[x] as number;
      for (let c = 0; c < channels; c++) {
        const topLeft = source[(above + left) * channels + c] as number;
        const bottomLeft = source[(below + left) * channels + c] as number;
        const upper = topLeft + u * ((source[(above + right) * channels + c] as number) - topLeft);
        const lower = bottomLeft + u * ((source[(below + right) * channels + c] as number) - bottomLeft);
        const value = upper + v * (lower - upper);
        out[at++] = rounds ? Math.floor(value + 0.5) : value;
      }
    }
  }
}

/**
 * Rows of an 8-bit image, rounded to the nearest value.
 *
 * @param source whole input rows from row `top` on, interleaved
 * @param across taps of the columns @param down taps of the rows, all inside `source`
 * @returns rows x columns x channels
 * @example
 * const down = bilinearTaps({ factor: 4, length: image.height, first: 0, count: 64 });
 * bilinearRows(image.data, { width: image.width, channels: 3, top: 0 }, across, down);
 */
export function bilinearRows(
  source: Uint8Array,
  rows: { readonly width: number; readonly channels: number; readonly top: number },
  across: BilinearTaps,
  down: BilinearTaps,
): Uint8Array {
  const out = new Uint8Array(down.low.length * across.low.length * rows.channels);
  sampleBilinear(source, rows, across, down, out);
  return out;
}
