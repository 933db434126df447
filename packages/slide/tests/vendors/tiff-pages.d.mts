/** Types of tiff-pages.mjs for tests in TypeScript. */
import type { Raster } from '@ftuseg/core';

/** TIFF type and values, and a count that is not theirs. */
export type TagValues = readonly [
  type: number,
  values: readonly (number | readonly [number, number])[],
  count?: number,
];
export type Tags = Readonly<Record<number, TagValues | null>>;
export interface Page {
  readonly width: number;
  readonly height: number;
  /** Of a tile; undefined for strips. */
  readonly side?: number;
  readonly tiles: readonly Uint8Array[];
  readonly tags: Tags;
  /** Sub-images. */
  readonly below?: readonly Page[];
}
export function text(value: string): number[];
export function bytes(value: string): number[];
export function cutTiles(picture: Raster, side: number, outside?: number): Uint8Array[];
export function tiledPage(picture: Raster, side: number, tags?: Tags): Page;
export function stripPage(picture: Raster, tags?: Tags): Page;
export function compressedBy(step: number): (page: Page) => Page;
export function compressed(page: Page): Page;
export function buildPages(pages: readonly Page[], options?: { readonly big?: boolean }): Uint8Array<ArrayBuffer>;
