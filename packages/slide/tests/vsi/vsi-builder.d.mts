/** What `vsi-builder.mjs` makes. */
import type { Raster } from '@ftuseg/core';

export interface StoredTile {
  /** Column, row, other dimensions, level. */
  readonly at: readonly number[];
  readonly data: Uint8Array;
}

export interface EtsOptions {
  /** Of a tile. */
  readonly coordinates: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly compression?: 'none' | 'jpeg' | 'jpeg-2000' | 'jpeg-lossless' | 'png' | 'bmp';
  readonly samples?: number;
  readonly bits?: 8 | 16;
  readonly background?: readonly number[];
  readonly isBlueFirst?: boolean;
  readonly hasLevels?: boolean;
  /** Width, height and other dimensions; none: as early versions. */
  readonly sizes?: readonly number[];
  readonly colourSpace?: number;
}

export interface VsiStack extends Pick<EtsOptions, 'compression' | 'samples' | 'bits' | 'isBlueFirst' | 'hasLevels'> {
  readonly number?: number;
  readonly name?: string;
  readonly type?: number | undefined;
  readonly scene?: Raster;
  readonly tile?: { readonly width: number; readonly height: number };
  readonly levels?: number;
  /** Where the tile of column 0 and row 0 begins, pixels. */
  readonly origin?: readonly [x: number, y: number];
  /** As samples are stored. */
  readonly background?: readonly number[];
  /** Of the first level; others have a tile over each of its tiles. */
  readonly isStored?: (column: number, row: number) => boolean;
  readonly encode?: (
    tile: Omit<Raster, 'channels'>,
    stack: { readonly samples: number },
  ) => Uint8Array | Promise<Uint8Array>;
  readonly microns?: number | undefined;
  readonly unit?: string | undefined;
  readonly magnification?: number | undefined;
  /** Which of the two files states the size. */
  readonly sizeIn?: 'both' | 'ets' | 'vsi';
  readonly dimensions?: readonly { readonly kind?: 'z' | 't' | 'c' | 'lambda' | 'phase'; readonly size: number }[];
  /** Coordinates of the planes that are stored; those that are not read are negatives. */
  readonly planes?: readonly (readonly number[])[];
  /** Index in `planes`. */
  readonly readPlane?: number;
  readonly isTransmission?: boolean;
  readonly light?: string;
  readonly isExternal?: boolean;
  /** The size stands under the tag that has no origin of tiles. */
  readonly otherLayout?: boolean;
  readonly frame?: string;
  readonly colourSpace?: number;
}

export interface VsiOptions {
  readonly name?: string;
  readonly stacks?: readonly VsiStack[];
  /** Of the TIFF. */
  readonly thumbnail?: Raster;
}

export interface BuiltVsi {
  readonly files: Map<string, Uint8Array>;
  /** What is to be seen of each level, stack by stack. */
  readonly levels: readonly (readonly Raster[])[];
}

export function buildVsi(options?: VsiOptions): Promise<BuiltVsi>;
export function sceneOf(width: number, height: number, seed?: number): Raster;
