/**
 * Uncompressed strips that lie one behind the other, as nearly every writer leaves them, are one array of rows: a window of
 * HuBMAP's slides, with one row a strip, is then one read a plane and not five hundred.
 */
import { FtuError } from '@ftuseg/core';
import type { ByteSource } from '../../../source/byte-source.js';
import type { TiffPage } from '../page.js';
import { eightBit, reverseBits } from './samples.js';

const PIECE_BYTES = 4 << 20;

/**
 * 8-bit samples of a window, if its strips are contiguous.
 * @param index of a strip of this plane in the page's table
 * @returns undefined when they are not, or when one is absent or too short
 */
export async function readRawStrips(
  page: TiffPage,
  index: (strip: number) => number,
  samples: number,
  { x, y, width, height }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  slide: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const pixelBytes = (samples * page.bits) / 8;
  // Pixels that share a byte are read a block at a time.
  if (!Number.isInteger(pixelBytes)) return undefined;
  const rowBytes = page.blockWidth * pixelBytes;
  const [first, last] = [Math.floor(y / page.blockHeight), Math.floor((y + height - 1) / page.blockHeight)];
  const { offset, source = slide } = await page.index.locate(index(first));
  for (let strip = first; strip <= last; strip++) {
    const rows = Math.min(page.blockHeight, page.height - strip * page.blockHeight);
    const block = await page.index.locate(index(strip));
    const expected = offset + (strip - first) * page.blockHeight * rowBytes;
    const isNext = block.offset === expected && (block.source ?? slide) === source;
    if (block.bytes < rows * rowBytes || !isNext) return undefined;
  }
  const start = offset + (y - first * page.blockHeight) * rowBytes + x * pixelBytes;
  const raw = await readStrided(source, start, rowBytes, width * pixelBytes, height, signal);
  const bytes = page.reversedBits ? reverseBits(raw) : raw;
  return eightBit(page, bytes, width, height, samples, source.name);
}

/** Rows that lie `stride` bytes apart; in large pieces where they nearly touch, or where the source cannot do better. */
export async function readStrided(
  source: ByteSource,
  offset: number,
  stride: number,
  length: number,
  rows: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: source.name });
  if (stride === length || rows === 1) return source.read(offset, length * rows, { signal });
  const close = stride < 2 * length;
  if (source.readRows !== undefined && !close) return source.readRows(offset, stride, length, rows);
  const out = new Uint8Array(length * rows);
  const step = Math.max(1, Math.floor(PIECE_BYTES / stride));
  for (let row = 0; row < rows; row += step) {
    const count = Math.min(step, rows - row);
    const piece = await source.read(offset + row * stride, stride * (count - 1) + length, { signal });
    for (let i = 0; i < count; i++) out.set(piece.subarray(i * stride, i * stride + length), (row + i) * length);
  }
  return out;
}
