/** Gaussian smoothing of a picture for the wand, which would else stop at every grain of stain. */
import type { Raster } from '@ftuseg/core';

/**
 * Separable, with as many taps as OpenCV's filter in QuPath's wand (2 ceil(2 sigma) + 1); pixels beyond the border are those before it, mirrored.
 * @param sigma pixels
 * @returns width x height x channels, 0 to 255
 */
export function smoothed({ width, height, channels, data }: Raster, sigma: number): Float32Array {
  const reach = Math.ceil(2 * sigma);
  const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  const across = new Float32Array(width * height * channels);
  const out = new Float32Array(across.length);
  const pass = (
    from: ArrayLike<number>,
    to: Float32Array,
    length: number,
    step: number,
    starts: Iterable<number>,
  ): void => {
    for (const start of starts) {
      for (let i = 0; i < length; i++) {
        let value = 0;
        for (let tap = 0; tap < taps.length; tap++) {
          value += (taps[tap] ?? 0) * (from[start + mirrored(i + tap - reach, length) * step] ?? 0);
        }
        to[start + i * step] = value / sum;
      }
    }
  };
  const rowStarts = Array.from(
    { length: height * channels },
    (_, k) => Math.floor(k / channels) * width * channels + (k % channels),
  );
  const columnStarts = Array.from({ length: width * channels }, (_, k) => k);
  pass(data, across, width, channels, rowStarts);
  pass(across, out, height, width * channels, columnStarts);
  return out;
}

/** The border's pixel is not repeated. */
function mirrored(at: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const place = ((at % period) + period) % period;
  return place < length ? place : period - place;
}
