import { tileGrid } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisShares, hannWindow } from './window.js';

describe('hannWindow', () => {
  it('is positive, symmetric and highest in the middle', () => {
    const window = [...hannWindow(64)];
    expect(Math.min(...window)).toBeGreaterThan(0);
    expect(window[0]).toBeCloseTo(window[63] ?? 0, 12);
    expect(window.indexOf(Math.max(...window))).toBeOneOf([31, 32]);
  });
});

describe('axisShares', () => {
  it('adds up to one over every pixel, whatever the grid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 64 }),
        fc.nat(63),
        (length, tile, gap) => {
          const overlap = Math.min(gap, tile - 1);
          const starts = [...new Set(tileGrid(length, 1, { tile, overlap }).map((rect) => rect.x))];
          const total = new Float64Array(length);
          axisShares(starts, tile, length).forEach((shares, n) => {
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
});
