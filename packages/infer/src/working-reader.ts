/**
 * Reads a part of a slide at any resolution, in pieces that fit in memory however large the slide is.
 */
import { emptyRaster, type Raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { throwIfCancelled } from './cancel.js';
import { axisTaps, resampleWindow } from './resample-window.js';

/** Level-0 pixels read at once (96 MB). */
const PIXELS_PER_READ = 32_000_000;

/** The size that the whole slide has at the resolution wanted. */
export interface GridSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A full-height strip of the resampled slide. Strips of the same grid agree where they overlap.
 * @param left first grid pixel of the strip
 * @param width of the strip, grid pixels; it must not leave the grid
 * @returns RGB, `width` x `grid.height`
 * @throws {FtuError} `cancelled`, or what the slide throws
 */
export async function readStrip(
  slide: Slide,
  grid: GridSize,
  left: number,
  width: number,
  signal?: AbortSignal | undefined,
  pixelsPerRead = PIXELS_PER_READ,
): Promise<Raster> {
  const isNative = slide.width === grid.width && slide.height === grid.height;
  const horizontal = axisTaps(slide.width, grid.width, left, width);
  const levelZeroWidth = horizontal.to - horizontal.from;
  const levelZeroRows = Math.max(1, slide.height / grid.height);
  const rowsPerRead = Math.max(1, Math.floor(pixelsPerRead / levelZeroWidth / levelZeroRows));
  const strip = emptyRaster(width, grid.height, 3);
  for (let top = 0; top < grid.height; top += rowsPerRead) {
    throwIfCancelled(signal);
    const vertical = axisTaps(slide.height, grid.height, top, Math.min(rowsPerRead, grid.height - top));
    const region = {
      x: horizontal.from,
      y: vertical.from,
      width: levelZeroWidth,
      height: vertical.to - vertical.from,
      downsample: 1,
    };
    const pixels = await slide.readRegion(region, signal === undefined ? {} : { signal });
    if (isNative && vertical.count === grid.height) return pixels;
    strip.data.set((isNative ? pixels : resampleWindow(pixels, horizontal, vertical)).data, top * width * 3);
  }
  return strip;
}
