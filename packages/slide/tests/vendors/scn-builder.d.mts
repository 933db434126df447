/** Types of scn-builder.mjs for tests in TypeScript. */
import type { Raster } from '@ftuseg/core';
import type { Page } from './tiff-pages.mjs';

export interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Dimension {
  readonly ifd: number;
  readonly width: number;
  readonly height: number;
  readonly z?: number;
}
export interface Image {
  readonly view: View;
  readonly dimensions: readonly Dimension[];
  readonly illumination?: string;
  readonly objective?: number;
}
export interface Glass {
  readonly glass: View;
  readonly images: readonly Image[];
}
export interface Scan {
  readonly x: number;
  readonly y: number;
  readonly picture: Raster;
  readonly illumination?: string;
  readonly objective?: number;
}
export interface ScnOptions {
  readonly width: number;
  readonly height: number;
  readonly scans: readonly Scan[];
  readonly macro?: Raster;
  readonly levels?: number;
  /** Compresses a page's tiles. */
  readonly encode?: (page: Page) => Page;
  readonly side?: number;
  readonly change?: (glass: Glass) => Glass;
}
export const PIXEL: number;
export const twoScans: ScnOptions & { readonly macro: Raster };
export function scnXml(glass: Glass): string;
export function buildScn(options: ScnOptions): Uint8Array<ArrayBuffer>;
export function glassOf(options: ScnOptions, factor?: number): Raster;
