import { wilsonInterval } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { describeSclerosis, sclerosisOf } from './sclerosis.js';

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

  it('says which classes were counted, for a pair too', () => {
    const found = sclerosisOf([{ sclerotic: 2, all: 10 }]);
    expect(found && describeSclerosis(found, ['normal', 'sclerotic'])).toBe(
      'sclerotic: 2 of 10 (20.0 %; 95 %: 5.7 % to 51.0 %, Wilson); counted as sclerotic: sclerotic; as other glomeruli: normal',
    );
  });
});
