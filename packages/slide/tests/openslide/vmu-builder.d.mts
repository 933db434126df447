/** What `vmu-builder.mjs` makes. */
import type { Raster } from '@ftuseg/core';

export function encodeNgr(picture: Omit<Raster, 'channels'>, columnWidth?: number): Uint8Array;
export function buildVmu(options: {
  readonly picture: Omit<Raster, 'channels'>;
  readonly map: Omit<Raster, 'channels'>;
  /** Of the picture, pixels; divides its width. */
  readonly columnWidth?: number;
  readonly micronsPerPixel?: number;
  /** A JPEG. */
  readonly macro?: Uint8Array;
}): Map<string, Uint8Array>;
