/**
 * How a block's bytes become samples. Parsing and layout are the same everywhere; decoders differ between Node and a
 * browser, so they are handed in.
 */
import { FtuError } from '@ftuseg/core';
import type { Compression, TiffPage } from '../formats/tiff/page.js';
import { SlideError } from '../slide-error.js';

export interface EncodedBlock {
  readonly data: Uint8Array;
  readonly page: TiffPage;
  /** Pixels of this block; the last strip of a page has fewer rows. */
  readonly width: number;
  readonly height: number;
  /** Samples per pixel in this block: 1 in a planar page. */
  readonly samples: number;
  /** Bytes that the samples take before compression: of the part where there is one. */
  readonly bytes: number;
  /** Decode only this, in pixels of the block; only for a decoder that says it can. */
  readonly part?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly signal?: AbortSignal | undefined;
  /** For messages: `page 0, tile 12 at 4096`. */
  readonly where: string;
}

/**
 * A decoder returns exactly `bytes` bytes: samples as they were before compression, predictor still applied; JPEG and WebP give
 * 8-bit grey, RGB, either with opacity, or CMYK. It throws any Error for damaged data and never allocates much more than `bytes`.
 */
export interface Decoder {
  (block: EncodedBlock): Uint8Array | Promise<Uint8Array>;
  /** It heeds `part`, and a part costs it less than the whole. */
  readonly decodesParts?: boolean;
}

export type Codecs = Readonly<Partial<Record<Compression, Decoder>>>;

/**
 * Decodes a block with the codecs at hand.
 * @throws {SlideError} `bad-input` for damaged data, `unsupported` for a compression that has no decoder here
 */
export async function decodeBlock(codecs: Codecs, block: EncodedBlock, file: string): Promise<Uint8Array> {
  const { compression } = block.page;
  const decode = codecs[compression];
  if (decode === undefined) {
    throw new SlideError('unsupported', `${block.where}: the compression ${compression} cannot be read here`, {
      subject: file,
      hint: 'save it with JPEG, LZW, Deflate or no compression',
    });
  }
  checkSignal(block, file);
  let samples: Uint8Array;
  try {
    samples = await decode(block);
  } catch (cause) {
    if (cause instanceof FtuError && cause.subject !== undefined) throw cause;
    if (cause instanceof FtuError) {
      throw new SlideError(cause.code, `${block.where}: ${cause.problem}`, {
        subject: file,
        hint: cause.hint ?? 'export it again',
        cause,
      });
    }
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw damagedBlock(block, file, `damaged ${compression} data (${reason})`, cause);
  }
  if (samples.length < block.bytes) {
    throw damagedBlock(block, file, `${samples.length} bytes were decoded where ${block.bytes} are needed`);
  }
  return samples;
}

/** @throws {FtuError} `cancelled` */
export function checkSignal({ signal, where }: EncodedBlock, subject = where): void {
  if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject });
}

function damagedBlock({ where }: EncodedBlock, file: string, problem: string, cause?: unknown): SlideError {
  const hint = 'the file is damaged or cut off: copy or export it again';
  return new SlideError('bad-input', `${where}: ${problem}`, { subject: file, hint, cause });
}
