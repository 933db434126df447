/**
 * One picture inside a TIFF, described so that reading its pixels needs no further look at tags: what the parser makes
 * and the readers consume. No Node API: a page in a browser describes and reads slides with the same code.
 */
import type { Scale } from '@ftuseg/core';

/** TIFF tag 262. */
export type Photometric = 'white-is-zero' | 'black-is-zero' | 'rgb' | 'palette' | 'cmyk' | 'ycbcr';

/** TIFF tag 259, by meaning. `jpeg-2000-ycbcr` holds YCbCr that the codestream itself does not turn into RGB. */
export type Compression =
  | 'none'
  | 'lzw'
  | 'deflate'
  | 'packbits'
  | 'jpeg'
  | 'jpeg-2000-ycbcr'
  | 'jpeg-2000-rgb'
  | 'zstd'
  | 'webp';

/** TIFF tag 339. */
export type SampleFormat = 'unsigned' | 'signed' | 'float';

/** Offsets and byte counts of tiles or strips; read from the file when first asked, since a slide has 100,000 of them. */
export interface BlockIndex {
  readonly length: number;
  /**
   * Where block `index` lies. `bytes` 0 is a sparse block: its samples are the page's `blank`.
   * @throws {SlideError} `bad-input`, naming block, offset and tag, for a block that passes the end of the file
   */
  locate(index: number): Promise<{ readonly offset: number; readonly bytes: number }>;
}

export interface TiffPage {
  /** For messages: `page 3`, `page 0, sub-image 1`. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly blocks: 'tiles' | 'strips';
  /** A strip is as wide as the page; the last one may have fewer rows. */
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Blocks per row and per column of the page; planar pages have `samples` times `across * down` blocks, plane by plane. */
  readonly across: number;
  readonly down: number;
  readonly index: BlockIndex;
  readonly compression: Compression;
  readonly photometric: Photometric;
  readonly samples: number;
  /** Bits per sample: 1 to 16 in pictures; label images may also have 32 and 64. */
  readonly bits: number;
  readonly sampleFormat: SampleFormat;
  /** `labels`: samples are read as the numbers they are, never scaled to brightness. */
  readonly content: 'picture' | 'labels';
  /** Of samples of more than 8 bits: how many are used, so that the brightest code is 2^usedBits - 1. */
  readonly usedBits: number;
  /** Bits of each byte lie the other way round (tag 266 is 2). */
  readonly reversedBits: boolean;
  /** What the samples of a block that was left out are, 0 to 255. */
  readonly blank: number;
  readonly planar: boolean;
  /** 1 none, 2 horizontal differences. */
  readonly predictor: 1 | 2;
  /** The last sample is an opacity (tag 338). */
  readonly alpha: 'none' | 'associated' | 'unassociated';
  readonly littleEndian: boolean;
  /** 3 x 2^bits 8-bit entries, red then green then blue (tag 320). */
  readonly palette: Uint8Array | undefined;
  /** Samples are stored as YCbCr, not inside JPEG or the like. */
  readonly chroma: boolean;
  /** Horizontal and vertical subsampling of chroma (tag 530), for uncompressed and losslessly compressed YCbCr; JPEG says its own. */
  readonly subsampling: readonly [horizontal: number, vertical: number];
  /** ReferenceBlackWhite (tag 532) and YCbCrCoefficients (tag 529), or their defaults. */
  readonly referenceBlackWhite: readonly number[];
  readonly ycbcrCoefficients: readonly [number, number, number];
  /** Tables to put before each abbreviated JPEG stream (tag 347). */
  readonly jpegTables: Uint8Array | undefined;
}

/** A level made of pages: one page, or one single-sample page per channel (red, green, blue). */
export interface TiffLevel {
  readonly width: number;
  readonly height: number;
  readonly downsample: number;
  /** One page, or three single-band pages of one size and layout. */
  readonly pages: readonly [TiffPage] | readonly [TiffPage, TiffPage, TiffPage];
}

/** What the parser says of a whole file. */
export interface TiffSlide {
  /** Such as `Aperio SVS`, `OME-TIFF`, `BigTIFF pyramid`, `TIFF`. */
  readonly format: string;
  readonly levels: readonly [TiffLevel, ...TiffLevel[]];
  readonly scale: Scale | undefined;
  readonly micronsPerPixelFrom: string | undefined;
  readonly scaleNote?: string;
  readonly associated: ReadonlyMap<string, TiffPage>;
}
