/**
 * A raster is a plain object over one typed array, so that it crosses to worker threads, to sharp and to the browser
 * without a copy. Layout everywhere: row-major, channels interleaved (H x W x C).
 */
import { FtuError } from '../errors.js';

export type PixelData = Uint8Array | Uint16Array | Float32Array;

export interface Raster<D extends PixelData = Uint8Array> {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Length width * height * channels; sample (x, y, c) is at (y * width + x) * channels + c. */
  readonly data: D;
}

/** A window in whole pixels; `x`, `y` may be negative where a caller pads. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Wraps samples as a raster; throws `FtuError` when the length does not match the size. */
export function raster<D extends PixelData>(width: number, height: number, channels: number, data: D): Raster<D> {
  for (const [name, value] of [
    ['width', width],
    ['height', height],
    ['channels', channels],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new FtuError('bad-input', `a raster's ${name} must be a positive integer, not ${value}`);
    }
  }
  if (data.length !== width * height * channels) {
    throw new FtuError('bad-input', `${data.length} samples do not fill ${width} x ${height} x ${channels}`);
  }
  return { width, height, channels, data };
}

/** A zero-filled 8-bit raster. */
export function emptyRaster(width: number, height: number, channels = 1): Raster {
  return raster(width, height, channels, new Uint8Array(width * height * channels));
}
