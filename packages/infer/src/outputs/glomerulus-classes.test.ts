import { describe, expect, it } from 'vitest';
import { isGlomerulus, isSclerotic, sclerosisClasses } from './glomerulus-classes.js';
import { sclerosisCount } from './slide-facts.js';

describe('isSclerotic', () => {
  it.each([
    'sclerotic',
    'Global sclerosis',
    'globally sclerosed',
    'global_glomerulosclerosis',
    'focal global glomerulosclerosis',
    'GS',
    'GGS glomeruli',
    'obsolescent',
    'Obsolete glomerulus',
  ])('takes %s for global sclerosis', (name) => {
    expect(isSclerotic(name)).toBe(true);
  });

  it.each([
    'normal',
    'non-sclerotic',
    'nonsclerotic',
    'non-globally sclerotic glomerulus',
    'non_globally_sclerotic',
    'nonglobally sclerotic',
    'Not Sclerotic',
    'no sclerosis',
    'unsclerotic',
    'un-sclerosed',
    'without sclerosis',
    'sclerosis: none',
    'sclerosis-free',
    'viable (non-GS)',
    'NGS',
    'not obsolescent',
  ])('hears the negation in %s', (name) => {
    expect([isGlomerulus(name), isSclerotic(name)]).toEqual([true, false]);
  });

  // A part of a glomerulus, and a vessel, are not a glomerulus that is lost.
  it.each([
    'Segmental sclerosis',
    'FSGS, focal sclerosis',
    'partially sclerotic',
    'semi-sclerotic',
    'nodular sclerosis',
    'mesangial sclerosis',
    'arteriosclerosis',
    'interstitial sclerosis',
  ])('leaves out %s', (name) => {
    expect(isSclerotic(name)).toBe(false);
  });
});

describe('sclerosisClasses', () => {
  it('counts glomeruli alone, and says which classes are what', () => {
    const names = [
      'normal',
      'Sclerotic glomerulus',
      'crescent',
      'artery',
      'tubules with casts',
      'Tissue',
      'periglomerular fibrosis',
    ];
    expect(names.map(isGlomerulus)).toEqual([true, true, true, false, false, false, false]);
    expect(sclerosisCount({ classes: names.map((name, i) => ({ name, count: i + 1 })) })).toEqual({
      sclerotic: 2,
      all: 6,
    });
    expect(sclerosisClasses(names.slice(0, 4))).toBe(
      'counted as sclerotic: Sclerotic glomerulus; as other glomeruli: normal, crescent; not as glomeruli: artery',
    );
  });

  it.each([[['glomerulus']], [['glomerulus', 'artery']], [['sclerotic']], [['global sclerosis', 'GS', 'artery']]])(
    'has no share of %j',
    (names) => {
      expect(sclerosisClasses(names)).toBeUndefined();
      expect(sclerosisCount({ classes: names.map((name) => ({ name, count: 3 })) })).toBeUndefined();
    },
  );
});
