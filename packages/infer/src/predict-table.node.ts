/**
 * A table of slides through an ensemble, into a folder. One bad slide does not cost the others; but a submission lacks
 * nothing, so it is written only when every slide is there, or when a caller says that an empty line is better than none. What an
 * interrupted run has finished is not done again.
 */
import { createHash } from 'node:crypto';
import { rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, lookAt, type Rect } from '@ftuseg/core';
import { openSlide, pixelScaleOf, type SlideRow, writeFileAtomic } from '@ftuseg/slide';
import { type GlassColumn, openBandStore } from './band-store.node.js';
import { throwIfCancelled } from './cancel.js';
import { type Ensemble, ensembleOf, type WeightedModel } from './ensemble.js';
import { finishSlide } from './finish-slide.node.js';
import { fixedPoint } from './fixed-point.js';
import { glassFacts, glassTest, readOverview } from './glass.js';
import type { SegmentationModel } from './model.js';
import {
  type KeptSlide,
  prepareOutputFolder,
  readKept,
  type SubmissionLine,
  writeKept,
  writeSubmissions,
  writeSummary,
} from './output-folder.node.js';
import { type OutputName, outputNames, unfinishedName } from './output-names.js';
import { openPace, outOfTime, type Pace } from './pace.node.js';
import { checkTiles, planSlide } from './plan.js';
import { predictBands, type TileProgress } from './predict-bands.js';
import { describeProgress, type SlideProgress } from './progress.js';
import { resizeNotes } from './resize-note.js';
import { type PredictSettings, type ResolvedSettings, resolveSettings } from './settings.js';
import { type FailedSlide, type PredictedSlide, type SlideOutcome, summariseFailures } from './slide-outcome.js';
import type { BudgetOptions, WorkLevel } from './time-budget.js';

export interface PredictTableOptions extends PredictSettings {
  /** Folder to write; made if need be. */
  readonly out: string;
  /** What is written for every slide; everything if unset. */
  readonly outputs?: readonly OutputName[] | undefined;
  /** Predict again what an earlier run has finished. */
  readonly overwrite?: boolean | undefined;
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
 * @throws {FtuError} `io` when the folder cannot be made; `cancelled`; and, after all other slides are done, one error
 * that names the slides that failed; with `onFailure: 'empty'` only if all have, and after the submission is written
 * @example
 * await predictTable(await readSlideTable('slides.csv'), [model], { out: 'predictions', views: 'reference' });
 */
export async function predictTable(
  rows: readonly SlideRow[],
  models: readonly (SegmentationModel | WeightedModel)[],
  options: PredictTableOptions,
): Promise<TablePrediction> {
  const { out, outputs = outputNames, overwrite = false, signal, onProgress, bandColumns, ...others } = options;
  const { budget, onFailure = budget === undefined ? 'withhold' : 'empty', onNote, ...given } = others;
  const ensemble = ensembleOf(models);
  const settings = resolveSettings(given, ensemble.classes, ensemble.threshold);
  checkTiles(ensemble, settings);
  await prepareOutputFolder(out, outputs);
  const pace = await openPace(rows, ensemble, settings, budget, signal);
  const jobOf = (level: WorkLevel): TableJob => ({
    ...{ out, outputs, overwrite, signal: pace.signal, bandColumns },
    ...level,
  });
  const lines: SubmissionLine[] = [];
  const finished: KeptSlide[] = [];
  const failures: { readonly slide: FailedSlide; readonly error: FtuError }[] = [];
  const outcomes: SlideOutcome[] = [];
  let kept = 0;
  let before: string | undefined;
  try {
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
        const slide = { status: 'failed', id: row.id, image: row.image, problem: failure.message } as const;
        failures.push({ slide, error: failure });
        lines.push({ id: row.id, codes: [] });
        outcomes.push(slide);
      }
    }
  } finally {
    pace.close();
  }
  await rmdir(join(out, 'unfinished')).catch(() => undefined);
  const slides = finished.map(({ outcome }) => outcome);
  const described = ensemble.members.map(({ model, weight }) => ({ ...model.source, weight, card: model.card }));
  const notes = resizeNotes(models, settings);
  const report = { format: 2, models: described, settings, ...(notes.length === 0 ? {} : { notes }), slides: outcomes };
  await writeFileAtomic(join(out, 'predictions.json'), `${JSON.stringify(report, null, 2)}\n`);
  if (slides.length > 0) await writeSummary(out, slides);
  const complete = failures.length === 0 || onFailure === 'empty';
  const submissions = complete ? await writeSubmissions(out, ensemble.classes, lines) : [];
  if (!complete || (failures.length > 0 && slides.length === 0))
    throw summariseFailures(failures, rows.length, submissions);
  return { slides, failed: failures.map(({ slide }) => slide), submissions, kept };
}

