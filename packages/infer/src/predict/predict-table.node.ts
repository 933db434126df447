/**
 * A table of slides through an ensemble, into a folder. One bad slide does not cost the others; but a submission lacks
 * nothing, so it is written only when every slide is there, or when a caller says that an empty line is better than none. What an
 * interrupted run has finished is not done again.
 */
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { inLockedFolder, writeFileAtomic } from '@ftuseg/files';
import type { SlideRow } from '@ftuseg/slide';
import type { TileProgress } from '../bands/predicted-band.js';
import { openPace, outOfTime, type Pace } from '../budget/pace.node.js';
import type { BudgetOptions, WorkLevel } from '../budget/time-budget.js';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { refuseStrangers, removeOthers, removeResults } from '../outputs/earlier-results.node.js';
import { fingerprintOf } from '../outputs/fingerprint.node.js';
import {
  type KeptSlide,
  prepareOutputFolder,
  readKept,
  type SubmissionLine,
  writeSubmissions,
  writeSummary,
} from '../outputs/output-folder.node.js';
import { type OutputName, outputNames, reportFile } from '../outputs/output-names.js';
import {
  type FailedSlide,
  type PredictedSlide,
  type SlideOutcome,
  summariseFailures,
} from '../outputs/slide-outcome.js';
import { refuseIdleScale } from '../plan/idle-scale.node.js';
import { checkTiles } from '../plan/plan.js';
import { resizeNotes } from '../plan/resize-note.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { predictRow, type Reporter, type TableJob } from './predict-row.node.js';
import { describeProgress, type SlideProgress } from './progress.js';

export interface PredictTableOptions extends PredictSettings {
  /** Folder to write; made if need be. */
  readonly out: string;
  /** What is written for every slide; everything if unset. */
  readonly outputs?: readonly OutputName[] | undefined;
  /** Predict again what an earlier run has finished. */
  readonly overwrite?: boolean | undefined;
  /** What results of slides that are not in `rows` do: `refuse` the folder (the default without `overwrite`), or be removed. */
  readonly strangers?: 'refuse' | 'remove' | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SlideProgress) => void) | undefined;
  /**
   * What a slide that cannot be predicted does to the submission: `withhold` it (the default; and the failure is thrown), or `empty`: its
   * line has no mask, and the failure is in the result.
   */
  readonly onFailure?: OnFailure | undefined;
  /**
   * Ends in time: slides are predicted with fewer views, magnifications and models where all of them would not fit, and what is not reached
   * has failed. `onFailure` is then `empty` if unset.
   */
  readonly budget?: BudgetOptions | undefined;
  /** Told in a sentence when slides get more or less work than those before. */
  readonly onNote?: ((sentence: string) => void) | undefined;
  /** Columns of the working grid between two places where work can be taken up again. */
  readonly bandColumns?: number | undefined;
}

/** See `PredictTableOptions`. */
export const failureChoices = ['withhold', 'empty'] as const;
export type OnFailure = (typeof failureChoices)[number];

export interface TablePrediction {
  readonly slides: readonly PredictedSlide[];
  /** Slides whose line of the submission is empty because they could not be predicted. */
  readonly failed: readonly FailedSlide[];
  /** Names of the submission files, relative to the output folder. */
  readonly submissions: readonly string[];
  /** Slides that an earlier run had finished. */
  readonly kept: number;
}

/**
 * Segments every slide of a table and writes the folder that docs/predict.md describes. A row's micrometres per pixel override the
 * file's; `micronsPerPixel` is for slides without either.
 * @param models one, or an ensemble of models that know the same classes
 * @throws {FtuError} `io` when the folder cannot be made; `unavailable` while another process writes there; `bad-input` where it has results
 * of other slides; `cancelled`; and, after all other slides are done, one error
 * that names the slides that failed; with `onFailure: 'empty'` only if all have, and after the submission is written
 * @example
 * await predictTable(await readSlideTable('slides.csv'), [model], { out: 'predictions', views: 'reference' });
 */
export async function predictTable(
  rows: readonly SlideRow[],
  models: readonly (SegmentationModel | WeightedModel)[],
  options: PredictTableOptions,
): Promise<TablePrediction> {
  const {
    out,
    outputs = outputNames,
    overwrite = false,
    strangers,
    signal,
    onProgress,
    bandColumns,
    ...others
  } = options;
  const { budget, onFailure = budget === undefined ? 'withhold' : 'empty', onNote, ...given } = others;
  const ensemble = ensembleOf(models);
  const settings = resolveSettings(given, ensemble.classes, ensemble.threshold);
  checkTiles(ensemble, settings);
  await refuseIdleScale(rows, settings);
  const job = {
    out,
    outputs,
    overwrite,
    bandColumns,
    strangers: strangers ?? (overwrite ? 'remove' : 'refuse'),
  } as const;
  const told = { onFailure, onProgress, onNote };
  return inLockedFolder(out, { signal }, async (held) => {
    const pace = await openPace(rows, ensemble, settings, budget, held);
    try {
      return await predictInto(rows, pace, { ...job, ensemble, settings, signal: held }, told);
    } finally {
      pace.close();
    }
  });
}

interface WholeJob extends Omit<TableJob, 'reduced'> {
  readonly strangers: 'refuse' | 'remove';
}

type Told = Pick<PredictTableOptions, 'onProgress' | 'onNote'> & { readonly onFailure: OnFailure };

