import { crop, type Raster } from '@ftuseg/core';
import { expect } from 'vitest';
import type { Slide } from '../src/slide.js';

/** Every level of a slide is the picture that it must be, read whole and in part. */
export async function expectLevels(slide: Slide, levels: readonly Raster[]): Promise<void> {
  for (const level of levels) {
    const { width, height } = level;
    const { data } = await slide.readRows({ width, height, top: 0, rows: height });
    expect(Buffer.compare(data, level.data)).toBe(0);
    const part = { x: width >> 2, y: height >> 1, width: width >> 1, height: height >> 2 };
    const rows = { width, height, top: part.y, rows: part.height, left: part.x, columns: part.width };
    expect(Buffer.compare((await slide.readRows(rows)).data, crop(level, part).data)).toBe(0);
  }
}
