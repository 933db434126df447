/** Types of tiff-pages.mjs for tests in TypeScript. */
import type { Pixels } from './ndpi/jpeg-encoder.mjs';

/** TIFF type and values, and a count that is not theirs. */
export type TagValues = readonly [
  type: number,
  values: readonly (number | readonly [number, number])[],
  count?: number,
];
/** Replaces tags; null leaves one out. */
export type Tags = Readonly<Record<number, TagValues | null>>;
export interface Page {
  /** Undefined for one that is left out. */
  readonly blocks: readonly (Uint8Array | undefined)[];
  /** Tags of offsets and of byte counts. */
  readonly tables: readonly [number, number];
  readonly tags: Tags;
}
export interface TiledOptions {
  readonly tile?: number;
  readonly form?: 'none' | 'deflate' | 'jpeg';
  /** The size that its tags state. */
  readonly page?: { readonly width: number; readonly height: number };
  readonly sparse?: (column: number, row: number) => boolean;
  readonly tags?: Tags;
}
export function text(value: string): TagValues;
export function jpegOf(picture: Pixels): Uint8Array<ArrayBuffer>;
export function tiledPage(picture: Pixels, options?: TiledOptions): Page;
export function strippedPage(picture: Pixels, tags?: Tags): Page;
export function buildPages(pages: readonly Page[], options?: { readonly big?: boolean }): Uint8Array<ArrayBuffer>;
