/**
 * Where a slide's bytes come from. Parsing and layout stand over this one small interface, so that a local file, a
 * server that answers range requests and a file in a browser are all read by the same code.
 */
import { SlideError } from '../slide-error.js';

export interface ByteSource {
  /** For messages: a path, an address or a file's name. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Of a file on the disk, for libraries that read it themselves. */
  readonly path?: string;
  /**
   * Reads exactly `length` bytes at `offset`; the result may be a view on shared memory and must not be written to.
   * @throws {SlideError} `bad-input` when the range passes the end, `io` when reading fails; `cancelled` when `signal` aborts
   */
  read(offset: number, length: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array>;
  /**
   * Where it is cheap: `rows` pieces of `length` bytes that lie `stride` bytes apart, one after the other in the result.
   * An uncompressed strip of a slide is read this way, without the megabytes beside the window.
   */
  readRows?(offset: number, stride: number, length: number, rows: number): Promise<Uint8Array>;
  /** Where it is cheap: rows as of `readRows` from three planes, which begin at `offsets`, put together byte by byte: RGB of a planar slide. */
  readPlanes?(offsets: Offsets, stride: number, length: number, rows: number): Promise<Uint8Array>;
  /** Where it is cheap: many pieces that lie apart, one after the other in the result. A tile of an NDPI is made of some. */
  readPieces?(pieces: readonly Piece[]): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Of three planes. */
export type Offsets = readonly [number, number, number];

/** Bytes of a source. */
export interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** @throws {SlideError} `bad-input` for a range that is not inside the file */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) {
    if (offset + length <= size) return;
  }
  throw new SlideError('bad-input', `bytes ${offset} to ${offset + length} lie outside the file of ${size} bytes`, {
    subject: name,
    hint: 'the file is damaged or cut off: copy or export it again',
  });
}
