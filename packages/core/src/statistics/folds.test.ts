import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../../tests/fixtures/folds.json' with { type: 'json' };
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

describe('quantileBins', () => {
  it('puts a value on an edge where pandas.qcut does, when its shares are rounded as numpy.linspace', () => {
    const values = Array.from({ length: 101 }, (_, i) => i);
    const [divided, linspace] = [quantileBins(values, 500), quantileBins(values, 500, { shares: 'linspace' })];
    // The bins of pandas 1.2; 285 / 500 * 100 is a little less than 57, so that 57 would lie beyond its edge.
    expect([...linspace.subarray(55, 60)]).toEqual([274, 279, 284, 290, 294]);
    expect(divided[57]).toBe(285);
  });
});

describe('stratifiedFolds', () => {
  it("shuffles as scikit-learn's StratifiedKFold(5, shuffle=True, random_state=seed)", () => {
    const labels = Array.from({ length: 40 }, (_, i) => (i * 7) % 3);
    expect(stratifiedFolds(labels, { folds: 5, seed: 5363 }).join('')).toBe('3100012442241333311420434240033004121122');
    expect(stratifiedFolds(labels, { folds: 5, seed: 0 }).join('')).toBe('2142001123130414043320442203211020431334');
  });

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
