/**
 * Probabilities of a slide without the empty part: what no threshold can make foreground, and what no outline depends on. A
 * few percent of a slide remain, so that many versions of it can be kept.
 */
import { type Raster, raster } from '@ftuseg/core';

/** Pixels of a block's side. */
const BLOCK = 16;

export interface SparseProbability {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Of the blocks that are kept, by rows of blocks; all others are 0. */
  readonly blocks: Int32Array;
  /** Block by block, each `BLOCK` x `BLOCK` x channels; beyond the slide's end 0. */
  readonly data: Float32Array;
}

const across = (length: number): number => Math.ceil(length / BLOCK);

/**
 * Keeps every block in which, or right beside which, a sample reaches `low`. Thresholding at `low` or above after bilinear
 * enlargement gives the same as before.
 */
export function sparseProbability(probability: Raster<Float32Array>, low: number): SparseProbability {
  const { width, height, channels, data } = probability;
  const columns = across(width);
  const kept = new Uint8Array(columns * across(height));
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = y * width * channels; x < width; x++) {
      let reached = false;
      for (let c = 0; c < channels; c++, at++) reached ||= (data[at] as number) >= low;
      if (!reached) continue;
      for (const row of [Math.max(y - 1, 0), Math.min(y + 1, height - 1)]) {
        for (const column of [Math.max(x - 1, 0), Math.min(x + 1, width - 1)]) {
          kept[Math.floor(row / BLOCK) * columns + Math.floor(column / BLOCK)] = 1;
        }
      }
    }
  }
  const blocks = Int32Array.from([...kept.keys()].filter((block) => kept[block] === 1));
  const out = new Float32Array(blocks.length * BLOCK * BLOCK * channels);
  for (const [i, block] of blocks.entries()) {
    const [left, top] = [(block % columns) * BLOCK, Math.floor(block / columns) * BLOCK];
    const length = Math.min(BLOCK, width - left) * channels;
    for (let y = top; y < Math.min(top + BLOCK, height); y++) {
      const from = (y * width + left) * channels;
      out.set(data.subarray(from, from + length), (i * BLOCK + y - top) * BLOCK * channels);
    }
  }
  return { width, height, channels, blocks, data: out };
}

/**
 * Some columns again, over the whole height; 0 where nothing was kept.
 * @param left a multiple of 16
 * @returns H x columns x channels
 */
export function denseColumns(sparse: SparseProbability, left: number, columns: number): Raster<Float32Array> {
  const { width, height, channels, blocks, data } = sparse;
  if (left % BLOCK !== 0) throw new RangeError(`columns begin where blocks do, not at ${left}`);
  const out = new Float32Array(columns * height * channels);
  for (const [i, block] of blocks.entries()) {
    const [x, top] = [(block % across(width)) * BLOCK - left, Math.floor(block / across(width)) * BLOCK];
    if (x < 0 || x >= columns) continue;
    const length = Math.min(BLOCK, columns - x) * channels;
    for (let y = top; y < Math.min(top + BLOCK, height); y++) {
      const from = (i * BLOCK + y - top) * BLOCK * channels;
      out.set(data.subarray(from, from + length), (y * columns + x) * channels);
    }
  }
  return raster(columns, height, channels, out);
}
