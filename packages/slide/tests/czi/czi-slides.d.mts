/** What `czi-slides.mjs` makes. */
import type { Raster } from '@ftuseg/core';
import type { CziBlock } from './czi-builder.mjs';

export interface Scene {
  /** Level-0 pixels. */
  readonly x: number;
  readonly y: number;
  /** Tiles. */
  readonly columns: number;
  readonly rows: number;
  /** Of a tile, pixels. */
  readonly side?: readonly [number, number];
  readonly overlap?: number;
  /** Index of a tile in the order of painting, from its number in the directory. */
  readonly order?: (number: number) => number;
}

export interface SlideOptions {
  readonly scenes: readonly Scene[];
  /** Of reduced levels. */
  readonly factors?: readonly number[];
  readonly samples?: 1 | 3;
  readonly bits?: 8 | 16;
  readonly compression?: CziBlock['compression'];
  /** Pixels of a reduced piece, each way. */
  readonly pyramidSide?: number;
  /** Of reduced pieces where their scene has no tile, 0 to 255. */
  readonly fill?: number;
}

export function makeSlide(options: SlideOptions): { readonly blocks: CziBlock[]; readonly levels: readonly Raster[] };
export const twoScenes: SlideOptions;
