/** Probabilities as bytes, for what is looked at and averaged; thresholds are applied before. */
import { type Raster, raster } from '@ftuseg/core';

/** @returns 0..255 for 0..1, rounded to the nearest */
export function fixedPoint({ width, height, channels, data }: Raster<Float32Array>): Raster {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = 255 * (data[i] as number) + 0.5;
  return raster(width, height, channels, out);
}
