import { describe, expect, it } from 'vitest';
import fixture from '../../tests/fixtures/scores.json' with { type: 'json' };
import { bootstrapIntervals, quantileOf } from './bootstrap.js';
import { mean } from './mean.js';

const meanOf = (values: readonly number[]) => ({ mean: mean(values) });
const alone = (values: readonly number[]): number[][] => values.map((value) => [value]);

describe('quantileOf', () => {
  it("is NumPy's", () => {
    const { sorted, shares, values } = fixture.quantiles;
    for (const [i, share] of shares.entries()) expect(quantileOf(sorted, share)).toBeCloseTo(values[i] ?? 0, 12);
    expect(quantileOf([7], 0.3)).toBe(7);
  });
});

describe('bootstrapIntervals', () => {
  it.each(fixture.intervals)("comes close to SciPy's 200,000 resamples", ({ values, low, high, deviation }) => {
    const found = bootstrapIntervals(alone(values), meanOf, { resamples: 20_000 })?.mean;
    expect(Math.abs((found?.low ?? 0) - low)).toBeLessThan(deviation / 15);
    expect(Math.abs((found?.high ?? 0) - high)).toBeLessThan(deviation / 15);
  });

  it('is the same for the same seed, and another for another', () => {
    const values = alone([0.1, 0.4, 0.8, 0.9, 0.95]);
    const run = (seed: number) => bootstrapIntervals(values, meanOf, { seed, resamples: 101 });
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });

  it('draws whole groups', () => {
    const groups = [[0, 0], [1], [1]];
    const sizes = new Set<string>();
    bootstrapIntervals(groups, (sample) => {
      sizes.add([...sample].sort().join(''));
      return meanOf(sample);
    });
    // Every sample is three groups, so that zeros come in pairs.
    expect(sizes).toEqual(new Set(['000000', '00001', '0011', '111']));
  });

  it('covers the mean of what the slides were drawn from about as often as it says', () => {
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const values = Array.from(
        { length: 30 },
        (_, i) => ((Math.sin(seed * 97.3 + i * 12.9898) * 43758.5453) % 1) ** 2,
      );
      const { low, high } = bootstrapIntervals(alone(values), meanOf, { resamples: 300, seed })?.mean ?? {
        low: 1,
        high: 0,
      };
      if (low <= 1 / 3 && 1 / 3 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(170);
  });

  it('says nothing about fewer than three, and refuses what makes no sense', () => {
    expect(bootstrapIntervals([[1], [2]], meanOf)).toBeUndefined();
    expect(() => bootstrapIntervals(alone([1, 2, 3]), meanOf, { resamples: 0 })).toThrow('at least one resample');
    expect(() => bootstrapIntervals(alone([1, 2, 3]), meanOf, { level: 1 })).toThrow('between 0 and 1');
  });
});
