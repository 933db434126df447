/**
 * One picture inside a TIFF, described so that reading its pixels needs no further look at tags: what the parser makes
 * and the readers consume. No Node API: a page in a browser describes and reads slides with the same code.
 */
import type { Rect, Scale } from '@ftuseg/core';
import type { BlockLayout, Codec } from '../../codecs/codec.js';
import type { ByteSource } from '../../source/byte-source.js';
import type { PlacedTiles, Window } from '../placed/placed-tiles.js';
import type { Properties } from '../properties/properties.js';

/** TIFF tag 339. */
export type SampleFormat = 'unsigned' | 'signed' | 'float';

/** Where a block lies. `bytes` 0 is a sparse block: its pixels are the page's `blank`. */
export interface BlockPlace {
  readonly offset: number;
  readonly bytes: number;
  /** Where that is another than the slide's own file: slides of several files, and blocks put together from pieces. */
  readonly source?: ByteSource | undefined;
  /** Gives the block's bytes where they are put together from pieces; `bytes` is then no more than a sign that there are some. */
  readonly read?: ((signal: AbortSignal | undefined) => Promise<Uint8Array>) | undefined;
  /** As `read`, of rows alone, where fewer pieces hold them. Pixels are those of the whole block. */
  readonly readRows?:
    | ((first: number, count: number, signal: AbortSignal | undefined) => Promise<BlockRows>)
    | undefined;
}

/** Some rows of a block, coded as a block of their own. */
export interface BlockRows {
  readonly data: Uint8Array;
  /** Rows of the block: the first, and how many there are. At least those that were asked for. */
  readonly first: number;
  readonly count: number;
}

/** Offsets and byte counts of tiles or strips; read from the file when first asked, since a slide has 100,000 of them. */
export interface BlockIndex {
  readonly length: number;
  /**
   * @throws {SlideError} `bad-input`, naming block, offset and tag, for a block that passes the end of the file
   */
  locate(index: number): Promise<BlockPlace>;
}

/** Bytes that are read when they are asked for. */
export interface BytesPlace {
  readonly source: ByteSource;
  readonly offset: number;
  readonly bytes: number;
}

export interface TiffPage extends BlockLayout {
  /** For messages: `page 3`, `page 0, sub-image 1`. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly blocks: 'tiles' | 'strips';
  /** Tiles at the right and at the bottom hold only what is inside the page; by default they have their full size. */
  readonly cutTiles?: boolean;
  /** Blocks per row and per column of the page; planar pages have `samples` times `across * down` blocks, plane by plane. */
  readonly across: number;
  readonly down: number;
  readonly index: BlockIndex;
  readonly codec: Codec;
  readonly samples: number;
  readonly sampleFormat: SampleFormat;
  /** `labels`: samples are read as the numbers they are, never scaled to brightness. */
  readonly content: 'picture' | 'labels';
  /** Bits of each byte lie the other way round (tag 266 is 2). */
  readonly reversedBits: boolean;
  /** Red, green and blue (or the label) of a block that was left out, 0 to 255. */
  readonly blank: number;
  readonly planar: boolean;
  /** 1 none, 2 horizontal differences. */
  readonly predictor: 1 | 2;
  /** The last sample is an opacity (tag 338). */
  readonly alpha: 'none' | 'associated' | 'unassociated';
  /** 3 x 2^bits 8-bit entries, red then green then blue (tag 320). */
  readonly palette: Uint8Array | undefined;
  /** Horizontal and vertical subsampling of chroma (tag 530), for uncompressed and losslessly compressed YCbCr; JPEG says its own. */
  readonly subsampling: readonly [horizontal: number, vertical: number];
  /** ReferenceBlackWhite (tag 532) and YCbCrCoefficients (tag 529), or their defaults. */
  readonly referenceBlackWhite: readonly number[];
  readonly ycbcrCoefficients: readonly [number, number, number];
  /** The ICC profile of its colours. */
  readonly iccProfile?: BytesPlace | undefined;
}

/** What pages of other formats than TIFF begin with: samples of a picture as they are, without what only a TIFF's tags can say of them. */
export const PLAIN_SAMPLES = {
  sampleFormat: 'unsigned',
  content: 'picture',
  reversedBits: false,
  predictor: 1,
  alpha: 'none',
  palette: undefined,
  chroma: false,
  jpegTables: undefined,
  subsampling: [1, 1],
  referenceBlackWhite: [],
  ycbcrCoefficients: [0.299, 0.587, 0.114],
} as const satisfies Partial<TiffPage>;

/** A level made of pages: one page, or one single-sample page per channel (red, green, blue). */
export interface TiffLevel {
  readonly width: number;
  readonly height: number;
  readonly downsample: number;
  /** One page, or three single-band pages of one size and layout. */
  readonly pages: readonly [TiffPage] | readonly [TiffPage, TiffPage, TiffPage];
  /** Where the level is put together from parts of pages, whose first then stands in `pages` to say how all are stored. */
  readonly placed?: PlacedTiles<TiffPage>;
  /** RGB of a window, where whoever makes the pixels keeps what it decoded and draws windows as cheaply as blocks. */
  readonly draw?: (window: Window, signal: AbortSignal | undefined) => Promise<Uint8Array>;
}

/** What the parser says of a whole file. */
export interface TiffSlide {
  /** Such as `Aperio SVS`, `OME-TIFF`, `BigTIFF pyramid`, `TIFF`. */
  readonly format: string;
  readonly levels: readonly [TiffLevel, ...TiffLevel[]];
  /** As the slide's: see `boundsWithin`. */
  readonly bounds?: Rect | undefined;
  readonly scale: Scale | undefined;
  readonly micronsPerPixelFrom: string | undefined;
  readonly scaleNote?: string;
  /** As in the slide's info. */
  readonly objectivePower?: number | undefined;
  readonly notes?: readonly string[] | undefined;
  readonly warnings?: readonly string[] | undefined;
  /** By name; a function for one that is looked at only when it is asked for. */
  readonly associated: ReadonlyMap<string, TiffPage | (() => Promise<TiffPage>)>;
  /** Its blocks can be counted without asking anybody else for each. */
  readonly countsStored?: boolean;
  /** What the scanner wrote, where there is anything. */
  readonly readProperties?: (signal: AbortSignal | undefined) => Promise<Properties>;
}
