import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActivationHistogram } from './activation-range.js';

function rangeOf(parts: readonly (readonly number[])[], share: number) {
  const histogram = new ActivationHistogram();
  for (const part of parts) histogram.add(Float32Array.from(part), 'm');
  return histogram.range(share);
}

describe('ActivationHistogram', () => {
  it('holds every value, closely, at a share of 1', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 1 }), (values) => {
        const [low, high] = rangeOf([values], 1) ?? [0, 0];
        const most = Math.max(...values.map(Math.abs), 2 ** -21);
        expect(low).toBeLessThanOrEqual(Math.min(...values));
        expect(high).toBeGreaterThanOrEqual(Math.max(...values));
        // Cells are at most 4 / 4096 of the largest value wide.
        expect(Math.min(...values) - low).toBeLessThanOrEqual(most / 1024);
        expect(high - Math.max(...values)).toBeLessThanOrEqual(most / 1024);
      }),
      { numRuns: 50 },
    );
  });

  it('does not depend on the order of the values', () => {
    const values = Array.from({ length: 500 }, (_, i) => Math.sin(i) * 1.5 ** (i % 20));
    const sorted = [...values].sort((a, b) => a - b);
    expect(rangeOf([values.slice(0, 100), values.slice(100)], 0.99)).toEqual(rangeOf([sorted], 0.99));
  });

  it('leaves out half of the other share at each end', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => i / 10_000);
    const [low, high] = rangeOf([[...values, -100, 100]], 0.999) ?? [-100, 100];
    // Cells of 1/16 each: five values of 10,002 are less than one cell.
    expect([low, high]).toEqual([0, 1]);
  });

  it('refuses what is not finite, wherever it stands', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => rangeOf([[1, bad, 2]], 1)).toThrow(/m: .*not finite/);
    }
    expect(rangeOf([], 1)).toBeUndefined();
  });
});
