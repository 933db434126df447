import { describe, expect, it } from 'vitest';
import { histogramOf } from './histogram.js';

describe('histogramOf', () => {
  it('counts every value once, in round bars', () => {
    const values = Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 1000) * 21.7);
    const { step, counts, values: all, mean, median } = histogramOf(values);
    expect(step).toBe(1000);
    expect(counts).toEqual(
      Array.from({ length: 22 }, (_, bar) => values.filter((value) => Math.floor(value / 1000) === bar).length),
    );
    expect(all).toBe(1000);
    expect(mean).toBeCloseTo(499.5 * 21.7, 6);
    expect(median).toBeCloseTo(499.5 * 21.7, 6);
  });

  it.each([
    [[], { counts: [], values: 0, mean: undefined }],
    [[0, 0], { step: 1, counts: [2], mean: 0 }],
    [[Number.NaN, 3], { values: 1, mean: 3, median: 3 }],
  ])('takes %j', (values, found) => {
    expect(histogramOf(values)).toMatchObject(found);
  });
});
