import { describe, expect, it } from 'vitest';
import { createRandom, mixSeeds } from './random.js';

describe('createRandom', () => {
  it('repeats a stream for a seed and differs for the next one', () => {
    const stream = (seed: number): number[] => {
      const random = createRandom(seed);
      return Array.from({ length: 8 }, () => random.next());
    };
    expect(stream(7)).toEqual(stream(7));
    expect(stream(7)).not.toEqual(stream(8));
  });

  it('has the moments of its distributions', () => {
    const random = createRandom(1);
    const n = 40000;
    const mean = (draw: () => number): number => Array.from({ length: n }, draw).reduce((sum, v) => sum + v, 0) / n;
    expect(mean(() => random.next())).toBeCloseTo(0.5, 1.9);
    expect(mean(() => random.uniform(2, 4))).toBeCloseTo(3, 1.5);
    expect(mean(() => random.normal())).toBeCloseTo(0, 1.5);
    expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1.2);
    expect(mean(() => Number(random.chance(0.25)))).toBeCloseTo(0.25, 1.9);
    expect(new Set(Array.from({ length: 200 }, () => random.int(5)))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('shuffles in place without losing anything', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = createRandom(3).shuffle(items);
    expect(shuffled).toBe(items);
    expect([...shuffled].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('mixSeeds', () => {
  it('depends on every part and on their order', () => {
    const seeds = [
      mixSeeds(1, 2),
      mixSeeds(2, 1),
      mixSeeds(1, 2, 0),
      mixSeeds(1),
      mixSeeds(1, 3),
      mixSeeds(2 ** 33, 2),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
  });
});
