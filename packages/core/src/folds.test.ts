import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../tests/fixtures/folds.json' with { type: 'json' };
import { quantileBins, stratifiedFolds, stratifiedGroupFolds } from './folds.js';

describe.each(fixture.cases)(
  "$folds folds over $bins bins, as scikit-learn's (tests/fixtures/make_folds.py)",
  (expected) => {
    const { bins, folds, density, groups, labels } = expected;

    it('bins', () => {
      expect([...quantileBins(density, bins)]).toEqual(labels);
    });

    it('by sample', () => {
      expect([...stratifiedFolds(labels, { folds })]).toEqual(expected.stratified);
    });

    it('by group', () => {
      expect([...stratifiedGroupFolds(labels, groups, { folds })]).toEqual(expected.grouped);
    });
  },
);

describe('stratifiedGroupFolds', () => {
  it('keeps groups whole and leaves no fold empty, shuffled or not', () => {
    const sample = fc.record({ label: fc.nat(3), group: fc.nat(9).map(String) });
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 3, maxLength: 60 }),
        fc.option(fc.nat(), { nil: undefined }),
        (rows, seed) => {
          const groups = rows.map(({ group }) => group);
          const distinct = new Set(groups).size;
          fc.pre(distinct >= 2);
          const labels = rows.map(({ label }) => label);
          const foldOf = stratifiedGroupFolds(labels, groups, { folds: distinct, seed });
          expect(new Set(foldOf).size).toBe(distinct);
          const pairs = new Set(groups.map((group, i) => `${group} ${foldOf[i]}`));
          expect(pairs.size).toBe(distinct);
        },
      ),
    );
  });

  it('refuses fewer groups than folds', () => {
    expect(() => stratifiedGroupFolds([1, 1], ['a', 'a'], { folds: 5 })).toThrow('1 group cannot fill 5 folds');
    expect(() => stratifiedFolds([1, 1], { folds: 1 })).toThrow('at least two folds');
    expect(() => stratifiedFolds([1, 1], { folds: 3 })).toThrow('2 samples cannot fill 3 folds');
  });
});

describe('stratifiedFolds', () => {
  it('differs by seed and stays even', () => {
    const labels = Array.from({ length: 100 }, (_, i) => i % 4);
    const first = stratifiedFolds(labels, { folds: 5, seed: 1 });
    expect(stratifiedFolds(labels, { folds: 5, seed: 1 })).toEqual(first);
    expect(stratifiedFolds(labels, { folds: 5, seed: 2 })).not.toEqual(first);
    for (let fold = 0; fold < 5; fold++) {
      for (let label = 0; label < 4; label++) {
        expect(labels.filter((l, i) => l === label && first[i] === fold)).toHaveLength(5);
      }
    }
  });
});
