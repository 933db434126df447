/**
 * A table of slides through an ensemble, into a folder. One bad slide does not cost the others; but a submission lacks
 * nothing, so it is written only when every slide is there. What an interrupted run has finished is not done again.
 */
import { createHash } from 'node:crypto';
import { rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, type Rect } from '@ftuseg/core';
import { openSlide, type SlideRow, scaleOf, writeFileAtomic } from '@ftuseg/slide';
import { openBandStore } from './band-store.node.js';
import { throwIfCancelled } from './cancel.js';
import { type Ensemble, ensembleOf, type WeightedModel } from './ensemble.js';
import { finishSlide } from './finish-slide.node.js';
import { fixedPoint } from './fixed-point.js';
import type { SegmentationModel } from './model.js';
import {
  type KeptSlide,
  prepareOutputFolder,
  readKept,
  writeKept,
  writeSubmissions,
  writeSummary,
} from './output-folder.node.js';
import { type OutputName, outputNames, unfinishedName } from './output-names.js';
import { checkTiles, planSlide } from './plan.js';
import { predictBands, type TileProgress } from './predict-bands.js';
import { describeProgress, type SlideProgress } from './progress.js';
import { resizeNotes } from './resize-note.js';
import { type PredictSettings, type ResolvedSettings, resolveSettings } from './settings.js';
import { type FailedSlide, type PredictedSlide, type SlideOutcome, summariseFailures } from './slide-outcome.js';

export interface PredictTableOptions extends PredictSettings {
  /** Folder to write; made if need be. */
  readonly out: string;
  /** What is written for every slide; everything if unset. */
  readonly outputs?: readonly OutputName[] | undefined;
  /** Predict again what an earlier run has finished. */
  readonly overwrite?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SlideProgress) => void) | undefined;
  /** Columns of the working grid between two places where work can be taken up again. */
  readonly bandColumns?: number | undefined;
}

export interface TablePrediction {
  readonly slides: readonly PredictedSlide[];
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
 * that names the slides that failed
 * @example
 * await predictTable(await readSlideTable('slides.csv'), [model], { out: 'predictions', views: 'reference' });
 */
export async function predictTable(
  rows: readonly SlideRow[],
  models: readonly (SegmentationModel | WeightedModel)[],
  options: PredictTableOptions,
): Promise<TablePrediction> {
  const { out, outputs = outputNames, overwrite = false, signal, onProgress, bandColumns, ...given } = options;
  const ensemble = ensembleOf(models);
  const settings = resolveSettings(given, ensemble.classes, ensemble.threshold);
  checkTiles(ensemble, settings);
  await prepareOutputFolder(out, outputs);
  const job: TableJob = { out, outputs, overwrite, signal, bandColumns, ensemble, settings };
  const finished: KeptSlide[] = [];
  const failures: { readonly slide: FailedSlide; readonly error: FtuError }[] = [];
  const outcomes: SlideOutcome[] = [];
  let kept = 0;
  for (const [index, row] of rows.entries()) {
    throwIfCancelled(signal);
    try {
      const report = (area: number) => describeProgress(row.id, index + 1, rows.length, area);
      const { slide, fresh } = await predictRow(row, job, (area) => {
        const describe = report(area);
        return (progress) => onProgress?.(describe(progress));
      });
      if (!fresh) kept++;
      finished.push(slide);
      outcomes.push(slide.outcome);
    } catch (error) {
      if (!(error instanceof FtuError) || error.code === 'cancelled') throw error;
      const slide = { status: 'failed', id: row.id, image: row.image, problem: error.message } as const;
      failures.push({ slide, error });
      outcomes.push(slide);
    }
  }
  await rmdir(join(out, 'unfinished')).catch(() => undefined);
  const slides = finished.map(({ outcome }) => outcome);
  const described = ensemble.members.map(({ model, weight }) => ({ ...model.source, weight, card: model.card }));
  const notes = resizeNotes(models, settings);
  const report = { format: 2, models: described, settings, ...(notes.length === 0 ? {} : { notes }), slides: outcomes };
  await writeFileAtomic(join(out, 'predictions.json'), `${JSON.stringify(report, null, 2)}\n`);
  if (slides.length > 0) await writeSummary(out, slides);
  if (failures.length > 0) throw summariseFailures(failures, rows.length);
  return { slides, submissions: await writeSubmissions(out, ensemble.classes, finished), kept };
}

interface TableJob {
  readonly out: string;
  readonly outputs: readonly OutputName[];
  readonly overwrite: boolean;
  readonly signal: AbortSignal | undefined;
  readonly bandColumns: number | undefined;
  readonly ensemble: Ensemble;
  readonly settings: ResolvedSettings;
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
    format: 2,
    image: row.image,
    size,
    mtimeMs,
    micronsPerPixel: row.micronsPerPixel,
    settings,
    outputs,
    models,
  };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

async function predictRow(
  row: SlideRow,
  job: TableJob,
  reporter: (area: number) => (progress: TileProgress) => void,
): Promise<{ readonly slide: KeptSlide; readonly fresh: boolean }> {
  const { out, outputs, overwrite, signal, bandColumns, ensemble, settings } = job;
  const { id, image } = row;
  const fingerprint = await fingerprintOf(row, job);
  const kept = overwrite ? undefined : await readKept(out, id, fingerprint);
  if (kept !== undefined) return { slide: kept, fresh: false };
  const began = performance.now();
  const slide = await openSlide(image);
  try {
    const known = scaleOf(row, slide, settings.micronsPerPixel);
    const plan = planSlide(slide, ensemble, settings, known);
    const store = await openBandStore(join(out, unfinishedName(id)), fingerprint);
    const unreadable: Rect[] = [];
    const bands = predictBands(slide, plan, {
      ...{ signal, bandColumns, state: store.state, onProgress: reporter(slide.width * slide.height) },
      onUnreadable: (region) => unreadable.push(region),
    });
    for await (const { left, probability, agreement, runs, state } of bands) {
      const stored = { left, probability: fixedPoint(probability), agreement };
      await store.append(stored, runs, state, unreadable.splice(0));
    }
    const { facts, codes, files } = await finishSlide(slide, plan, store, { out, id, outputs, signal });
    const outcome: PredictedSlide = {
      ...{ status: 'predicted', id, image, width: slide.width, height: slide.height },
      downsample: plan.grid.downsample,
      micronsPerPixel: plan.grid.micronsPerPixel ?? null,
      tiles: plan.tiles * plan.views.length,
      seconds: Math.round(performance.now() - began) / 1000,
      ...{ facts, unreadable: distinct(store.unreadable), files },
    };
    const finished = { fingerprint, outcome, codes };
    await writeKept(out, finished);
    await store.discard();
    return { slide: finished, fresh: true };
  } finally {
    await slide.close();
  }
}

/** Neighbouring reads overlap, and so do their reports. */
function distinct(regions: readonly Rect[]): Rect[] {
  const seen = new Map(regions.map((region) => [JSON.stringify(region), region]));
  return [...seen.values()];
}
