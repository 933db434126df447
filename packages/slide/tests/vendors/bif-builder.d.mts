/** Types of bif-builder.mjs for tests in TypeScript. */
import type { Raster } from '@ftuseg/core';
import type { Page } from './tiff-pages.mjs';

export interface Area {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
  readonly x: number;
  readonly y: number;
  readonly scanned?: boolean;
  /** That its joints state. */
  readonly overlap?: number;
}
export interface BifOptions {
  readonly picture: Raster;
  readonly label?: Raster;
  readonly thumbnail?: Raster;
  readonly areas: readonly Area[];
  readonly side: number;
  readonly overlap: number;
  readonly levels?: number;
  /** Compresses a page's tiles. */
  readonly encode?: (page: Page) => Page;
  readonly change?: {
    readonly iScan?: string | null;
    readonly stitching?: string | null;
    readonly descriptions?: readonly (string | undefined)[];
  };
}
export const twoAreas: BifOptions & { readonly label: Raster; readonly thumbnail: Raster };
export function tileNumber(area: Pick<Area, 'columns' | 'rows'>, column: number, row: number): number;
export function stitchXml(options: Pick<BifOptions, 'areas' | 'side' | 'overlap'>): string;
export function scanXml(attributes?: string): string;
export function buildBif(options: BifOptions): Uint8Array<ArrayBuffer>;
export function slideOf(options: BifOptions, factor?: number, white?: number): Raster;
