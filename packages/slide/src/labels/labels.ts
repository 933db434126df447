/** Labels as they are read: in bands, from top to bottom, wherever they come from. */
import type { Raster } from '@ftuseg/core';

/** Labels of a whole slide, one byte per pixel. */
export interface Labels {
  /** Rows `top` to `top + rows`: one channel, as wide as the slide. */
  read(top: number, rows: number): Promise<Raster>;
  close(): Promise<void>;
}

/** A label image, with its size in pixels. */
export type LabelImage = Labels & { readonly width: number; readonly height: number };
