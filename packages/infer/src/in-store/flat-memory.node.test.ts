/** Memory does not grow with the slide: the same network and tiles on a slide of sixteen times the area. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Raster, raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import { folderStore } from '../file-store/folder-store.node.js';
import { predictInStore } from './predict-in-store.js';

/** A slide of discs that is made as it is read. */
function discSlide(width: number, height: number): Slide {
  const window = (columns: number, rows: number, left: number, top: number, downsample: number): Raster => {
    const data = new Uint8Array(columns * rows * 3).fill(40);
    for (let y = 0; y < rows; y++) {
      const dy = (((top + y) * downsample) % 1000) - 500;
      if (dy * dy >= 40_000) continue;
      for (let x = 0, at = y * columns * 3; x < columns; x++, at += 3) {
        const dx = (((left + x) * downsample) % 1000) - 500;
        if (dx * dx + dy * dy < 40_000) data[at] = data[at + 1] = data[at + 2] = 230;
      }
    }
    return raster(columns, rows, 3, data);
  };
  return {
    ...memorySlide(
      paint(1, 1, () => 0),
      0.5,
    ),
    width,
    height,
    levels: [{ width, height, downsample: 1 }],
    readRows: async ({ width: w, rows, top, left = 0, columns = w }) => window(columns, rows, left, top, width / w),
    readRegion: async ({ x, y, downsample = 1, width: w, height: h }) =>
      window(Math.round(w / downsample), Math.round(h / downsample), x / downsample, y / downsample, downsample),
  };
}

/** @returns the most bytes that were held at a time, garbage included, and the objects found */
async function most(side: number): Promise<{ bytes: number; count: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-flat-'));
  const model = pixelModel(({ value }) => (value > 0.5 ? 4 : -4), { tileSize: 256, downsample: 8 });
  let bytes = 0;
  try {
    const { outcome } = await predictInStore(discSlide(side, side), [model], folderStore(folder), {
      ...{ id: 'discs', fingerprint: 'discs', settings: { all: true, downsample: 8 } },
      onProgress: () => {
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        bytes = Math.max(bytes, heapUsed + arrayBuffers);
      },
    });
    return { bytes, count: outcome.facts.count };
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('holds columns, not the slide', { timeout: 300_000 }, async () => {
  const small = await most(5000);
  const large = await most(20_000);
  expect(small.count).toBe(25);
  expect(large.count).toBe(400);
  // Columns are four times as high, and a few are held; the mask of the large slide alone would be 400 MB, its map 25 MB.
  expect(large.bytes - small.bytes).toBeLessThan(200e6);
});
