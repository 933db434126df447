/** A decoded picture, and what its transparent pixels look like. */
import type { Raster } from '@ftuseg/core';

export interface Picture {
  readonly image: Raster;
  /** Such as `8-bit RGB with opacity`. */
  readonly pixels: string;
}

/** A value of 0 to 255 on white paper. The arithmetic is libvips's. */
export const onWhite = (value: number, opacity: number): number =>
  Math.trunc((value * opacity + 255 * (255 - opacity)) / 255);
