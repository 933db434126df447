/**
 * LZW as TIFF uses it: codes of 9 to 12 bits, most significant bit first, widths growing one code early. Writers before TIFF 6.0 put the
 * least significant bit first and let widths grow in time; libtiff tells them by the first code, and so does this.
 * Source: TIFF 6.0, section 13; libtiff, tif_lzw.c. A code's string is the output written when it was made, so the table holds positions.
 */
import type { Codec, EncodedBlock } from './codec.js';

const CLEAR = 256;
const END = 257;
const MAX_CODES = 4096;

/** Every stream begins with the code that clears the table: 256 in 9 bits, seen from the low end. */
const isOldStyle = (data: Uint8Array): boolean => data[0] === 0 && ((data[1] ?? 0) & 1) === 1;

/** @throws {Error} for a code that does not exist yet */
export function decodeLzw({ data, bytes }: EncodedBlock): Uint8Array {
  const old = isOldStyle(data);
  /** How many codes before the width is used up it grows. */
  const early = old ? 0 : 1;
  const out = new Uint8Array(bytes);
  // The string of code c >= 258 is out[start[c] .. start[c] + length[c]).
  const start = new Int32Array(MAX_CODES + 1);
  const length = new Int32Array(MAX_CODES + 1);
  let next = 258;
  let width = 9;
  let previous = -1;
  let previousAt = 0;
  let previousLength = 0;
  let to = 0;
  let bits = 0;
  let held = 0;
  let at = 0;
  while (to < bytes) {
    while (held < width && at < data.length) {
      const byte = data[at++] as number;
      bits = old ? bits | (byte << held) : ((bits << 8) | byte) & 0xffffff;
      held += 8;
    }
    if (held < width) break;
    held -= width;
    const code = (old ? bits : bits >> held) & ((1 << width) - 1);
    if (old) bits >>>= width;
    if (code === END) break;
    if (code === CLEAR) {
      next = 258;
      width = 9;
      previous = -1;
      continue;
    }
    const here = to;
    if (previous >= 0 && next < MAX_CODES) {
      // The new code: the previous string and the first byte of this one, which are written one after the other.
      start[next] = previousAt;
      length[next] = previousLength + 1;
      next++;
    }
    if (code < 256) {
      out[to++] = code;
      previousLength = 1;
    } else {
      if (code >= next || previous < 0) throw new Error(`LZW code ${code} at byte ${at} does not exist`);
      const from = start[code] as number;
      const count = Math.min(length[code] as number, bytes - to);
      // Byte by byte: a string may overlap what it is copied to.
      for (let i = 0; i < count; i++) out[to++] = out[from + i] as number;
      previousLength = count;
    }
    previous = code;
    previousAt = here;
    if (next >= (1 << width) - early && width < 12) width++;
  }
  return out.subarray(0, to);
}

export const lzw: Codec = { name: 'lzw', codes: [5], lossless: true, predicts: true, decode: decodeLzw };
