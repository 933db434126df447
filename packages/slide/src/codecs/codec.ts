/**
 * A codec: how the blocks of a TIFF of one compression become samples. Each is one file and one line in a registry: `registry.ts` for those that run
 * everywhere, `registry.node.ts` and `registry.browser.ts` for those that a runtime brings.
 */
import { FtuError } from '@ftuseg/core';

/** TIFF tag 262. */
export type Photometric = 'white-is-zero' | 'black-is-zero' | 'rgb' | 'palette' | 'cmyk' | 'ycbcr';

/** What decoders need to know of the page that a block belongs to. */
export interface BlockLayout {
  /** The codec's name, or what it calls this page. */
  readonly compression: string;
  readonly photometric: Photometric;
  /** Bits per sample: 1 to 16 in pictures; label images may also have 32 and 64. */
  readonly bits: number;
  /** Of samples of more than 8 bits: how many are used, so that the brightest code is 2^usedBits - 1. */
  readonly usedBits: number;
  /** A strip is as wide as the page; the last one may have fewer rows. */
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Samples are stored as YCbCr, not inside JPEG or the like. */
  readonly chroma: boolean;
  readonly littleEndian: boolean;
  /** Tables to put before each abbreviated JPEG stream (tag 347). */
  readonly jpegTables: Uint8Array | undefined;
}

export interface EncodedBlock {
  readonly data: Uint8Array;
  readonly page: BlockLayout;
  /** Pixels of this block; the last strip of a page has fewer rows. */
  readonly width: number;
  readonly height: number;
  /** The part of it that is inside the page, from its first pixel on, where a tile passes the edges; undefined for the whole. */
  readonly inside?: { readonly width: number; readonly height: number } | undefined;
  /** Samples per pixel in this block: 1 in a planar page. */
  readonly samples: number;
  /** Bytes that the samples take before compression. */
  readonly bytes: number;
  readonly signal?: AbortSignal | undefined;
  /** For messages: `page 0, tile 12 at 4096`. */
  readonly where: string;
}

/** A part of a block, in its pixels, and where its samples go: the first to `out[at]`, each row `stride` bytes behind the one above. */
export interface BlockPart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly out: Uint8Array;
  readonly at: number;
  readonly stride: number;
}

/**
 * Returns exactly `bytes` bytes: samples as they were before compression, predictor still applied; codecs of pictures give
 * 8-bit grey, RGB, either with opacity, or CMYK. It throws any Error for damaged data and never allocates much more than `bytes`.
 */
export type Decoder = (block: EncodedBlock) => Uint8Array | Promise<Uint8Array>;

/** What the tags of a page say that may decide what is inside its blocks. */
export interface StatedPage {
  /** TIFF tag 259. */
  readonly code: number;
  readonly photometric: Photometric;
  /** Aperio's compressions say what JPEG 2000 holds; its photometric tag is wrong. */
  readonly aperio: boolean;
}

export interface CodecFacts {
  /** As messages and the slide's info call it, such as `lzw`. */
  readonly name: string;
  /** Values of TIFF tag 259. */
  readonly codes: readonly number[];
  /** Gives back every sample as it was stored: labels may be kept in it. */
  readonly lossless: boolean;
  /** Blocks are pictures that say themselves what their colours are, of this many bits per sample; undefined for plain samples. */
  readonly pictureBits?: readonly number[];
  /** Samples per pixel of such pictures, where not any number is decoded. */
  readonly pictureSamples?: readonly number[];
  /** Samples may be stored as differences (tag 317); elsewhere the tag is passed over, as libtiff does. */
  readonly predicts?: boolean;
  /** Its streams have an order of bits of their own, which tag 266 does not change. */
  readonly ownBitOrder?: boolean;
  /** What a page is called whose blocks may hold different things. */
  nameOf?(page: StatedPage): string;
}

export interface Codec extends CodecFacts {
  readonly decode: Decoder;
  /** Decodes a part, where that costs less than the whole. What it has written before it throws is without meaning. */
  readonly decodePart?: (block: EncodedBlock, part: BlockPart) => Promise<void>;
}

/** @throws {FtuError} `cancelled` */
export function checkSignal({ signal, where }: EncodedBlock, subject = where): void {
  if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject });
}

/** Bytes of one row of `samples` samples; rows start at whole bytes. */
export const rowBytesOf = ({ bits }: Pick<BlockLayout, 'bits'>, samples: number): number =>
  Math.ceil((samples * bits) / 8);
