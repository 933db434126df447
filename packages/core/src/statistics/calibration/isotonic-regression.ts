/** The steps that fit best among all that never go down: calibration that assumes nothing but the order. */

export interface IsotonicModel {
  /** Ascending. */
  readonly from: readonly number[];
  /** At each of these, 0..1 and never less than before; straight lines between. */
  readonly to: readonly number[];
}

/**
 * Pool adjacent violators (Barlow et al. 1972; for calibration Zadrozny & Elkan 2002). Each pool is kept as its two ends, so that what lies between
 * pools is interpolated, as scikit-learn's `IsotonicRegression` does.
 *
 * @param examples at least one
 * @example
 * isotonicValue(fitIsotonic([{ value: 0.2, outcome: 0 }, { value: 0.9, outcome: 1 }]), 0.55); // 0.5
 */
export function fitIsotonic(examples: readonly { readonly value: number; readonly outcome: number }[]): IsotonicModel {
  const pools: { low: number; high: number; sum: number; count: number }[] = [];
  // Equal values are one example, whatever came of them.
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { value, outcome } of [...examples].sort((a, b) => a.value - b.value)) {
    const { sum, count } = sums.get(value) ?? { sum: 0, count: 0 };
    sums.set(value, { sum: sum + outcome, count: count + 1 });
  }
  for (const [value, one] of sums) {
    let pool = { low: value, high: value, ...one };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (last.sum / last.count < pool.sum / pool.count) break;
      pools.pop();
      pool = { low: last.low, high: pool.high, sum: last.sum + pool.sum, count: last.count + pool.count };
    }
    pools.push(pool);
  }
  const ends = pools.flatMap(({ low, high, sum, count }) => {
    const value = sum / count;
    return low === high ? [[low, value] as const] : [[low, value] as const, [high, value] as const];
  });
  return { from: ends.map(([from]) => from), to: ends.map(([, to]) => to) };
}

/** @returns the value at the nearest end for what lies outside */
export function isotonicValue({ from, to }: IsotonicModel, value: number): number {
  const after = from.findIndex((one) => one >= value);
  if (after < 0) return to.at(-1) ?? Number.NaN;
  const [right, high] = [from[after] as number, to[after] as number];
  if (after === 0 || right === value) return high;
  const [left, low] = [from[after - 1] as number, to[after - 1] as number];
  return low + ((high - low) * (value - left)) / (right - left);
}
