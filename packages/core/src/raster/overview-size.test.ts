import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overviewSize } from './overview-size.js';

describe('overviewSize', () => {
  it('is 1600 pixels wide for slides of usual shapes, and the slide where that is smaller', () => {
    expect(overviewSize({ width: 32_000, height: 16_000 })).toEqual({ width: 1600, height: 800 });
    expect(overviewSize({ width: 10_000, height: 80_000 })).toEqual({ width: 1600, height: 12_800 });
    expect(overviewSize({ width: 300, height: 200 })).toEqual({ width: 300, height: 200 });
  });

  it('stays small for a strip, whatever its length', () => {
    expect(overviewSize({ width: 4000, height: 100_000 })).toEqual({ width: 905, height: 22_625 });
    const side = fc.integer({ min: 1, max: 2_000_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const size = overviewSize({ width, height });
        expect(size.width * size.height).toBeLessThanOrEqual(8 * 1600 * 1600 + Math.max(size.width, size.height));
        expect(size.width).toBeLessThanOrEqual(Math.min(width, 1600));
        expect(size.height).toBeLessThanOrEqual(Math.min(height, 65_000));
        expect(Math.min(size.width, size.height)).toBeGreaterThan(0);
      }),
    );
  });
});
