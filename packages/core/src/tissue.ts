/**
 * Tissue or glass: stained pixels are colourful, empty glass is grey. The rule of the reference solution, in one place for training,
 * prediction and summaries.
 */
import type { Raster } from './raster.js';

/** HSV saturation (0..255, as OpenCV scales it) from which a pixel counts as stained. */
export const STAINED = 40;
/** A tile is tissue where at least this share of it is stained: 1,000 pixels of 256 x 256. */
export const TISSUE_SHARE = 1000 / 256 ** 2;

/** HSV saturation of a colour, 0..255. */
export function saturationOf(red: number, green: number, blue: number): number {
  const most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
  const least = red < green ? (red < blue ? red : blue) : green < blue ? green : blue;
  return most === 0 ? 0 : (255 * (most - least)) / most;
}

/**
 * The share of stained pixels.
 * @param step looks at every step-th pixel of every step-th row
 * @returns 0..1
 * @example
 * stainedShare(tile) < TISSUE_SHARE; // empty glass
 */
export function stainedShare({ width, height, channels, data }: Raster, step = 1): number {
  let [seen, stained] = [0, 0];
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const at = (y * width + x) * channels;
      const saturation = saturationOf(data[at] as number, data[at + 1] as number, data[at + 2] as number);
      seen++;
      if (saturation > STAINED) stained++;
    }
  }
  return stained / seen;
}
