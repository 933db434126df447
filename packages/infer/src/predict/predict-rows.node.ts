/**
 * The slides of a table one after the other, each with as much work as there is time for. What an earlier run has finished is not done
 * again, and a slide that fails does not end the others.
 */
import { FtuError } from '@ftuseg/core';
import type { SlideRow } from '@ftuseg/slide';
import { outOfTime, type Pace } from '../budget/pace.node.js';
import type { WorkLevel } from '../budget/time-budget.js';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { removeResults } from '../outputs/earlier-results.node.js';
import { fingerprintOf } from '../outputs/fingerprint.node.js';
import { type KeptSlide, readKept } from '../outputs/output-folder.node.js';
import type { FailedSlide } from '../outputs/slide-outcome.js';
import { predictRow, type Reporter, type RowJob } from './predict-row.node.js';
import { describeProgress } from './progress.js';
import type { OnFailure, PredictTableOptions } from './table-options.js';

/** What became of a slide of the table. */
export type RowResult =
  | {
      readonly kind: 'predicted';
      readonly slide: KeptSlide;
      /** Whether an earlier run had finished it. */
      readonly kept: boolean;
    }
  | { readonly kind: 'failed'; readonly slide: FailedSlide; readonly error: FtuError };

/** What is the same for all slides; the rest is of the level of work. */
export interface RowsJob extends Omit<RowJob, keyof WorkLevel> {
  readonly overwrite: boolean;
  readonly onFailure: OnFailure;
  readonly onProgress: PredictTableOptions['onProgress'];
  readonly onNote: PredictTableOptions['onNote'];
}

/**
 * @param job its signal is the caller's
 * @returns for every row, in their order
 * @throws {FtuError} `cancelled`; whatever a slide throws that ends the whole table (see `failureOf`)
 */
export async function predictRows(rows: readonly SlideRow[], pace: Pace, job: RowsJob): Promise<RowResult[]> {
  const ids = new Set(rows.map(({ id }) => id));
  const results: RowResult[] = [];
  let reduced: string | undefined;
  for (const [index, row] of rows.entries()) {
    throwIfCancelled(job.signal);
    const reporter = reporterOf(row.id, index + 1, rows.length, pace, job.onProgress);
    try {
      const result = await predictAtPace(row, index, pace, job, reporter);
      const { outcome } = result.slide;
      if (outcome.reduced !== reduced) {
        job.onNote?.(`${row.id}: ${outcome.reduced ?? 'all that was asked again'}, to end in time`);
      }
      reduced = outcome.reduced;
      results.push({ kind: 'predicted', ...result });
    } catch (caught) {
      const error = failureOf(caught, pace, job);
      // Files of an attempt that failed at the end, or with less work, would lie beside a submission that does not have them.
      await removeResults(job.out, row.id, ids);
      const slide: FailedSlide = { status: 'failed', id: row.id, image: row.image, problem: error.message };
      results.push({ kind: 'failed', slide, error });
    }
  }
  return results;
}

/** The slide as an earlier run left it, at the level of work that there is time for or a better one; else predicted at that level. */
async function predictAtPace(
  row: SlideRow,
  index: number,
  pace: Pace,
  job: RowsJob,
  reporter: Reporter,
): Promise<{ readonly slide: KeptSlide; readonly kept: boolean }> {
  const chosen = pace.choose(index);
  const jobOf = (level: WorkLevel): RowJob => ({ ...job, ...level, signal: pace.signal });
  const good = job.overwrite ? [] : pace.levels.slice(0, (chosen ?? pace.levels.length) + 1);
  for (const level of good) {
    const slide = await readKept(job.out, row.id, await fingerprintOf(row, jobOf(level)));
    if (slide !== undefined) return { slide, kept: true };
  }
  const level = chosen === undefined ? undefined : pace.levels[chosen];
  if (chosen === undefined || level === undefined) throw outOfTime(false);
  const slide = await pace.timed(index, chosen, () => predictRow(row, jobOf(level), reporter));
  return { slide, kept: false };
}

/** Every report of progress is a chance to see that time is up. */
function reporterOf(
  id: string,
  slide: number,
  slides: number,
  pace: Pace,
  onProgress: PredictTableOptions['onProgress'],
): Reporter {
  return (area, pass) => {
    const describe = describeProgress(pass === 'coarse' ? `${id}, coarse pass` : id, slide, slides, area);
    return (progress) => {
      pace.check();
      const described = describe(progress);
      // The slide itself has not begun then.
      onProgress?.(pass === 'coarse' ? { ...described, id, done: 0 } : described);
    };
  };
}

/**
 * What a failed slide is reported with.
 * @throws whatever ends the whole table
 */
function failureOf(error: unknown, pace: Pace, { signal, onFailure }: RowsJob): FtuError {
  if (error instanceof FtuError && error.code !== 'cancelled') return error;
  if (signal?.aborted) throw error;
  if (pace.isOver) return outOfTime(true);
  // Whatever a hidden slide does to the program, it does not cost the others' lines.
  if (onFailure === 'withhold' || error instanceof FtuError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FtuError('unavailable', `unexpected failure: ${reason}`, { cause: error });
}
