/** Types of `slide-builder.mjs` and of what it takes. */
import type { Raster } from '@ftuseg/core';

export const SYNTAX: Readonly<Record<'implicit' | 'explicit' | 'jpeg' | 'jpeg2000' | 'rle' | 'encapsulated', string>>;

export interface FramePosition {
  readonly column: number;
  readonly row: number;
  readonly z?: number;
  readonly path?: string;
}

export interface SlideFile {
  readonly width: number;
  readonly height: number;
  readonly tile: readonly [across: number, down: number];
  readonly frameData: readonly (Uint8Array | readonly Uint8Array[])[];
  readonly syntax?: string;
  readonly frames?: number;
  readonly type?: string;
  readonly uid?: string;
  readonly series?: string;
  readonly spacing?: string;
  readonly photometric?: string;
  readonly samples?: number;
  readonly bits?: number;
  readonly usedBits?: number;
  readonly planar?: number;
  readonly organization?: string | undefined;
  readonly focalPlanes?: number;
  readonly paths?: readonly {
    readonly id: string;
    readonly illumination?: string;
    readonly power?: string;
    readonly profile?: boolean;
  }[];
  readonly positions?: readonly FramePosition[];
  readonly part?: {
    readonly uid?: string;
    readonly number: number;
    readonly total?: number;
    readonly firstFrame: number;
  };
  readonly changes?: Readonly<Record<number, readonly [representation: string, value: unknown] | null>>;
  readonly table?: 'basic' | 'extended' | 'none';
  readonly isOpen?: boolean;
}

export function tilesOf(picture: Raster, tileWidth: number, tileHeight: number, fill?: number): Uint8Array[];
export function planes(tile: Uint8Array, samples?: number): Uint8Array[];
export function runLengths(parts: readonly Uint8Array[]): Uint8Array;
/** Tag, representation and value: text, numbers, bytes, or of a sequence the elements of its items. */
export type Element = readonly [tag: number, representation: string, value: unknown];
/** Of a data set; `frames` is how many there are. */
export function slideElements(options: Omit<SlideFile, 'frameData'> & { readonly frames: number }): Element[];
export function buildSlide(options: SlideFile): Uint8Array;
