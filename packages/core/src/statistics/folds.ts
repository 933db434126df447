/**
 * Folds in which every class has its share: by sample, and with whole groups. Without shuffling the assignments are those of scikit-learn
 * 1.2's `StratifiedKFold` and `StratifiedGroupKFold` (sklearn/model_selection/_split.py), which `tests/fixtures/make_folds.py` checks.
 */
import { FtuError } from '../errors.js';
import { createNumpyRandom } from './numpy-random.js';
import { createRandom } from './random.js';

export interface StratifiedFoldOptions {
  readonly folds: number;
  /** Shuffles samples (or groups of equal shape) first; undefined keeps scikit-learn's order. */
  readonly seed?: number | undefined;
}

export interface QuantileOptions {
  /**
   * How a quantile's share i / bins is rounded: 'divided', or 'linspace', the product i * (1 / bins) of `numpy.linspace`. A value on an edge
   * falls where it does in `pandas.qcut` only with the latter.
   */
  readonly shares?: 'divided' | 'linspace';
}

/** Index of each value's bin between the `bins` quantiles (linear interpolation); equal edges are merged, as `pandas.qcut(duplicates='drop')`. */
export function quantileBins(
  values: ArrayLike<number>,
  bins: number,
  { shares = 'divided' }: QuantileOptions = {},
): Int32Array {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  const edges: number[] = [];
  for (let i = 1; i < bins && last >= 0; i++) {
    const at = (shares === 'divided' ? i / bins : i * (1 / bins)) * last;
    const below = Math.floor(at);
    const low = sorted[below] as number;
    const edge = low + ((sorted[Math.min(below + 1, last)] as number) - low) * (at - below);
    if (edge > (edges.at(-1) ?? sorted[0] ?? 0)) edges.push(edge);
  }
  return Int32Array.from(values, (value) => {
    let [from, to] = [0, edges.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((edges[middle] as number) < value) from = middle + 1;
      else to = middle;
    }
    return from;
  });
}

function checkFolds(folds: number): void {
  if (Number.isSafeInteger(folds) && folds >= 2) return;
  throw new FtuError('bad-input', `there must be at least two folds, not ${folds}`, { subject: 'folds' });
}

/**
 * The fold of each sample, so that every fold has nearly the same number of samples of each class. With a seed these are the folds of
 * scikit-learn's `StratifiedKFold(folds, shuffle=True, random_state=seed)`.
 *
 * @param labels the class of each sample, any integers
 * @throws FtuError `bad-input` for fewer than two folds, or fewer samples than folds
 */
export function stratifiedFolds(labels: ArrayLike<number>, { folds, seed }: StratifiedFoldOptions): Int32Array {
  checkFolds(folds);
  const count = labels.length;
  if (count < folds) {
    throw new FtuError('bad-input', `${count} samples cannot fill ${folds} folds`, { subject: 'folds' });
  }
  const random = seed === undefined ? undefined : createNumpyRandom(seed);
  // Classes are numbered in the order in which they appear, which is what decides where a class's remainder goes.
  const members = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const label = labels[i] as number;
    const found = members.get(label);
    if (found === undefined) members.set(label, [i]);
    else found.push(i);
  }
  const foldOf = new Int32Array(count);
  let position = 0;
  for (const samples of members.values()) {
    const sizes = new Array<number>(folds).fill(0);
    for (let i = 0; i < samples.length; i++, position++) sizes[position % folds] = (sizes[position % folds] ?? 0) + 1;
    const assigned = sizes.flatMap((size, fold) => new Array<number>(size).fill(fold));
    random?.shuffle(assigned);
    samples.forEach((sample, i) => {
      foldOf[sample] = assigned[i] as number;
    });
  }
  return foldOf;
}

/** NumPy's order of adding up, so that what ties there ties here: eight running sums, halves of what is longer than 128. */
function pairwiseSum(values: Float64Array): number {
  const count = values.length;
  if (count > 128) {
    const half = Math.floor(count / 2);
    const first = half - (half % 8);
    return pairwiseSum(values.subarray(0, first)) + pairwiseSum(values.subarray(first));
  }
  if (count < 8) return values.reduce((sum, value) => sum + value, 0);
  const whole = count - (count % 8);
  const sums = Float64Array.from(values.subarray(0, 8));
  for (let i = 8; i < whole; i++) sums[i % 8] = (sums[i % 8] as number) + (values[i] as number);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = sums;
  return values.subarray(whole).reduce((sum, value) => sum + value, a + b + (c + d) + (e + f + (g + h)));
}

