/** What `zarr-builder.mjs` makes. */
import type { Raster } from '@ftuseg/core';

type Axis = 't' | 'c' | 'z' | 'y' | 'x';

export interface ZarrOptions {
  /** Grey or RGB, the full picture first. */
  readonly levels: readonly Raster[];
  /** Of Zarr: 2 makes OME-Zarr 0.4, 3 makes 0.5. Default 2. */
  readonly version?: 2 | 3;
  /** Default `cyx`. */
  readonly axes?: string;
  /** Samples of 16 bits are those of 8, times 256, and 17. */
  readonly bits?: 8 | 16;
  /** Default 16 across and down, 1 along the others. */
  readonly chunk?: Partial<Record<Axis, number>>;
  /** Lengths of `t` and `z`: the first and the middle plane are the picture, the others are inverted. */
  readonly planes?: Partial<Record<'t' | 'z', number>>;
  readonly compressor?: 'none' | 'zlib' | 'gzip';
  /** Chunks per shard along axes; version 3. */
  readonly shards?: Partial<Record<Axis, number>>;
  readonly indexAt?: 'start' | 'end';
  /** A sum behind each chunk; version 3. */
  readonly sums?: boolean;
  /** `F`, or in version 3 the order of dimensions in a chunk. */
  readonly order?: 'C' | 'F' | readonly number[];
  readonly separator?: '.' | '/';
  readonly bigEndian?: boolean;
  readonly fill?: number;
  isMissing?(level: number, place: readonly number[]): boolean;
  /** Put before each name: `0/`. */
  readonly prefix?: string;
  readonly omero?: object;
  /** Further attributes of the group. */
  readonly attributes?: object;
  /** Across and down, in `unit`. */
  readonly microns?: readonly [number, number];
  /** Empty for none. */
  readonly unit?: string;
}

/** Files by name. */
export function buildZarr(options: ZarrOptions): Map<string, Uint8Array>;
export function crc32c(bytes: Uint8Array): number;
