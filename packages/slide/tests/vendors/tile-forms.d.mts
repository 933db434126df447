/** Types of tile-forms.mjs for tests in TypeScript. */
import type { Raster } from '@ftuseg/core';
import type { Page, Tags } from './tiff-pages.mjs';

export interface FormOptions {
  /** Of a tile, pixels. */
  readonly side?: number;
  readonly form?: 'none' | 'deflate' | 'jpeg';
  /** The page's size is that of its tiles. */
  readonly isPadded?: boolean;
  /** Whether a tile is left out. */
  readonly sparse?: (column: number, row: number) => boolean;
}
export function jpegOf(picture: Raster): Uint8Array<ArrayBuffer>;
export function formPage(picture: Raster, tags: Tags, options?: FormOptions): Page;
