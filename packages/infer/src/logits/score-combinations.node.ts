/**
 * Many predictions of labelled slides and their scores, at little more than the price of one: each network is asked once for each tile and
 * view, and all else is computed from its answers.
 */
import { usableThreads } from '@ftuseg/files';
import type { ClassMap, SlideRow } from '@ftuseg/slide';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { crfByName } from '../settings/crf-settings.js';
import { type AskCombinationsOptions, askCombinations } from './ask-combinations.node.js';
import type { Combination } from './combination.js';
import { scoreInThreads } from './combine-threads.node.js';
import type { ScoredCombination, SlideJob } from './score-slide.node.js';

export interface ScoreCombinationsOptions extends AskCombinationsOptions {
  readonly classes: ClassMap;
  /** Objects match above this intersection over union; default 0.5. */
  readonly iou?: number | undefined;
  /** Threads that combine; all cores if unset. */
  readonly threads?: number | undefined;
  /** Called with slides times combinations that are scored. */
  readonly onScored?: ((done: number, total: number) => void) | undefined;
}

export interface CombinationScores {
  /** For each slide, for each combination. */
  readonly slides: readonly (readonly ScoredCombination[])[];
  /** How often networks were asked: tiles times views. */
  readonly asked: number;
}

/** Threads hold a few bands of every prediction: more of them buy little speed. */
const MAX_THREADS = 8;

/**
 * @throws {FtuError} `cancelled`; `io` for a full disk: what is kept by then is not asked for again; whatever slides, truths, models and
 * settings throw
 * @example
 * const { slides } = await scoreCombinations(rows, combinations, { store: { folder: 'logits', code }, load, classes });
 */
export async function scoreCombinations(
  rows: readonly SlideRow[],
  combinations: readonly Combination[],
  options: ScoreCombinationsOptions,
): Promise<CombinationScores> {
  const { store, classes, iou = 0.5, signal, onScored } = options;
  const threads = Math.min(options.threads ?? usableThreads(), MAX_THREADS);
  const asked = await askCombinations(rows, combinations, options);
  throwIfCancelled(signal);
  // A slide is one job, so that what combinations share is computed once. The last slides, too few for all threads, are cut into two each.
  const whole = rows.length - (rows.length % threads);
  const [all, parts] = [[[...combinations.keys()]], byRefinement(combinations)];
  const pieces = rows.flatMap((row, slide) =>
    (slide < whole ? all : parts).map((indices) => ({ row, slide, indices })),
  );
  const jobs = pieces.map(({ row, indices }): SlideJob => {
    return { row, store, classes, iou, combinations: indices.flatMap((i) => combinations[i] ?? []) };
  });
  const slides = rows.map((): ScoredCombination[] => []);
  let done = 0;
  let next = 0;
  onScored?.(done, rows.length * combinations.length);
  for await (const scored of scoreInThreads(jobs, threads, signal)) {
    const piece = pieces[next++];
    for (const [n, one] of scored.entries()) {
      const own = piece === undefined ? undefined : slides[piece.slide];
      if (own !== undefined) own[piece?.indices[n] ?? 0] = one;
    }
    done += scored.length;
    onScored?.(done, rows.length * combinations.length);
  }
  return { slides, asked };
}

/** Those that look at colours apart from the others: about half of the work each. */
function byRefinement(combinations: readonly Combination[]): number[][] {
  const coloured = ({ settings }: Combination): boolean => crfByName(settings.crf ?? 'none')?.bilateral !== undefined;
  const [some, others]: [number[], number[]] = [[], []];
  for (const [i, combination] of combinations.entries()) (coloured(combination) ? some : others).push(i);
  return [some, others].filter((part) => part.length > 0);
}
