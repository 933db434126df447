/** Probabilities from a few numbers, learnt from few examples: what Platt scaling is with more than one number. */

export interface Example {
  /** As many in every example. */
  readonly features: readonly number[];
  readonly outcome: 0 | 1;
}

export interface LogisticModel {
  readonly intercept: number;
  readonly weights: readonly number[];
}

const ROUNDS = 50;
/** Steps below this change nothing. */
const SMALL = 1e-9;
/** Pull of the weights to 0, in examples: enough that separable ones have an answer, little beside tens of them. */
const RIDGE = 0.05;

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** @returns 0..1 */
export const logisticProbability = ({ intercept, weights }: LogisticModel, features: readonly number[]): number =>
  sigmoid(weights.reduce((sum, weight, i) => sum + weight * (features[i] ?? 0), intercept));

/**
 * Maximum likelihood by Newton's method, with the targets of Platt 1999 ("Probabilistic outputs for support vector machines", section 2.2), which are
 * what a uniform prior expects instead of 0 and 1, so that few examples do not make anything certain.
 *
 * @param examples at least one
 * @example
 * const model = fitLogistic(examples);
 * logisticProbability(model, [1.2]); // 0.71
 */
export function fitLogistic(examples: readonly Example[]): LogisticModel {
  const positives = examples.filter(({ outcome }) => outcome === 1).length;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (examples.length - positives + 2);
  const size = (examples[0]?.features.length ?? 0) + 1;
  let coefficients = new Array<number>(size).fill(0);
  for (let round = 0; round < ROUNDS; round++) {
    const slope = coefficients.map((value, i) => (i === 0 ? 0 : -RIDGE * value));
    const curvature = coefficients.map((_, i) => coefficients.map((__, j) => (i === j ? (i === 0 ? 1e-9 : RIDGE) : 0)));
    for (const { features, outcome } of examples) {
      const row = [1, ...features];
      const p = sigmoid(row.reduce((sum, value, i) => sum + value * (coefficients[i] as number), 0));
      const [error, weight] = [(outcome === 1 ? high : low) - p, p * (1 - p)];
      for (const [i, a] of row.entries()) {
        slope[i] = (slope[i] as number) + error * a;
        const line = curvature[i] as number[];
        for (const [j, b] of row.entries()) line[j] = (line[j] as number) + weight * a * b;
      }
    }
    // No step leaves the range in which probabilities still move.
    const step = solve(curvature, slope).map((value) => Math.min(Math.max(value, -5), 5));
    coefficients = coefficients.map((value, i) => value + (step[i] as number));
    if (Math.max(...step.map(Math.abs)) < SMALL) break;
  }
  const [intercept = 0, ...weights] = coefficients;
  return { intercept, weights };
}

/** Gaussian elimination; the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((line, i) => [...line, right[i] as number]);
  for (const [i, pivot] of rows.entries()) {
    for (const below of rows.slice(i + 1)) {
      const factor = (below[i] as number) / (pivot[i] as number);
      for (let j = i; j < below.length; j++) below[j] = (below[j] as number) - factor * (pivot[j] as number);
    }
  }
  const found = new Array<number>(rows.length).fill(0);
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i] as number[];
    const known = found.reduce((sum, value, j) => (j > i ? sum + value * (row[j] as number) : sum), 0);
    found[i] = ((row.at(-1) as number) - known) / (row[i] as number);
  }
  return found;
}