/** Population standard deviation. */
function deviation(values: Float64Array): number {
  const mean = pairwiseSum(values) / values.length;
  return Math.sqrt(pairwiseSum(values.map((value) => (value - mean) ** 2)) / values.length);
}

/** NumPy's `isclose` with its default tolerances. */
const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-8 + 1e-5 * Math.abs(b);

/**
 * The fold of each sample, groups whole, so that every fold's mix of classes is as even as the groups allow (greedy: groups of the
 * most uneven mix first, each into the fold where it disturbs least). Unlike scikit-learn's, no fold stays empty.
 *
 * @throws FtuError `bad-input` for fewer than two folds or fewer groups than folds
 * @example
 * stratifiedGroupFolds(quantileBins(densities, 500), donors, { folds: 5 });
 */
export function stratifiedGroupFolds(
  labels: ArrayLike<number>,
  groups: readonly string[],
  { folds, seed }: StratifiedFoldOptions,
): Int32Array {
  checkFolds(folds);
  const names = [...new Set(groups)].sort();
  if (names.length < folds) {
    const found = `${names.length} ${names.length === 1 ? 'group' : 'groups'}`;
    throw new FtuError('bad-input', `${found} cannot fill ${folds} folds`, {
      subject: 'folds',
      hint: `use at most ${names.length} folds or a column with more groups`,
    });
  }
  if (seed !== undefined) createRandom(seed).shuffle(names);
  const rowOf = new Map(names.map((name, row) => [name, row]));
  const classes = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const columnOf = new Map(classes.map((label, column) => [label, column]));
  const width = classes.length;
  const counts = new Float64Array(names.length * width);
  const totals = new Float64Array(width);
  for (let i = 0; i < labels.length; i++) {
    const column = columnOf.get(labels[i] as number) ?? 0;
    const at = (rowOf.get(groups[i] as string) ?? 0) * width + column;
    counts[at] = (counts[at] as number) + 1;
    totals[column] = (totals[column] as number) + 1;
  }
  const spread = names.map((_, row) => deviation(counts.subarray(row * width, (row + 1) * width)));
  const order = names.map((_, row) => row).sort((a, b) => (spread[b] ?? 0) - (spread[a] ?? 0) || a - b);
  const perFold = new Float64Array(folds * width);
  const groupsIn = new Int32Array(folds);
  const samplesIn = new Float64Array(folds);
  const share = new Float64Array(folds);
  const unevenness = new Float64Array(width);
  const foldOfRow = new Int32Array(names.length);
  const place = (row: number, fold: number, sign: 1 | -1): void => {
    for (let c = 0; c < width; c++) {
      perFold[fold * width + c] = (perFold[fold * width + c] as number) + sign * (counts[row * width + c] as number);
    }
  };
  for (const [done, row] of order.entries()) {
    const empty = groupsIn.filter((size) => size === 0).length;
    const mustFill = names.length - done <= empty;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    let fewest = Number.POSITIVE_INFINITY;
    for (let fold = 0; fold < folds; fold++) {
      if (mustFill && groupsIn[fold] !== 0) continue;
      place(row, fold, 1);
      for (let c = 0; c < width; c++) {
        for (let f = 0; f < folds; f++) share[f] = (perFold[f * width + c] as number) / (totals[c] as number);
        unevenness[c] = deviation(share);
      }
      place(row, fold, -1);
      const uneven = pairwiseSum(unevenness) / width;
      const samples = samplesIn[fold] as number;
      if (uneven < least || (isClose(uneven, least) && samples < fewest))
        [best, least, fewest] = [fold, uneven, samples];
    }
    place(row, best, 1);
    foldOfRow[row] = best;
    groupsIn[best] = (groupsIn[best] as number) + 1;
    for (let c = 0; c < width; c++) samplesIn[best] = (samplesIn[best] as number) + (counts[row * width + c] as number);
  }
  return Int32Array.from(groups, (name) => foldOfRow[rowOf.get(name) ?? 0] as number);
}
