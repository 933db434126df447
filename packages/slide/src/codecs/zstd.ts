/**
 * Zstandard blocks (libtiff's compression 50000). The header is held against the block's size before anything is allocated.
 * Source: RFC 8878.
 */
import { Decompress } from 'fzstd';
import { type Codec, checkSignal, type EncodedBlock, rowBytesOf } from './codec.js';

/** What level 19 uses for large inputs. Tiles need less; `--ultra` and `--long` make more. */
const MAX_WINDOW = 16 << 20;

/** Bytes that are decoded between two looks at the signal. */
const STEP_BYTES = 8 << 20;

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

/** Where the header of a frame ends. RFC 8878, 3.1.1.1. */
function headerEnd(data: Uint8Array): number {
  const descriptor = data[4] as number;
  const singleSegment = (descriptor & 32) !== 0;
  const flag = descriptor >> 6;
  const sizeBytes = flag === 0 ? (singleSegment ? 1 : 0) : 2 ** flag;
  return 5 + (singleSegment ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0) + sizeBytes;
}

/**
 * A block of 128 KiB at a time, so that it can be stopped and other work goes on meanwhile.
 * @throws {Error} for damaged data, and for data that decode to more than the block holds; FtuError `cancelled`
 */
export async function decodeZstd(block: EncodedBlock): Promise<Uint8Array> {
  const { data, bytes, page, samples } = block;
  const window = windowOf(data);
  // Writers pad the last strip of a page to its full height.
  const whole = rowBytesOf(page, page.blockWidth * samples) * page.blockHeight;
  const room = Math.max(bytes, whole) + (1 << 16);
  if (window > Math.max(MAX_WINDOW, room)) throw new Error(`it asks for a window of ${window} bytes`);
  const out = new Uint8Array(bytes);
  let filled = 0;
  const stream = new Decompress((chunk) => {
    if (filled + chunk.length > room) throw new Error(`it decodes to more than ${room} bytes`);
    out.set(chunk.subarray(0, Math.max(0, bytes - filled)), Math.min(filled, bytes));
    filled += chunk.length;
  });
  let from = 0;
  let yielded = 0;
  for (let at = headerEnd(data); at + 3 <= data.length; ) {
    const header = (data[at] as number) | ((data[at + 1] as number) << 8) | ((data[at + 2] as number) << 16);
    // Type 1 repeats one byte.
    at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3);
    if ((header & 1) === 1 || at >= data.length) break;
    stream.push(data.subarray(from, at));
    from = at;
    if (filled - yielded < STEP_BYTES) continue;
    yielded = filled;
    await new Promise((resolve) => setTimeout(resolve));
    checkSignal(block);
  }
  stream.push(data.subarray(from), true);
  return out.subarray(0, Math.min(filled, bytes));
}

export const zstd: Codec = { name: 'zstd', codes: [50000], lossless: true, predicts: true, decode: decodeZstd };
