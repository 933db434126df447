import { emptyRaster, raster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { drawOutlines } from './overlay.js';

describe('drawOutlines', () => {
  it('colours the rim of each object by its class and leaves all else alone', () => {
    const image = emptyRaster(20, 10, 3);
    const labels = new Uint8Array(200);
    for (let y = 2; y < 8; y++) for (let x = 2; x < 18; x++) labels[y * 20 + x] = x < 10 ? 1 : 2;
    const { data } = drawOutlines(image, raster(20, 10, 1, labels));
    const at = (x: number, y: number) => [...data.subarray((y * 20 + x) * 3, (y * 20 + x) * 3 + 3)];
    expect(at(0, 0)).toEqual([0, 0, 0]);
    expect(at(5, 5)).toEqual([0, 0, 0]);
    expect(at(2, 5)).toEqual(at(5, 2));
    expect(at(2, 5)).not.toEqual([0, 0, 0]);
    expect(at(17, 5)).not.toEqual(at(2, 5));
    expect(at(9, 5)).toEqual(at(2, 5));
    expect(image.data.some((value) => value > 0)).toBe(false);
  });

  it('takes labels of the level-0 size', () => {
    const labels = raster(40, 40, 1, new Uint8Array(1600).fill(1, 0, 800));
    const { data } = drawOutlines(emptyRaster(10, 10, 3), labels);
    expect([...data.subarray(4 * 30, 4 * 30 + 3)]).toEqual([0, 220, 90]);
    expect([...data.subarray(5 * 30, 5 * 30 + 3)]).toEqual([0, 0, 0]);
  });
});
