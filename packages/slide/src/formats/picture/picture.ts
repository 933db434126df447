/** A decoded picture, and what its transparent pixels look like. */
import type { Raster } from '@ftuseg/core';
import type { PixelColours } from '../../slide.js';

export interface Picture {
  readonly image: Raster;
  /** Of its samples, of 8 bits. */
  readonly colours: PixelColours;
  readonly opacity: boolean;
}

/** A value of 0 to 255 on white paper. The arithmetic is libvips's. */
export const onWhite = (value: number, opacity: number): number =>
  Math.trunc((value * opacity + 255 * (255 - opacity)) / 255);
