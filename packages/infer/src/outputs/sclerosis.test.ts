import { wilsonInterval } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { isGlomerulus, isSclerotic, sclerosisClasses, sclerosisOf } from './sclerosis.js';
import { sclerosisCount } from './slide-facts.js';

describe('sclerosisOf', () => {
  it('is the share of a slide with its score interval', () => {
    const found = sclerosisOf([{ sclerotic: 2, all: 10 }]);
    expect(found).toMatchObject({ fraction: 0.2, intervalBy: 'Wilson', interval: wilsonInterval(2, 10) });
    expect(sclerosisOf([{ sclerotic: 0, all: 0 }])).toBeUndefined();
    expect(sclerosisOf([])).toBeUndefined();
  });

  it('pools slides, and is less sure where they differ', () => {
    const alike = sclerosisOf(Array.from({ length: 10 }, () => ({ sclerotic: 5, all: 20 })));
    const different = sclerosisOf(Array.from({ length: 10 }, (_, i) => ({ sclerotic: i < 5 ? 10 : 0, all: 20 })));
    expect([alike?.fraction, different?.fraction]).toEqual([0.25, 0.25]);
    const width = (one: typeof alike): number => (one?.interval.high ?? 0) - (one?.interval.low ?? 0);
    expect(width(different)).toBeGreaterThan(2 * width(alike));
    expect(alike?.interval).toEqual(wilsonInterval(50, 200));
    expect(different?.intervalBy).toBe('bootstrap over slides');
  });

  it('counts slides without glomeruli for nothing, and is not certain of 0', () => {
    const none = [0, 0, 0].map(() => ({ sclerotic: 0, all: 4 }));
    expect(sclerosisOf([...none, { sclerotic: 0, all: 0 }])?.interval.high).toBeGreaterThan(0.2);
  });

  it('tells which classes are sclerotic', () => {
    const names = ['sclerotic', 'Global sclerosis', 'non-sclerotic', 'nonsclerotic', 'normal'];
    expect(names.map(isSclerotic)).toEqual([true, true, false, false, false]);
    // A part of a glomerulus, and a vessel, are not a glomerulus that is lost.
    expect(['Segmental sclerosis', 'FSGS, focal sclerosis', 'arteriosclerosis'].map(isSclerotic)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('counts glomeruli alone, and says which classes these are where there are others', () => {
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
    const counts = names.map((name, i) => ({ name, count: i + 1 }));
    expect(sclerosisCount(counts)).toEqual({ sclerotic: 2, all: 6 });
    expect(sclerosisClasses(names.slice(0, 4))).toBe(
      'counted as glomeruli: normal, Sclerotic glomerulus, crescent; not: artery',
    );
    expect(sclerosisClasses(['normal', 'sclerotic', 'crescent'])).toBe(
      'counted as glomeruli: normal, sclerotic, crescent',
    );
    for (const few of [['normal', 'sclerotic'], ['glomerulus'], ['glomerulus', 'artery']])
      expect(sclerosisClasses(few)).toBeUndefined();
  });
});
