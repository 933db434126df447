import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sigmoid } from './sigmoid.js';

describe('sigmoid', () => {
  it('is within 3e-7 of the definition, everywhere', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -40, max: 40 }), (x) => {
        expect(Math.abs(sigmoid(x) - 1 / (1 + Math.exp(-x)))).toBeLessThan(3e-7);
      }),
      { numRuns: 5000 },
    );
  });

  it('is 1/2 at 0, stays in range at the ends and keeps NaN', () => {
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(Number.POSITIVE_INFINITY)).toBeLessThanOrEqual(1);
    expect(sigmoid(Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(0);
    expect(sigmoid(Number.NaN)).toBeNaN();
  });
});
