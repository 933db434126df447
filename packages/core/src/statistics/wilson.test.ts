import { expect, it } from 'vitest';
import { wilsonInterval } from './wilson.js';

it.each([
  // scipy.stats.binomtest(k, n).proportion_ci(method='wilson')
  [2, 10, 0.056682, 0.509838],
  [0, 10, 0, 0.277533],
  [15, 15, 0.796117, 1],
  [81, 263, 0.255289, 0.36621],
])('of %i in %i is what SciPy says', (successes, trials, low, high) => {
  const interval = wilsonInterval(successes, trials);
  expect(interval?.low).toBeCloseTo(low, 5);
  expect(interval?.high).toBeCloseTo(high, 5);
});

it('says nothing of nothing', () => {
  expect(wilsonInterval(0, 0)).toBeUndefined();
});
