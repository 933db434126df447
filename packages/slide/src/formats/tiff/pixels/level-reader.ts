/**
 * Windows of one level as RGB: the blocks that a window touches are decoded side by side and copied together. Uncompressed
 * pages skip blocks altogether: only the rows' own bytes are read.
 */
import { FtuError } from '@ftuseg/core';
import { rowBytesOf } from '../../../codecs/codec.js';
import { decodeBlock, decodePart } from '../../../codecs/decode-block.js';
import { SlideError } from '../../../slide-error.js';
import type { ByteSource } from '../../../source/byte-source.js';
import { readPlaced, type Window } from '../../placed/placed-tiles.js';
import type { TiffLevel, TiffPage } from '../page.js';
import type { BlockCache } from './block-cache.js';
import { chromaBytes, chromaToRgb } from './chroma.js';
import { emptySample, fillGaps } from './gaps.js';
import { readRawPlanes, readRawStrips, readStrided } from './raw-strips.js';
import { readPlace } from './read-place.js';
import { eightBit, reverseBits } from './samples.js';
import { bandsToRgb, toRgb } from './to-rgb.js';

/** A block that takes more than this in memory is refused: no pyramid has one, and a strip that large is the whole slide. */
const MAX_BLOCK_BYTES = 256 << 20;

/** Blocks that are read and decoded at one time, if they take no more than the largest block together. */
const MAX_BLOCKS_AT_ONCE = 64;

/** A window that needs less than this share of a block has only that decoded, the first time. */
const PART = 0.75;

export interface LevelReaderOptions {
  readonly source: ByteSource;
  readonly cache: BlockCache;
}

export interface PlaneOptions extends LevelReaderOptions {
  /** Gets the place in the window of each block that was left out. */
  readonly gaps?: Window[];
}

/** RGB of a window, which must lie inside the level: width x height x 3. */
export async function readWindow(
  level: TiffLevel,
  window: Window,
  options: LevelReaderOptions,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { placed, draw } = level;
  if (draw !== undefined) return draw(window, signal);
  if (placed !== undefined) {
    const read = (page: TiffPage, part: Window) =>
      readWindow({ width: page.width, height: page.height, downsample: 1, pages: [page] }, part, options, signal);
    return readPlaced(placed, window, read);
  }
  const { width, height } = window;
  const [first] = level.pages;
  const planes = first.planar || level.pages.length === 3;
  if (!planes) {
    const gaps: Window[] = [];
    const samples = await readPlane(first, 0, first.samples, window, { ...options, gaps }, signal);
    const rgb = toRgb(first, samples, width * height);
    fillGaps(rgb, width, [gaps], first);
    return rgb;
  }
  const count = first.planar ? first.samples : 3;
  const all = Array.from({ length: count }, (_, c) =>
    first.planar ? { page: first, plane: c } : { page: level.pages[c] ?? first, plane: 0 },
  );
  if (first.photometric === (first.planar ? 'rgb' : 'black-is-zero')) {
    const joined = await readRawPlanes(all, window, options.source, signal);
    if (joined !== undefined) return joined;
  }
  const gaps = all.map((): Window[] => []);
  const bands = await Promise.all(
    all.map(({ page, plane }, c) => readPlane(page, plane, 1, window, { ...options, gaps: gaps[c] ?? [] }, signal)),
  );
  const joined = interleave(bands, width * height);
  const rgb = first.planar ? toRgb(first, joined, width * height) : bandsToRgb(first, joined);
  fillGaps(rgb, width, gaps, first);
  return rgb;
}

/** Planes of `count` samples put together, pixel by pixel. */
export function interleave(bands: readonly Uint8Array[], count: number): Uint8Array {
  const out = new Uint8Array(count * bands.length);
  const [red, green, blue, ...more] = bands;
  if (red !== undefined && green !== undefined && blue !== undefined && more.length === 0) {
    // One pass over the result takes half the time of three.
    for (let i = 0, to = 0; i < count; i++, to += 3) {
      out[to] = red[i] as number;
      out[to + 1] = green[i] as number;
      out[to + 2] = blue[i] as number;
    }
    return out;
  }
  for (const [c, band] of bands.entries()) {
    for (let i = 0, to = c; i < count; i++, to += bands.length) out[to] = band[i] as number;
  }
  return out;
}

/** 8-bit samples of a window of one plane (or of a whole chunky page), interleaved. */
export async function readPlane(
  page: TiffPage,
  plane: number,
  samples: number,
  window: Window,
  options: PlaneOptions,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const found = await readRawStrips(page, plane, samples, window, options.source, signal);
  if (found !== undefined) return found;
  const out = new Uint8Array(window.width * window.height * samples);
  const { blockWidth, blockHeight, across } = page;
  const [left, right] = [Math.floor(window.x / blockWidth), Math.floor((window.x + window.width - 1) / blockWidth)];
  const [top, bottom] = [Math.floor(window.y / blockHeight), Math.floor((window.y + window.height - 1) / blockHeight)];
  const blocks: (readonly [column: number, row: number])[] = [];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) blocks.push([column, row]);
  }
  let next = 0;
  let failed: { readonly reason: unknown } | undefined;
  const work = async (): Promise<void> => {
    while (next < blocks.length && failed === undefined) {
      const [column, row] = blocks[next++] as (typeof blocks)[number];
      const index = plane * across * page.down + row * across + column;
      await copyBlock(page, index, column, row, samples, window, out, options, signal).catch((reason: unknown) => {
        failed ??= { reason };
      });
    }
  };
  const bytes = rowBytesOf(page, blockWidth * samples) * blockHeight;
  const atOnce = Math.max(1, Math.min(blocks.length, MAX_BLOCKS_AT_ONCE, Math.floor(MAX_BLOCK_BYTES / bytes)));
  // All of them end, also after a failure: none may go on writing behind the caller's back.
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failed !== undefined) throw failed.reason;
  return out;
}

