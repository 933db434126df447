/**
 * Greedy forward selection with replacement (Caruana et al. 2004, "Ensemble selection from libraries of models"): what helps the ensemble
 * most is added, again and again; what is added twice weighs twice.
 */

export interface GreedyRound {
  /** Index of what was added. */
  readonly added: number;
  readonly score: number;
}

export interface GreedyResult {
  /** How often each candidate was taken. */
  readonly counts: readonly number[];
  readonly rounds: readonly GreedyRound[];
  /** Of each candidate by itself. */
  readonly alone: readonly number[];
}

/** A smaller gain is none: it would be noise. */
const MIN_GAIN = 1e-4;

/**
 * @param candidates how many there are
 * @param score of an ensemble, given how often each candidate counts; higher is better
 * @param most additions
 * @throws {RangeError} for no candidate
 * @example
 * const { counts } = await greedyForward(3, (counts) => diceOfMean(counts), 10);
 */
export async function greedyForward(
  candidates: number,
  score: (counts: readonly number[]) => Promise<number>,
  most: number,
): Promise<GreedyResult> {
  if (candidates < 1) throw new RangeError('there is nothing to choose from');
  let counts: readonly number[] = new Array<number>(candidates).fill(0);
  let best = Number.NEGATIVE_INFINITY;
  let alone: readonly number[] = [];
  const rounds: GreedyRound[] = [];
  while (rounds.length < most) {
    const scores: number[] = [];
    for (let i = 0; i < candidates; i++) scores.push(await score(counts.map((count, k) => count + (k === i ? 1 : 0))));
    if (rounds.length === 0) alone = scores;
    const added = scores.indexOf(Math.max(...scores));
    const reached = scores[added] ?? best;
    if (rounds.length > 0 && reached < best + MIN_GAIN) break;
    best = reached;
    counts = counts.map((count, k) => count + (k === added ? 1 : 0));
    rounds.push({ added, score: reached });
  }
  return { counts, rounds, alone };
}
