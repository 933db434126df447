/**
 * Zstandard blocks (libtiff's compression 50000). The header is held against the block's size before anything is allocated.
 * Source: RFC 8878.
 */
import { Decompress } from 'fzstd';
import type { EncodedBlock } from './codecs.js';

/** What level 19 uses for large inputs. Tiles need less; `--ultra` and `--long` make more. */
const LARGEST_WINDOW = 16 << 20;

/** Window that a frame asks for, bytes. RFC 8878, 3.1.1.1. */
function windowOf(data: Uint8Array): number {
  const magic = (data[0] ?? 0) | ((data[1] ?? 0) << 8) | ((data[2] ?? 0) << 16) | ((data[3] ?? 0) << 24);
  if (data.length < 6 || magic !== (0xfd2fb528 | 0)) throw new Error('it does not start as a Zstandard frame');
  const descriptor = data[4] as number;
  const singleSegment = (descriptor & 32) !== 0;
  if (!singleSegment) {
    const window = data[5] as number;
    const base = 2 ** (10 + (window >> 3));
    return base + (base / 8) * (window & 7);
  }
  const flag = descriptor >> 6;
  const bytes = flag === 0 ? 1 : 2 ** flag;
  const at = 5 + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  let size = 0;
  for (let i = 0; i < bytes; i++) size += (data[at + i] ?? 0) * 2 ** (8 * i);
  return flag === 1 ? size + 256 : size;
}

/** @throws {Error} for damaged data, and for data that decode to more than the block holds */
export function decodeZstd({ data, bytes }: EncodedBlock): Uint8Array {
  const window = windowOf(data);
  const room = bytes + (1 << 16);
  if (window > Math.max(LARGEST_WINDOW, room)) throw new Error(`it asks for a window of ${window} bytes`);
  const out = new Uint8Array(bytes);
  let filled = 0;
  const stream = new Decompress((chunk) => {
    if (filled + chunk.length > room) throw new Error(`it decodes to more than ${bytes} bytes`);
    out.set(chunk.subarray(0, Math.max(0, bytes - filled)), Math.min(filled, bytes));
    filled += chunk.length;
  });
  stream.push(data, true);
  return out.subarray(0, Math.min(filled, bytes));
}
