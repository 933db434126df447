/**
 * How much a score would change with other slides: percentile bootstrap intervals, over slides or over whole groups of them, since
 * slides of one donor are alike.
 */
import { FtuError } from '../errors.js';
import { createRandom } from './random.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** Default 2,000. */
  readonly resamples?: number | undefined;
  /** Share of resamples between the ends; default 0.95. */
  readonly level?: number | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
}

/** With fewer units the resamples are too few to say anything. */
export const MIN_UNITS = 3;

/**
 * The quantile of sorted numbers, interpolated linearly, as NumPy's default.
 * @param share 0..1
 */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  return low + ((sorted[Math.min(below + 1, sorted.length - 1)] as number) - low) * (at - below);
}

/**
 * Percentile intervals (Efron & Tibshirani 1993, section 13.3): as many units as there are are drawn with replacement, again and again,
 * and the ends are quantiles of what `statistics` says of these samples. All statistics see the same samples.
 *
 * @param units what is drawn: each a list of the items that come with it; a slide by itself, or all slides of a donor
 * @param statistics of a sample's items; the same names every time
 * @returns one interval per statistic; undefined for fewer than 3 units
 * @throws FtuError `bad-input` for no resample, or a level outside (0, 1)
 * @example
 * bootstrapIntervals(scores.map((dice) => [dice]), (sample) => ({ mean: mean(sample) }))?.mean; // { low, high }
 */
export function bootstrapIntervals<T, K extends string>(
  units: readonly (readonly T[])[],
  statistics: (sample: readonly T[]) => Readonly<Record<K, number>>,
  options: BootstrapOptions = {},
): Record<K, Interval> | undefined {
  const { resamples = 2000, level = 0.95, seed = 0 } = options;
  if (!(Number.isSafeInteger(resamples) && resamples > 0)) {
    throw new FtuError('bad-input', `there must be at least one resample, not ${resamples}`, { subject: 'bootstrap' });
  }
  if (!(level > 0 && level < 1)) {
    throw new FtuError('bad-input', `a level lies between 0 and 1, not at ${level}`, { subject: 'bootstrap' });
  }
  if (units.length < MIN_UNITS) return undefined;
  const random = createRandom(seed);
  const drawn = new Map<K, Float64Array>();
  for (let round = 0; round < resamples; round++) {
    const sample: T[] = [];
    for (let i = 0; i < units.length; i++) {
      for (const item of units[random.int(units.length)] ?? []) sample.push(item);
    }
    const values = statistics(sample);
    for (const name of Object.keys(values) as K[]) {
      let list = drawn.get(name);
      if (list === undefined) {
        list = new Float64Array(resamples);
        drawn.set(name, list);
      }
      list[round] = values[name];
    }
  }
  const tail = (1 - level) / 2;
  const interval = (list: Float64Array): Interval => {
    const sorted = list.sort();
    return { low: quantileOf(sorted, tail), high: quantileOf(sorted, 1 - tail) };
  };
  return Object.fromEntries(Array.from(drawn, ([name, list]) => [name, interval(list)])) as Record<K, Interval>;
}
