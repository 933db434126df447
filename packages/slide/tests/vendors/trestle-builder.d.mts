/** Types of trestle-builder.mjs for tests in TypeScript. */
import type { Raster } from '@ftuseg/core';

export interface TrestleOptions {
  readonly picture: Raster;
  readonly side?: number;
  readonly overlaps: readonly number[];
  readonly change?: { readonly stated?: string; readonly background?: string; readonly software?: string };
}
export const threeLevels: TrestleOptions;
export function buildTrestle(options: TrestleOptions): Uint8Array<ArrayBuffer>;
