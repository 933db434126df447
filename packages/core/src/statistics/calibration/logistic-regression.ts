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
const MAX_STEP = 5;
/** Pull of the weights to 0, in examples: enough that separable ones have an answer, little beside tens of them. */
const RIDGE = 0.05;
/** Keeps the equations solvable where all probabilities are 0 or 1. */
const MIN_PULL = 1e-9;

export interface LogisticOptions {
  /** What is known before any example: a normal distribution around these coefficients; default: nothing. */
  readonly prior?: LogisticModel | undefined;
  /** Its precisions, one over the squared standard deviation: 0 or more. With a prior only. */
  readonly pull?: { readonly intercept: number; readonly weights: number } | undefined;
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** @returns 0..1 */
export const logisticProbability = ({ intercept, weights }: LogisticModel, features: readonly number[]): number =>
  sigmoid(weights.reduce((sum, weight, i) => sum + weight * (features[i] ?? 0), intercept));

/**
 * Maximum likelihood by Newton's method, with the targets of Platt 1999 ("Probabilistic outputs for support vector machines", section 2.2), which are
 * what a uniform prior expects instead of 0 and 1, so that few examples do not make anything certain. With a prior of its own the targets are 0 and 1, and the
 * coefficients are the most probable ones given both.
 *
 * @param examples at least one
 * @example
 * const model = fitLogistic(examples);
 * logisticProbability(model, [1.2]); // 0.71
 */
export function fitLogistic(examples: readonly Example[], options: LogisticOptions = {}): LogisticModel {
  const { prior } = options;
  const pull = prior === undefined ? { intercept: 0, weights: RIDGE } : (options.pull ?? { intercept: 0, weights: 1 });
  const positives = examples.filter(({ outcome }) => outcome === 1).length;
  const high = prior === undefined ? (positives + 1) / (positives + 2) : 1;
  const low = prior === undefined ? 1 / (examples.length - positives + 2) : 0;
  const size = (examples[0]?.features.length ?? prior?.weights.length ?? 0) + 1;
  const towards = Array.from({ length: size }, (_, i) => (i === 0 ? prior?.intercept : prior?.weights[i - 1]) ?? 0);
  const pulls = towards.map((_, i) => (i === 0 ? pull.intercept : pull.weights));
  const rows = examples.map(({ features, outcome }) => ({ row: [1, ...features], target: outcome === 1 ? high : low }));
  /** Minus the logarithm of the posterior, without what is constant: convex. */
  const lossOf = (coefficients: readonly number[]): number => {
    let loss = 0;
    for (const [i, value] of coefficients.entries())
      loss += (pulls[i] as number) * (value - (towards[i] as number)) ** 2;
    loss /= 2;
    for (const { row, target } of rows) {
      const logit = logitOf(row, coefficients);
      loss += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - target * logit;
    }
    return loss;
  };
  let coefficients = [...towards];
  let loss = lossOf(coefficients);
  for (let round = 0; round < ROUNDS; round++) {
    const slope = coefficients.map((value, i) => -(pulls[i] as number) * (value - (towards[i] as number)));
    const curvature = pulls.map((own, i) => pulls.map((_, j) => (i === j ? Math.max(own, MIN_PULL) : 0)));
    for (const { row, target } of rows) {
      const p = sigmoid(logitOf(row, coefficients));
      const error = target - p;
      const weight = p * (1 - p);
      for (let i = 0; i < size; i++) {
        const a = row[i] as number;
        slope[i] = (slope[i] as number) + error * a;
        const line = curvature[i] as number[];
        for (let j = 0; j < size; j++) line[j] = (line[j] as number) + weight * a * (row[j] as number);
      }
    }
    const whole = solve(curvature, slope);
    const length = Math.max(...whole.map(Math.abs));
    if (length < SMALL) break;
    // No step leaves the range in which probabilities still move, nor changes its direction, which goes down.
    const step = whole.map((value) => value * Math.min(1, MAX_STEP / length));
    // Far from the answer a whole step leads past it, and on to somewhere worse.
    let [share, next] = [1, coefficients];
    for (; share > SMALL; share /= 2) {
      next = coefficients.map((value, i) => value + share * (step[i] as number));
      if (lossOf(next) <= loss + SMALL) break;
    }
    if (share <= SMALL) break;
    coefficients = next;
    loss = lossOf(next);
  }
  const [intercept = 0, ...weights] = coefficients;
  return { intercept, weights };
}

function logitOf(row: readonly number[], coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += (row[i] as number) * (coefficients[i] as number);
  return sum;
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