/** Empties the folder of what is not of this prediction. @returns the slides of the table */
async function prepareFolder(
  rows: readonly SlideRow[],
  pace: Pace,
  { out, outputs, overwrite, strangers }: WholeJob,
  onNote: Told['onNote'],
): Promise<ReadonlySet<string>> {
  const fingerprints = new Map<string, ReadonlySet<string>>();
  for (const row of rows) {
    const wanted = await Promise.all(pace.levels.map((level) => fingerprintOf(row, { outputs, ...level })));
    fingerprints.set(row.id, new Set(wanted));
  }
  const wanted = { fingerprints, overwrite, strangers };
  await refuseStrangers(out, wanted);
  await prepareOutputFolder(out, outputs);
  const removed = await removeOthers(out, wanted);
  if (removed > 0 && !overwrite) {
    const slides = removed === 1 ? 'a slide' : `${removed} slides`;
    onNote?.(`removed from ${out}: results of ${slides} by another model, with other settings or of other slides`);
  }
  return new Set(fingerprints.keys());
}

async function predictInto(
  rows: readonly SlideRow[],
  pace: Pace,
  whole: WholeJob,
  { onFailure, onProgress, onNote }: Told,
): Promise<TablePrediction> {
  const { out, ensemble, settings, signal, strangers: _, ...shared } = whole;
  const ids = await prepareFolder(rows, pace, whole, onNote);
  const jobOf = (level: WorkLevel): TableJob => ({ ...shared, out, signal: pace.signal, ...level });
  const lines: SubmissionLine[] = [];
  const finished: KeptSlide[] = [];
  const failures: { readonly slide: FailedSlide; readonly error: FtuError }[] = [];
  const outcomes: SlideOutcome[] = [];
  let kept = 0;
  let before: string | undefined;
  for (const [index, row] of rows.entries()) {
    throwIfCancelled(signal);
    try {
      const reporter = (area: number) => {
        const describe = describeProgress(row.id, index + 1, rows.length, area);
        return (progress: TileProgress): void => {
          pace.check();
          onProgress?.(describe(progress));
        };
      };
      const { slide, fresh } = await predictAtPace(row, index, pace, jobOf, reporter);
      const { reduced } = slide.outcome;
      if (reduced !== before) onNote?.(`${row.id}: ${reduced ?? 'all that was asked again'}, to end in time`);
      before = reduced;
      if (!fresh) kept++;
      finished.push(slide);
      lines.push({ id: row.id, codes: slide.codes });
      outcomes.push(slide.outcome);
    } catch (error) {
      const failure = failureOf(error, pace, signal, onFailure);
      // Files of an attempt that failed at the end, or with less work, would lie beside a submission that does not have them.
      await removeResults(out, row.id, ids);
      const slide = { status: 'failed', id: row.id, image: row.image, problem: failure.message } as const;
      failures.push({ slide, error: failure });
      lines.push({ id: row.id, codes: [] });
      outcomes.push(slide);
    }
  }
  await rmdir(join(out, 'unfinished')).catch(() => undefined);
  const slides = finished.map(({ outcome }) => outcome);
  if (slides.length > 0) await writeSummary(out, slides);
  const complete = failures.length === 0 || onFailure === 'empty';
  const submissions = complete ? await writeSubmissions(out, ensemble.classes, lines) : [];
  const models = ensemble.members.map(({ model, weight }) => ({ ...model.source, weight, card: model.card }));
  const notes = resizeNotes(ensemble.members, settings);
  const report = { format: 3, models, settings, ...(notes.length === 0 ? {} : { notes }), slides: outcomes };
  await writeFileAtomic(join(out, reportFile), `${JSON.stringify(report, null, 2)}\n`);
  if (!complete || (failures.length > 0 && slides.length === 0))
    throw summariseFailures(failures, rows.length, submissions);
  return { slides, failed: failures.map(({ slide }) => slide), submissions, kept };
}

/**
 * What a failed slide is reported with.
 * @throws whatever ends the whole table
 */
function failureOf(error: unknown, pace: Pace, signal: AbortSignal | undefined, onFailure: OnFailure): FtuError {
  if (error instanceof FtuError && error.code !== 'cancelled') return error;
  if (signal?.aborted) throw error;
  if (pace.isOver) return outOfTime(true);
  // Whatever a hidden slide does to the program, it does not cost the others' lines.
  if (onFailure === 'withhold' || error instanceof FtuError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FtuError('unavailable', `unexpected failure: ${reason}`, { cause: error });
}

/** The slide as an earlier run left it, at the level of work that there is time for or a better one; else predicted at that level. */
async function predictAtPace(
  row: SlideRow,
  index: number,
  pace: Pace,
  jobOf: (level: WorkLevel) => TableJob,
  reporter: Reporter,
): Promise<{ readonly slide: KeptSlide; readonly fresh: boolean }> {
  const chosen = pace.choose(index);
  const good = pace.levels.slice(0, (chosen ?? pace.levels.length) + 1);
  for (const level of good) {
    const { out, overwrite } = jobOf(level);
    const kept = overwrite ? undefined : await readKept(out, row.id, await fingerprintOf(row, jobOf(level)));
    if (kept !== undefined) return { slide: kept, fresh: false };
  }
  const level = chosen === undefined ? undefined : pace.levels[chosen];
  if (chosen === undefined || level === undefined) throw outOfTime(false);
  const slide = await pace.timed(index, chosen, () => predictRow(row, jobOf(level), reporter));
  return { slide, fresh: true };
}
