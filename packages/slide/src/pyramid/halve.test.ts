import { raster } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halve } from './halve.js';

const size = fc.integer({ min: 1, max: 21 });

describe('halve', () => {
  it('keeps the upper left value of labels, whatever the width and where the memory begins', () => {
    fc.assert(
      fc.property(
        size,
        size,
        fc.nat(3),
        fc.uint8Array({ minLength: 450, maxLength: 450 }),
        (width, height, at, bytes) => {
          const data = bytes.subarray(at, at + width * height);
          const half = halve(raster(width, height, 1, data), 'first');
          expect([half.width, half.height]).toEqual([Math.ceil(width / 2), Math.ceil(height / 2)]);
          for (let y = 0; y < half.height; y++) {
            for (let x = 0; x < half.width; x++)
              expect(half.data[y * half.width + x]).toBe(data[2 * y * width + 2 * x]);
          }
        },
      ),
    );
  });

  it('rounds means of pictures to the nearest value, halves up; a last row or column stands for itself', () => {
    const half = halve(raster(3, 3, 1, Uint8Array.of(0, 1, 7, 0, 1, 8, 100, 103, 9)), 'mean');
    expect([...half.data]).toEqual([1, 8, 102, 9]);
  });
});
