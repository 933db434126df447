/**
 * Blocks of LZ4, as Blosc and Zarr keep them. The decoded size is known before, so that damage can neither ask for memory nor write past it.
 * Source: LZ4 block format description, lz4/lz4.
 */
import { copyBack } from './copy-back.js';

/**
 * @param out filled to its end
 * @throws {Error} for damaged data
 */
export function decodeLz4(data: Uint8Array, out: Uint8Array): void {
  let at = 0;
  let to = 0;
  const length = (nibble: number): number => {
    let sum = nibble;
    if (nibble < 15) return sum;
    for (;;) {
      const more = data[at++];
      if (more === undefined) throw new Error('LZ4 data end within a length');
      sum += more;
      if (more < 255) return sum;
    }
  };
  while (at < data.length) {
    const token = data[at++] as number;
    const literals = length(token >> 4);
    if (at + literals > data.length || to + literals > out.length) throw new Error('LZ4 literals pass the end');
    out.set(data.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === data.length) break;
    if (at + 2 > data.length) throw new Error('LZ4 data end within an offset');
    const back = (data[at] as number) | ((data[at + 1] as number) << 8);
    at += 2;
    const matched = length(token & 15) + 4;
    copyBack(out, to, back, matched);
    to += matched;
  }
  if (to !== out.length) throw new Error(`LZ4 data give ${to} bytes where ${out.length} are needed`);
}
