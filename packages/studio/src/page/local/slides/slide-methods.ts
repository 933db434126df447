/** What the workers that open slides are asked, and what the page knows of a slide from them. */
import type { Rect } from '@ftuseg/core';
import type { ProfileUse, TileColours } from '../../../protocol/slides.js';
import type { NamedSource } from './slide-source.js';

export interface SlideFacts {
  readonly width: number;
  readonly height: number;
  /** See `Slide`. */
  readonly bounds?: Rect | undefined;
  readonly pixelSize?: { readonly x: number; readonly y: number } | undefined;
  /** Such as `Aperio SVS`. */
  readonly format: string;
  /** What a person must read before using the slide, in clauses. */
  readonly warnings?: readonly string[] | undefined;
  readonly colours: ProfileUse;
  /** Pixels. */
  readonly tileSize: number;
  /** Deep Zoom's number of the finest level that is made from one reading of the slide. */
  readonly finest: number;
}

export interface SlideFile extends NamedSource {
  readonly id: string;
}

export type SlideMethods = {
  readonly facts: { readonly args: SlideFile; readonly result: SlideFacts };
  readonly tile: {
    readonly args: SlideFile & {
      readonly level: number;
      readonly x: number;
      readonly y: number;
      readonly colours: TileColours;
    };
    readonly result: ImageBitmap;
  };
  /** A BMP of at most `side` pixels a side. */
  readonly thumbnail: {
    readonly args: SlideFile & { readonly side: number };
    readonly result: Uint8Array<ArrayBuffer>;
  };
};
