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
import { orderByYield } from './order-by-yield.node.js';
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
  const results = new Map<SlideRow, RowResult>();
  const order = await orderOf(rows, pace, job);
  let reduced: string | undefined;
  for (const [done, index] of order.entries()) {
    throwIfCancelled(job.signal);
    const row = rows[index];
    if (row === undefined) throw new RangeError(`there is no row ${index}`);
    const reporter = reporterOf(row.id, done + 1, rows.length, pace, job.onProgress);
    try {
      const result = await predictAtPace(row, order.slice(done), pace, job, reporter);
      const { outcome } = result.slide;
      if (outcome.reduced !== reduced) {
        job.onNote?.(`${row.id}: ${outcome.reduced ?? 'all that was asked again'}, to end in time`);
      }
      reduced = outcome.reduced;
      results.set(row, { kind: 'predicted', ...result });
    } catch (caught) {
      const error = failureOf(caught, pace, job);
      // Files of an attempt that failed at the end, or with less work, would lie beside a submission that does not have them.
      await removeResults(job.out, row.id, ids);
      const slide: FailedSlide = { status: 'failed', id: row.id, image: row.image, problem: error.message };
      results.set(row, { kind: 'failed', slide, error });
    }
  }
  return rows.flatMap((row) => results.get(row) ?? []);
}

/** Places of the table in the order in which slides are predicted: that of the table, or with a cascade by what its first pass over all of them sees. */
async function orderOf(rows: readonly SlideRow[], pace: Pace, job: RowsJob): Promise<number[]> {
  const { cascade, onProgress } = job;
  const [level] = pace.levels;
  if (cascade === undefined || level === undefined || rows.length === 1) return [...rows.keys()];
  const coarse = { ...job, ...level, cascade, signal: pace.signal };
  try {
    return await orderByYield(rows, coarse, (index, area) =>
      reporterOf(rows[index]?.id ?? '', index + 1, rows.length, pace, onProgress)(area, 'coarse'),
    );
  } catch (error) {
    // Slides that are not reached are reported as such, one by one.
    if (pace.isOver && !job.signal?.aborted) return [...rows.keys()];
    throw error;
  }
}

/**
 * The slide as an earlier run left it, at the level of work that there is time for or a better one; else predicted at that level.
 * @param left places in the table of the slides that are left, this one first
 */
async function predictAtPace(
  row: SlideRow,
  left: readonly number[],
  pace: Pace,
  job: RowsJob,
  reporter: Reporter,
): Promise<{ readonly slide: KeptSlide; readonly kept: boolean }> {
  const chosen = pace.choose(left);
  const releaseModels = left.length === 1 ? job.releaseModels : undefined;
  const jobOf = (level: WorkLevel): RowJob => ({ ...job, ...level, releaseModels, signal: pace.signal });
  const good = job.overwrite ? [] : pace.levels.slice(0, (chosen ?? pace.levels.length) + 1);
  for (const level of good) {
    const slide = await readKept(job.out, row.id, await fingerprintOf(row, jobOf(level)));
    if (slide !== undefined) return { slide, kept: true };
  }
  const level = chosen === undefined ? undefined : pace.levels[chosen];
  if (chosen === undefined || level === undefined) throw outOfTime(false);
  const slide = await pace.timed(left[0] ?? 0, chosen, () => predictRow(row, jobOf(level), reporter));
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
