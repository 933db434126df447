import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupFolds } from './folds.js';

describe('groupFolds', () => {
  it('keeps groups whole, fills every fold, and is balanced to within the largest group', () => {
    const groups = fc.array(
      fc.nat(12).map((n) => `slide ${n}`),
      { minLength: 30, maxLength: 80 },
    );
    fc.assert(
      fc.property(groups, fc.nat(), (names, seed) => {
        const sizes = new Map<string, number>();
        for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
        fc.pre(sizes.size >= 4);
        const folds = groupFolds(names, { folds: 4, seed });
        const foldOf = new Map<string, number>();
        names.forEach((name, i) => {
          expect(foldOf.get(name) ?? folds[i]).toBe(folds[i]);
          foldOf.set(name, folds[i] ?? -1);
        });
        const filled = [0, 1, 2, 3].map((fold) => folds.filter((value) => value === fold).length);
        expect(Math.min(...filled)).toBeGreaterThan(0);
        expect(Math.max(...filled) - Math.min(...filled)).toBeLessThanOrEqual(Math.max(...sizes.values()));
      }),
    );
  });

  it('depends on the seed and the groups, not on their order', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const byName = (order: readonly string[], seed: number) => {
      const folds = groupFolds(order, { folds: 2, seed });
      return Object.fromEntries(order.map((name, i) => [name, folds[i]]));
    };
    expect(byName(names, 5)).toEqual(byName([...names].reverse(), 5));
    const seeds = [1, 2, 3, 4, 5, 6].map((seed) => JSON.stringify(byName(names, seed)));
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });

  it('refuses one fold, and more folds than groups', () => {
    expect(() => groupFolds(['a', 'b'], { folds: 1, seed: 0 })).toThrow('at least two folds');
    expect(() => groupFolds(['a', 'b', 'a'], { folds: 3, seed: 0 })).toThrow('2 groups cannot fill 3 folds');
  });
});
