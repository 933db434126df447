/**
 * Labels of a slide at another size, in bands: a pixel belongs to a class where at least half of what it covers does. The
 * rule of core's `resampleMask` for one class after another.
 */
import { type AreaAxis, FtuError, type Raster, raster } from '@ftuseg/core';
import { type ClassTable, channelsOf } from '../classes/classes.js';
import type { Labels } from '../labels/labels.js';
import { nodeShrinker } from '../shrink/native-shrinker.node.js';
import type { SlideRows } from '../slide.js';

/** Labels that are looked up at one time. */
const PIECE_BYTES = 8 << 20;

export interface ClassRowsOptions {
  readonly table: ClassTable;
  /** Classes of the table, at most 8; 7 where something is unknown. */
  readonly count: number;
  /** 256 entries; set to 1 for every label value that was met. */
  readonly present: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Rows of the class mask: one channel, bit c for class c, and the bit after those of the classes where nothing is known.
 *
 * @param size of the slide that the labels belong to, pixels
 * @throws FtuError `cancelled`; whatever reading the labels throws
 * @example
 * const mask = await readClassRows(truth, slide, { width: 1000, height: 800, top: 0, rows: 100 }, options);
 */
export async function readClassRows(
  truth: Pick<Labels, 'read'>,
  size: { readonly width: number; readonly height: number },
  wanted: SlideRows,
  { table, count, present, signal }: ClassRowsOptions,
): Promise<Raster> {
  const scale = size.height / wanted.height;
  const exactly = (value: number): number => (Math.abs(value - Math.round(value)) < 1e-6 ? Math.round(value) : value);
  const [start, end] = [exactly(wanted.top * scale), exactly((wanted.top + wanted.rows) * scale)];
  const from = Math.min(Math.floor(start), size.height - 1);
  const limit = Math.max(1, Math.min(Math.ceil(end), size.height) - from);
  const across: AreaAxis = { start: 0, length: size.width, limit: size.width, to: wanted.width };
  const down: AreaAxis = {
    start: start - from,
    length: Math.min(end - start, limit - (start - from)),
    limit,
    to: wanted.rows,
  };
  const { member, channels } = channelsOf(table, count);
  const covered = new Uint8Array(wanted.width * wanted.rows * channels);
  const shrink = nodeShrinker(across, down, channels, covered);
  const step = Math.max(1, Math.floor(PIECE_BYTES / (size.width * channels)));
  for (let y = 0; y < limit; y += step) {
    if (signal?.aborted) throw new FtuError('cancelled', 'reading labels was cancelled');
    const rows = Math.min(step, limit - y);
    const labels = await truth.read(from + y, rows);
    await shrink.push(shares(labels.data, member, channels, present), rows);
  }
  return raster(wanted.width, wanted.rows, 1, pack(covered, channels));
}

/** 255 where a label belongs to a class. Most of a slide is background: eight pixels of it are passed over at once. */
function shares(labels: Uint8Array, member: Uint8Array, count: number, present: Uint8Array): Uint8Array {
  const out = new Uint8Array(labels.length * count);
  const aligned = labels.byteOffset % 8 === 0 ? labels : labels.slice();
  const words = new Float64Array(aligned.buffer, aligned.byteOffset, aligned.length >> 3);
  const zeroCounts = member.subarray(0, count).includes(1);
  const mark = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const value = aligned[i] as number;
      if (value === 0 && !zeroCounts) continue;
      present[value] = 1;
      for (let c = 0; c < count; c++) out[i * count + c] = 255 * (member[value * count + c] as number);
    }
  };
  for (let w = 0; w < words.length; w++) {
    // Eight bytes that are not all 0 are a number other than 0, but for negative zero, whose last byte is 128.
    if (zeroCounts || words[w] !== 0 || aligned[8 * w + 7] !== 0) mark(8 * w, 8 * w + 8);
  }
  mark(words.length * 8, aligned.length);
  return out;
}

/** 128 and more is a half of 255, rounded up, and more. */
function pack(covered: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(covered.length / count);
  for (let i = 0, at = 0; i < out.length; i++) {
    let bits = 0;
    for (let c = 0; c < count; c++, at++) bits |= ((covered[at] as number) >> 7) << c;
    out[i] = bits;
  }
  return out;
}
