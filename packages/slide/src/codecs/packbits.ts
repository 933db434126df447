/** PackBits, Apple's byte run lengths. Source: TIFF 6.0, section 9. */
import type { Codec, EncodedBlock } from './codec.js';

/** Decodes until `bytes` bytes are made or the input ends; what a run holds beyond them is dropped. */
export function decodePackBits({ data, bytes }: EncodedBlock): Uint8Array {
  const out = new Uint8Array(bytes);
  let to = 0;
  for (let at = 0; at < data.length && to < bytes; ) {
    const control = data[at++] as number;
    if (control < 128) {
      const literal = data.subarray(at, at + Math.min(control + 1, bytes - to));
      out.set(literal, to);
      to += literal.length;
      at += control + 1;
    } else if (control > 128) {
      const end = Math.min(to + 257 - control, bytes);
      out.fill(data[at++] ?? 0, to, end);
      to = end;
    }
  }
  return out.subarray(0, to);
}

export const packBits: Codec = { name: 'packbits', codes: [32773], lossless: true, decode: decodePackBits };