interface TableJob {
  readonly out: string;
  readonly outputs: readonly OutputName[];
  readonly overwrite: boolean;
  readonly signal: AbortSignal | undefined;
  readonly bandColumns: number | undefined;
  readonly ensemble: Ensemble;
  readonly settings: ResolvedSettings;
  readonly reduced: string | undefined;
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

/** All that the answer for a slide depends on. */
async function fingerprintOf(row: SlideRow, { ensemble, settings, outputs }: TableJob): Promise<string> {
  const { size, mtimeMs } = await stat(row.image).catch(() => ({ size: 0, mtimeMs: 0 }));
  const models = ensemble.members.map(({ model: { source, card }, weight }) => [
    source.sha256 ?? source.name,
    card,
    weight,
  ]);
  const all = {
    format: 3,
    image: row.image,
    size,
    mtimeMs,
    micronsPerPixel: row.pixelSize ?? row.micronsPerPixel,
    settings,
    outputs,
    models,
  };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

type Reporter = (area: number) => (progress: TileProgress) => void;

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

async function predictRow(row: SlideRow, job: TableJob, reporter: Reporter): Promise<KeptSlide> {
  const { out, outputs, signal, bandColumns, ensemble, settings, reduced } = job;
  const { id, image } = row;
  const fingerprint = await fingerprintOf(row, job);
  const began = performance.now();
  const slide = await openSlide(image);
  try {
    const known = pixelScaleOf(row, slide, settings.micronsPerPixel);
    const plan = planSlide(slide, ensemble, settings, known);
    const store = await openBandStore(join(out, unfinishedName(id)), fingerprint);
    const overview = await readOverview(slide, signal);
    const look = lookAt(overview);
    const unreadable: Rect[] = [];
    const glass: GlassColumn[] = [];
    const bands = predictBands(slide, plan, {
      ...{ signal, bandColumns, state: store.state, onProgress: reporter(slide.width * slide.height) },
      isGlass: glassTest(look),
      onGlass: (member, column, tiles) => glass.push({ member, column, tiles }),
      onUnreadable: (region) => unreadable.push(region),
    });
    for await (const { left, probability, agreement, runs, state } of bands) {
      const stored = { left, probability: fixedPoint(probability), agreement };
      await store.append(stored, runs, state, unreadable.splice(0), glass.splice(0));
    }
    const options = { out, id, outputs, overview, signal };
    const { facts, removed, codes, files } = await finishSlide(slide, plan, store, options);
    const skipped = glassTiles(store.glass);
    const looksAtAll = settings.all || settings.merge === 'or';
    const said = looksAtAll ? {} : glassFacts(look, plan.tiles, skipped);
    const notes = [plan.shapeNote, said.note, removed === 0 ? undefined : removedNote(removed)].filter(
      (note) => note !== undefined,
    );
    const outcome: PredictedSlide = {
      ...{ status: 'predicted', id, image, width: slide.width, height: slide.height },
      downsample: plan.grid.downsample,
      micronsPerPixel: plan.grid.micronsPerPixel ?? null,
      ...{ tiles: plan.tiles * plan.views.length, glass: skipped * plan.views.length },
      ...(said.warning === undefined ? {} : { warnings: [said.warning] }),
      ...(notes.length === 0 ? {} : { notes }),
      seconds: Math.round(performance.now() - began) / 1000,
      ...(reduced === undefined ? {} : { reduced }),
      ...{ facts, unreadable: distinct(store.unreadable), files },
    };
    const finished = { fingerprint, outcome, codes };
    await writeKept(out, finished);
    await store.discard();
    return finished;
  } finally {
    await slide.close();
  }
}

const removedNote = (objects: number): string =>
  `post-processing removed every object (${objects === 1 ? 'there was 1' : `there were ${objects}`}): see threshold, peak and minimumArea`;

/** A column that was looked at again after an interruption counts once. */
function glassTiles(columns: readonly GlassColumn[]): number {
  const last = new Map(columns.map(({ member, column, tiles }) => [`${member} ${column}`, tiles]));
  return [...last.values()].reduce((sum, tiles) => sum + tiles, 0);
}

/** Neighbouring reads overlap, and so do their reports. */
function distinct(regions: readonly Rect[]): Rect[] {
  const seen = new Map(regions.map((region) => [JSON.stringify(region), region]));
  return [...seen.values()];
}
