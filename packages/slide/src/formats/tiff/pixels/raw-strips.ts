/**
 * Uncompressed strips that lie one behind the other, as nearly every writer leaves them, are one array of rows: a window of
 * HuBMAP's slides, with one row a strip, is then one read a plane and not five hundred.
 */
import { FtuError } from '@ftuseg/core';
import type { ByteSource } from '../../../source/byte-source.js';
import type { Window } from '../../placed/placed-tiles.js';
import type { TiffPage } from '../page.js';
import { eightBit, reverseBits } from './samples.js';

const PIECE_BYTES = 4 << 20;

/** Rows of a window in a file. */
interface RawRows {
  readonly source: ByteSource;
  readonly offset: number;
  readonly stride: number;
  readonly length: number;
}

/**
 * Where the rows of a window lie, if its strips are contiguous.
 * @param index of a strip of this plane in the page's table
 * @returns undefined when they are not, or when one is absent or too short
 */
async function locateRows(
  page: TiffPage,
  index: (strip: number) => number,
  samples: number,
  { x, y, width, height }: Window,
  slide: ByteSource,
): Promise<RawRows | undefined> {
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
  return { source, offset: start, stride: rowBytes, length: width * pixelBytes };
}

const isRaw = ({ compression, blocks, chroma }: TiffPage): boolean =>
  compression === 'none' && blocks === 'strips' && !chroma;

/**
 * 8-bit samples of a window of one plane (or of a whole chunky page).
 * @param plane of a planar page
 * @returns undefined for pages that are not uncompressed strips, and for strips that are not contiguous
 */
export async function readRawStrips(
  page: TiffPage,
  plane: number,
  samples: number,
  window: Window,
  slide: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  if (!isRaw(page)) return undefined;
  const found = await locateRows(page, (strip) => plane * page.down + strip, samples, window, slide);
  if (found === undefined) return undefined;
  const { source, offset, stride, length } = found;
  const raw = await readStrided(source, offset, stride, length, window.height, signal);
  const bytes = page.reversedBits ? reverseBits(raw) : raw;
  return eightBit(page, bytes, window.width, window.height, samples, source.name);
}

/** A plane, and the page that it is of. */
export interface Plane {
  readonly page: TiffPage;
  readonly plane: number;
}

const isPlain = ({ page }: Plane): boolean =>
  isRaw(page) && page.bits === 8 && page.sampleFormat === 'unsigned' && page.predictor !== 2 && !page.reversedBits;

/**
 * Interleaved samples of a window of three planes, put together while they are read.
 * @returns undefined where the source cannot do that, or the planes are not bytes in contiguous strips
 */
export async function readRawPlanes(
  planes: readonly Plane[],
  window: Window,
  slide: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  if (planes.length !== 3 || !planes.every(isPlain)) return undefined;
  const found: RawRows[] = [];
  for (const { page, plane } of planes) {
    const rows = await locateRows(page, (strip) => plane * page.down + strip, 1, window, slide);
    if (rows === undefined) return undefined;
    found.push(rows);
  }
  const [red, green, blue] = found;
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const { source, stride, length } = red;
  if (found.some((rows) => rows.source !== source || rows.stride !== stride)) return undefined;
  if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: source.name });
  return source.readPlanes?.([red.offset, green.offset, blue.offset], stride, length, window.height);
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
