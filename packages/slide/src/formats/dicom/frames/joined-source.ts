/** Pieces of a file read as one: a frame that a writer has cut up. */
import { type ByteSource, checkRange } from '../../../source/byte-source.js';

export interface Piece {
  readonly offset: number;
  readonly bytes: number;
}

/** @param pieces in their order; the whole is closed with its file */
export function joinedSource(source: ByteSource, pieces: readonly Piece[]): ByteSource {
  const size = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    name: source.name,
    size,
    read: async (offset, length, options) => {
      checkRange(source.name, size, offset, length);
      const out = new Uint8Array(length);
      let start = 0;
      for (const piece of pieces) {
        const [from, to] = [Math.max(offset, start), Math.min(offset + length, start + piece.bytes)];
        if (from < to) out.set(await source.read(piece.offset + from - start, to - from, options), from - offset);
        start += piece.bytes;
      }
      return out;
    },
    close: async () => undefined,
  };
}
