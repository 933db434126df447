import { tileGrid } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WeightedMerge } from '../settings/predict-settings.js';
import { axisShares, tileWindow } from './tile-weights.js';

const merges: readonly WeightedMerge[] = ['hann', 'gaussian', 'mean', 'center'];

describe('tileWindow', () => {
  it.each(merges)('%s is positive, symmetric and highest in the middle', (merge) => {
    const window = [...tileWindow(merge, 64)];
    expect(Math.min(...window)).toBeGreaterThan(0);
    expect(window[0]).toBeCloseTo(window[63] ?? 0, 12);
    expect(Math.max(...window)).toBeCloseTo(window[31] ?? 0, 12);
  });
});

describe('axisShares', () => {
  it('adds up to one over every pixel, whatever the grid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 64 }),
        fc.nat(63),
        fc.constantFrom(...merges),
        (length, tile, gap, merge) => {
          const overlap = Math.min(gap, tile - 1);
          const starts = [...new Set(tileGrid(length, 1, { tile, overlap }).map((rect) => rect.x))];
          const total = new Float64Array(length);
          axisShares(starts, tile, length, merge).forEach((shares, n) => {
            shares.forEach((share, i) => {
              const at = (starts[n] ?? 0) + i;
              if (at < length) total[at] = (total[at] ?? 0) + share;
              else expect(share).toBe(0);
            });
          });
          expect(Math.max(...total.map((sum) => Math.abs(sum - 1)))).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('of `center` is all or nothing, and goes to the nearest centre', () => {
    const [left, right] = axisShares([0, 6], 10, 16, 'center');
    expect([...(left ?? [])]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect([...(right ?? [])]).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  });
});
