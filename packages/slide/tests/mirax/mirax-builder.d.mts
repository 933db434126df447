/** What `mirax-builder.mjs` makes. */
import type { Raster } from '@ftuseg/core';

export interface MiraxOptions {
  readonly photosAcross?: number;
  readonly photosDown?: number;
  /** Images of a photo, across and down. */
  readonly divisions?: number;
  /** The only image of the only photo; then there is one level, of `divisions` 1. */
  readonly scene?: Raster;
  /** Of an image, pixels. */
  readonly side?: number;
  /** Of photos, pixels. */
  readonly overlap?: number;
  readonly levels?: number;
  readonly format?: 'BMP24' | 'PNG' | 'JPEG';
  readonly encode?: (image: Omit<Raster, 'channels'>) => Uint8Array | Promise<Uint8Array>;
  /** Blue, green, red, the last the lowest. */
  readonly fill?: number;
  /** Where positions are stated; none: photos lie evenly. */
  readonly positions?: 'plain' | 'packed' | 'none';
  /** Photos that were not taken. */
  readonly isMissing?: (x: number, y: number) => boolean;
  /** How far a photo lies from its even place, pixels. */
  readonly shift?: (x: number, y: number) => readonly [number, number];
  readonly files?: number;
  readonly name?: string;
  readonly id?: string;
  /** JPEGs beside the slide. */
  readonly pictures?: Partial<Record<'macro' | 'label' | 'thumbnail', Uint8Array>>;
  /** Records of a page of the index. */
  readonly perPage?: number;
}

export interface BuiltMirax {
  readonly files: Map<string, Uint8Array>;
  /** What is to be seen of each level. */
  readonly levels: readonly Raster[];
}

export function buildMirax(options?: MiraxOptions): Promise<BuiltMirax>;
export function encodeBmp(image: Omit<Raster, 'channels'>): Uint8Array;
