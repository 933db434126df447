import { createRandom, crop, raster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { copyColumns, cutColumns, joinColumns, placeColumns } from './columns.js';

const random = createRandom(3);
const map = (width: number, height: number, channels: number) =>
  raster(
    width,
    height,
    channels,
    Float32Array.from({ length: width * height * channels }, () => random.next()),
  );

describe('columns of a map', () => {
  it('are cut as a window of it, and joined to the same map again', () => {
    const whole = map(9, 4, 2);
    for (let first = 1; first < 9; first++) {
      const [left, right] = [cutColumns(whole, 0, first), cutColumns(whole, first, 9 - first)];
      expect(right).toEqual(crop(whole, { x: first, y: 0, width: 9 - first, height: 4 }));
      expect(joinColumns(left, right)).toEqual(whole);
    }
  });

  it('are placed back where they were', () => {
    const whole = map(9, 4, 2);
    const out = raster(9, 4, 2, new Float32Array(whole.data.length));
    for (const [first, count] of [
      [5, 4],
      [0, 5],
    ] as const) {
      placeColumns(cutColumns(whole, first, count), first, out);
    }
    expect(out).toEqual(whole);
  });

  it('are the map itself where they are all of it', () => {
    const whole = map(5, 3, 1);
    expect(cutColumns(whole, 0, 5)).toBe(whole);
  });

  it('leave what a band does not have of a box', () => {
    const band = map(4, 6, 1);
    const out = new Float32Array(5 * 2).fill(-1);
    copyColumns(band, 10, out, { left: 8, right: 13, top: 2, bottom: 4 });
    const row = (y: number) => [-1, -1, ...band.data.slice(y * 4, y * 4 + 3)];
    expect([...out]).toEqual([...row(2), ...row(3)]);
    copyColumns(band, 30, out, { left: 8, right: 13, top: 2, bottom: 4 });
    expect([...out]).toEqual([...row(2), ...row(3)]);
  });
});
