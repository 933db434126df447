/**
 * How a map lies in the kernels' memory, and where it lies in its slide: every position that a result depends on is the slide's,
 * never the crop's.
 */

import { type Raster, type Rect, raster } from '../raster/raster.js';

/** Where the top left pixel of a crop is, and the size of what it was cut from; all at the crop's own resolution. */
export interface CropPlacement {
  readonly x: number;
  readonly y: number;
  readonly slideWidth: number;
  readonly slideHeight: number;
}

/** One sample per pixel, rows padded to whole cache lines. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** Samples from row to row, a multiple of 16. */
  readonly stride: number;
  /** stride * height. */
  readonly samples: number;
  readonly placement: CropPlacement;
}

/** What a filter makes of one plane, by addresses: z = base + compat * filtered d. */
export interface PlaneMessage {
  readonly d: number;
  readonly base: number;
  readonly z: number;
}

/** What follows a filter, where that needs nothing of other pixels: part by part, while the pixels of one are still in the cache. */
export interface Finish {
  /** Makes d of z, of so many samples from `first` on. */
  finish(first: number, count: number): void;
  /** Whether the filter is called with the same planes next. */
  readonly again: boolean;
}

/** A filter of the CRF, on the planes of one place. The last of an iteration is told what follows. */
export type MessageFilter = (planes: readonly PlaneMessage[], then?: Finish) => void;

export function createPlane(width: number, height: number, placement: CropPlacement): Plane {
  const stride = Math.ceil(width / 16) * 16;
  return { width, height, stride, samples: stride * height, placement };
}

/** Takes a map apart into planes, one per channel. Beyond the ends of rows p is 0.5, which neither gives nor takes anything. */
export function storePlanes(planes: Float32Array, plane: Plane, map: Raster<Float32Array>): void {
  const { width, height, stride, samples } = plane;
  const { channels, data } = map;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const row = c * samples + y * stride;
      const from = y * width * channels + c;
      if (channels === 1) planes.set(data.subarray(from, from + width), row);
      else for (let x = 0; x < width; x++) planes[row + x] = data[from + x * channels] as number;
      planes.fill(0.5, row + width, row + stride);
    }
  }
}

/**
 * Puts planes together into a map, or into a part of it.
 * @param data memory for it
 */
export function loadPlanes(
  planes: Float32Array,
  { stride, samples }: Pick<Plane, 'stride' | 'samples'>,
  channels: number,
  { x: left, y: top, width, height }: Rect,
  data: Float32Array = new Float32Array(width * height * channels),
): Raster<Float32Array> {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const row = c * samples + (top + y) * stride + left;
      const to = y * width * channels + c;
      if (channels === 1) data.set(planes.subarray(row, row + width), to);
      else for (let x = 0; x < width; x++) data[to + x * channels] = planes[row + x] as number;
    }
  }
  return raster(width, height, channels, data);
}
