/** What a count says of the share behind it: 2 sclerotic glomeruli of 10 are not yet a fifth. */
import type { Interval } from './bootstrap.js';

/** Of the normal distribution, for 95 %. */
const Z = 1.959963984540054;

/**
 * The 95 % score interval of a share (Wilson 1927), which stays inside 0 to 1 and is right for small counts too.
 * @returns undefined for no trials
 * @example
 * wilsonInterval(2, 10); // { low: 0.057, high: 0.510 }
 */
export function wilsonInterval(successes: number, trials: number): Interval | undefined {
  if (trials === 0) return undefined;
  const share = successes / trials;
  const pull = Z ** 2 / trials;
  const centre = (share + pull / 2) / (1 + pull);
  const half = (Z / (1 + pull)) * Math.sqrt((share * (1 - share)) / trials + pull / (4 * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
