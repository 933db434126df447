/**
 * One place that makes a typed array of the same kind as another, so that every operation on rasters can be generic
 * over the sample type without a cast of its own.
 */
import type { PixelData } from './raster.js';

/** A zero-filled array of `length` samples, of the same type as `data`. */
export function allocateLike<D extends PixelData>(data: D, length: number): D {
  if (data instanceof Uint8Array) return new Uint8Array(length) as D;
  if (data instanceof Uint16Array) return new Uint16Array(length) as D;
  return new Float32Array(length) as D;
}
