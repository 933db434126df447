import { raster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { Stitcher } from './stitch.js';

const layout = { width: 12, height: 8, tile: 8, columns: [0, 4], rows: [0] };
const whole = (stitcher: Stitcher) => stitcher.take(layout.width) ?? raster(1, 1, 1, new Float32Array(1));
const logit = (p: number): number => Math.log(p / (1 - p));

describe('Stitcher', () => {
  it('gives back what all tiles agree on', () => {
    const stitcher = new Stitcher(layout, 2, 'hann');
    const planes = new Float32Array(128).fill(logit(0.3), 0, 64).fill(logit(0.8), 64);
    for (const column of [0, 1]) for (const weight of [0.5, 0.5]) stitcher.add(column, 0, planes, weight);
    const { data, channels } = whole(stitcher);
    expect(channels).toBe(2);
    for (let i = 0; i < data.length; i += 2) {
      expect(data[i]).toBeCloseTo(0.3, 6);
      expect(data[i + 1]).toBeCloseTo(0.8, 6);
    }
  });

  it('fades from one tile to the next where they disagree', () => {
    const stitcher = new Stitcher(layout, 1, 'hann');
    stitcher.add(0, 0, new Float32Array(64).fill(logit(0.2)), 1);
    stitcher.add(1, 0, new Float32Array(64).fill(logit(0.6)), 1);
    const row = [...whole(stitcher).data.subarray(0, 12)];
    expect(row.slice(0, 4)).toEqual(Array(4).fill(expect.closeTo(0.2, 6)));
    expect(row.slice(8)).toEqual(Array(4).fill(expect.closeTo(0.6, 6)));
    expect(row).toEqual([...row].sort((a, b) => a - b));
  });

  it('stays within 0 and 1 and refuses a tile that the layout lacks', () => {
    const stitcher = new Stitcher(layout, 1, 'hann');
    for (const column of [0, 1]) stitcher.add(column, 0, new Float32Array(64).fill(100), 1);
    expect(() => stitcher.add(2, 0, new Float32Array(64), 1)).toThrow('no tile in column 2');
    const { data } = whole(stitcher);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
    expect(Math.min(...data)).toBeGreaterThan(0.999999);
  });

  it('gives the same columns whatever pieces they are asked for in', () => {
    const wide = { width: 600, height: 4, tile: 8, columns: Array.from({ length: 149 }, (_, i) => 4 * i), rows: [0] };
    const filled = () => {
      const stitcher = new Stitcher(wide, 2, 'gaussian');
      for (const [column] of wide.columns.entries()) {
        stitcher.add(
          column,
          0,
          Float32Array.from({ length: 128 }, (_, i) => Math.sin(i + column)),
          1,
        );
      }
      return stitcher;
    };
    const all = filled().take(600)?.data ?? [];
    const stitcher = filled();
    let left = 0;
    for (const right of [256, 300, 512, 513, 600]) {
      const piece = stitcher.take(right);
      expect(piece?.width).toBe(right - left);
      for (let y = 0; y < 4; y++) {
        const row = piece?.data.subarray(y * (right - left) * 2, (y + 1) * (right - left) * 2);
        expect([...(row ?? [])]).toEqual([...all.slice((y * 600 + left) * 2, (y * 600 + right) * 2)]);
      }
      left = right;
    }
    expect(stitcher.take(600)).toBeUndefined();
  });

  it('says so when a slide is too large', () => {
    expect(() => new Stitcher(layout, 2 ** 40, 'hann').take(12)).toThrow('exceed the memory');
  });
});
