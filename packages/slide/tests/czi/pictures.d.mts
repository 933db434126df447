/** What `pictures.mjs` makes. */
import type { Raster } from '@ftuseg/core';

export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly samples: 1 | 3;
  readonly bits: 8 | 16;
  readonly data: Uint8Array;
}

export function samplesOf(width: number, height: number, samples: 1 | 3, bits: 8 | 16, number?: number): Samples;
export function shownOf(picture: Samples): Raster;
