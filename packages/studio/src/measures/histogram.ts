/** How the sizes of a slide's objects are spread, in bars that people can read: round borders, from zero on. */

export interface Histogram {
  /** Width of a bar, in the unit of the values: 1, 2 or 5 times a power of ten. */
  readonly step: number;
  /** Bar i holds values from i times `step` up to, not including, (i + 1) times `step`. */
  readonly counts: readonly number[];
  readonly values: number;
  readonly mean: number | undefined;
  readonly median: number | undefined;
}

/** Bars that a histogram has about. */
const BARS = 24;

/** The smallest of 1, 2, 5 times a power of ten that is at least as large. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-12)) ?? 10;
  return factor * power;
}

/**
 * @param values not negative; what is not finite is left out
 * @example
 * histogramOf(Float64Array.of(1, 2, 3)).counts;
 */
export function histogramOf(values: ArrayLike<number>): Histogram {
  const sorted = Float64Array.from(values)
    .filter((value) => Number.isFinite(value) && value >= 0)
    .sort();
  const count = sorted.length;
  const most = sorted[count - 1] ?? 0;
  if (count === 0) return { step: 1, counts: [], values: 0, mean: undefined, median: undefined };
  const step = most === 0 ? 1 : roundStep(most / BARS);
  const counts = Array<number>(Math.floor(most / step) + 1).fill(0);
  let sum = 0;
  for (const value of sorted) {
    const bar = Math.min(Math.floor(value / step), counts.length - 1);
    counts[bar] = (counts[bar] ?? 0) + 1;
    sum += value;
  }
  const middle = (at: number): number => sorted[Math.floor(at)] ?? 0;
  const median = (middle((count - 1) / 2) + middle(count / 2)) / 2;
  return { step, counts, values: count, mean: sum / count, median };
}
