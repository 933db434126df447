import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greedyForward } from './greedy.js';

/** Minus the squared distance of the candidates' mean from a target. */
const towards = (values: readonly number[], target: number) => async (counts: readonly number[]) => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, i) => sum + count * (values[i] ?? 0), 0) / total;
  return -((mean - target) ** 2);
};

describe('greedyForward', () => {
  it('takes the best alone first, then whatever helps it', async () => {
    const { counts, rounds, alone } = await greedyForward(3, towards([0, 4, 10], 6), 10);
    expect(rounds[0]).toEqual({ added: 1, score: -4 });
    // (4 + 10) / 2 = 7, (4 + 4 + 10) / 3 = 6: replacement finds the target exactly.
    expect(counts).toEqual([0, 2, 1]);
    expect(rounds.at(-1)?.score).toBeCloseTo(0, 12);
    expect(alone).toEqual([-36, -4, -16]);
  });

  it('never ends below the best candidate, and stops when nothing helps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: -20, max: 20 }),
        fc.integer({ min: 1, max: 8 }),
        async (values, target, most) => {
          const { rounds, alone, counts } = await greedyForward(values.length, towards(values, target), most);
          expect(rounds.at(-1)?.score).toBeGreaterThanOrEqual(Math.max(...alone));
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rounds.length);
          expect(rounds.length).toBeLessThanOrEqual(most);
          for (let i = 1; i < rounds.length; i++)
            expect(rounds[i]?.score).toBeGreaterThan(rounds[i - 1]?.score ?? Number.POSITIVE_INFINITY);
        },
      ),
    );
  });

  it('refuses to choose from nothing', async () => {
    await expect(greedyForward(0, async () => 0, 3)).rejects.toThrow(RangeError);
  });
});