async function copyBlock(
  page: TiffPage,
  index: number,
  column: number,
  row: number,
  samples: number,
  window: Window,
  out: Uint8Array,
  options: PlaneOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { cache } = options;
  const [blockX, blockY] = [column * page.blockWidth, row * page.blockHeight];
  const isCut = page.blocks === 'strips' || page.cutTiles === true;
  const rowsOfBlock = isCut ? Math.min(page.blockHeight, page.height - blockY) : page.blockHeight;
  const columnsOfBlock = isCut ? Math.min(page.blockWidth, page.width - blockX) : page.blockWidth;
  const x0 = Math.max(window.x, blockX);
  const x1 = Math.min(window.x + window.width, blockX + columnsOfBlock);
  const y0 = Math.max(window.y, blockY);
  const y1 = Math.min(window.y + window.height, blockY + rowsOfBlock);
  const [width, height] = [x1 - x0, y1 - y0];
  const to = ((y0 - window.y) * window.width + x0 - window.x) * samples;
  const stride = window.width * samples;
  const paste = (from: Uint8Array, at: number, step: number): void => {
    for (let y = 0; y < height; y++) {
      out.set(from.subarray(at + y * step, at + y * step + width * samples), to + y * stride);
    }
  };
  const place = await page.index.locate(index);
  const { offset, bytes, source = options.source } = place;
  if (bytes === 0) {
    // A sparse block is background that the scanner never wrote, and background in labels.
    paste(new Uint8Array(width * height * samples).fill(emptySample(page)), 0, width * samples);
    options.gaps?.push({ x: x0 - window.x, y: y0 - window.y, width, height });
    return;
  }
  const pixelBytes = (samples * page.bits) / 8;
  const rowBytes = rowBytesOf(page, columnsOfBlock * samples);
  const expected = page.chroma ? chromaBytes(page.subsampling, columnsOfBlock, rowsOfBlock) : rowBytes * rowsOfBlock;
  const where = `${page.name}, ${page.blocks === 'tiles' ? 'tile' : 'strip'} ${index} at ${offset}`;
  if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: source.name });
  if (page.compression === 'none' && !page.chroma && Number.isInteger(pixelBytes)) {
    if (bytes < expected) {
      throw new SlideError('bad-input', `${where}: it has ${bytes} bytes where ${expected} are needed`, {
        subject: source.name,
        hint: 'the file is damaged or cut off: copy or export it again',
      });
    }
    const start = offset + (y0 - blockY) * rowBytes + (x0 - blockX) * pixelBytes;
    const raw = await readStrided(source, start, rowBytes, width * pixelBytes, height, signal);
    const ordered = page.reversedBits ? reverseBits(raw) : raw;
    paste(eightBit(page, ordered, width, height, samples, source.name), 0, width * samples);
    return;
  }
  if (expected > MAX_BLOCK_BYTES) {
    throw new SlideError('unsupported', `${where}: a compressed block of ${expected} bytes is too large`, {
      subject: source.name,
      hint: 'save it with tiles of 256 x 256',
    });
  }
  const encode = (data: Uint8Array, stopped: AbortSignal | undefined) => ({
    page,
    width: columnsOfBlock,
    height: rowsOfBlock,
    inside: { width: page.width - blockX, height: page.height - blockY },
    samples,
    bytes: expected,
    where,
    signal: stopped,
    data: page.reversedBits ? reverseBits(data) : data,
  });
  const small = width * height < PART * columnsOfBlock * rowsOfBlock;
  const { decodePart: decode } = page.codec;
  if (
    decode !== undefined &&
    small &&
    page.bits === 8 &&
    page.predictor === 1 &&
    cache.firstAsk(`${page.name}:${index}`)
  ) {
    // Random windows use a corner of most blocks; whoever asks again gets the whole block, which is then kept.
    const rows = (await place.readRows?.(y0 - blockY, height, signal)) ?? {
      data: await readPlace(place, options.source, signal),
      first: 0,
      count: rowsOfBlock,
    };
    const part = { x: x0 - blockX, y: y0 - blockY - rows.first, width, height, out, at: to, stride };
    await decodePart(decode, { ...encode(rows.data, signal), height: rows.count }, part, source.name);
    return;
  }
  const decodeAll = async (all: AbortSignal): Promise<Uint8Array> => {
    const data = await readPlace(place, options.source, all);
    const decoded = await decodeBlock(page.codec, encode(data, all), source.name);
    return page.chroma
      ? chromaToRgb(page, decoded, columnsOfBlock, rowsOfBlock)
      : eightBit(page, decoded, columnsOfBlock, rowsOfBlock, samples, source.name);
  };
  const block = await cache.get(`${page.name}:${index}`, decodeAll, signal);
  paste(block, ((y0 - blockY) * columnsOfBlock + x0 - blockX) * samples, columnsOfBlock * samples);
}
