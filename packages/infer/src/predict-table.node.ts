/**
 * A table of slides through one model, into a folder. One bad slide does not cost the others; but a submission lacks
 * nothing, so it is written only when every slide is there.
 */
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { openSlide, type SlideRow, writeFileAtomic } from '@ftuseg/slide';
import { throwIfCancelled } from './cancel.js';
import type { SegmentationModel } from './model.js';
import {
  encodeClasses,
  maskName,
  overlayName,
  prepareOutputFolder,
  type SubmissionRow,
  writeMask,
  writeOverlay,
  writeSubmissions,
} from './output-folder.node.js';
import { predictSlide, type TileProgress } from './predict-slide.js';
import { describeProgress } from './progress.js';
import { type PredictSettings, resolveSettings } from './settings.js';

export interface PredictTableOptions extends PredictSettings {
  /** Folder to write; made if need be. */
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TableProgress) => void) | undefined;
}

/** How far the work is: tiles of the current slide, and which of the slides it is. */
export interface TableProgress extends TileProgress {
  readonly id: string;
  /** 1 for the first slide. */
  readonly slide: number;
  readonly slides: number;
  /** All of it on one line, with speed and time left. */
  readonly text: string;
}

/** One entry of `predictions.json`. */
export type SlideOutcome = PredictedSlide | FailedSlide;

export interface PredictedSlide {
  readonly status: 'predicted';
  readonly id: string;
  readonly image: string;
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per working pixel. */
  readonly downsample: number;
  /** Of the working resolution; null where neither model nor slide says. */
  readonly micronsPerPixel: number | null;
  readonly tiles: number;
  readonly seconds: number;
  /** Level-0 pixels of each class. */
  readonly foreground: Readonly<Record<string, number>>;
  /** Relative to the output folder. */
  readonly mask: string;
  readonly overlay: string;
}

export interface FailedSlide {
  readonly status: 'failed';
  readonly id: string;
  readonly image: string;
  readonly problem: string;
}

export interface TablePrediction {
  readonly slides: readonly PredictedSlide[];
  /** Names of the submission files, relative to the output folder. */
  readonly submissions: readonly string[];
}

/**
 * Segments every slide of a table and writes `masks/`, `overlays/`, `submission.csv` and `predictions.json`; see
 * docs/predict.md. A row's micrometres per pixel override the file's; `micronsPerPixel` is for slides without either.
 * @throws {FtuError} `io` when the folder cannot be made; `cancelled`; and, after all other slides are done, one error
 * that names the slides that failed
 * @example
 * await predictTable(await readSlideTable('slides.csv'), model, { out: 'predictions', views: 'flips' });
 */
export async function predictTable(
  rows: readonly SlideRow[],
  model: SegmentationModel,
  options: PredictTableOptions,
): Promise<TablePrediction> {
  const { out, signal, onProgress, ...given } = options;
  const { classes } = model.card;
  const settings = resolveSettings(given, model.card, model.session.bestBatch);
  await prepareOutputFolder(out);
  const predicted: PredictedSlide[] = [];
  const failures: { readonly slide: FailedSlide; readonly error: FtuError }[] = [];
  const submission: SubmissionRow[] = [];
  const outcomes: SlideOutcome[] = [];
  for (const [index, row] of rows.entries()) {
    throwIfCancelled(signal);
    const describe = describeProgress(row.id, index + 1, rows.length);
    const report = (progress: TileProgress) => onProgress?.(describe(progress));
    try {
      const { slide, codes } = await predictRow(row, model, { ...given, out, signal, report });
      predicted.push(slide);
      outcomes.push(slide);
      submission.push({ id: row.id, codes });
    } catch (error) {
      if (!(error instanceof FtuError) || error.code === 'cancelled') throw error;
      const slide = { status: 'failed', id: row.id, image: row.image, problem: error.message } as const;
      failures.push({ slide, error });
      outcomes.push(slide);
    }
  }
  const report = { format: 1, model: { ...model.source, card: model.card }, settings, slides: outcomes };
  await writeFileAtomic(join(out, 'predictions.json'), `${JSON.stringify(report, null, 2)}\n`);
  if (failures.length > 0) throw summarise(failures, rows.length);
  return { slides: predicted, submissions: await writeSubmissions(out, classes, submission) };
}

interface RowOptions extends PredictSettings {
  readonly out: string;
  readonly signal: AbortSignal | undefined;
  readonly report: (progress: TileProgress) => void;
}

async function predictRow(
  row: SlideRow,
  model: SegmentationModel,
  { out, signal, report, ...settings }: RowOptions,
): Promise<{ slide: PredictedSlide; codes: string[] }> {
  const { id, image } = row;
  const { classes } = model.card;
  const began = performance.now();
  const slide = await openSlide(image);
  try {
    const { masks, grid, tiles } = await predictSlide(slide, model, {
      ...settings,
      micronsPerPixel: row.micronsPerPixel ?? slide.micronsPerPixel ?? settings.micronsPerPixel,
      signal,
      onProgress: report,
    });
    await writeMask(out, id, masks, classes.length);
    await writeOverlay(out, id, slide, masks, signal);
    const codes = encodeClasses(masks, classes.length);
    const outcome: PredictedSlide = {
      status: 'predicted',
      id,
      image,
      width: slide.width,
      height: slide.height,
      downsample: grid.downsample,
      micronsPerPixel: grid.micronsPerPixel ?? null,
      tiles,
      seconds: Math.round(performance.now() - began) / 1000,
      foreground: countLabels(masks.data, classes),
      mask: maskName(id),
      overlay: overlayName(id),
    };
    return { slide: outcome, codes };
  } finally {
    await slide.close();
  }
}

function countLabels(labels: Uint8Array, classes: readonly string[]): Record<string, number> {
  const counts = new Float64Array(256);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    counts[label] = (counts[label] as number) + 1;
  }
  return Object.fromEntries(classes.map((name, c) => [name, counts[c + 1] ?? 0]));
}

/** How many failures a sentence names before it only counts. */
const NAMED = 3;

function summarise(failures: readonly { slide: FailedSlide; error: FtuError }[], total: number): FtuError {
  const named = failures.slice(0, NAMED).map(({ slide }) => `"${slide.id}" (${slide.problem})`);
  const rest = failures.length > NAMED ? ` and ${failures.length - NAMED} more` : '';
  const verb = `${failures.length} of ${total} slides could not be predicted`;
  return new FtuError(failures[0]?.error.code ?? 'bad-input', `${verb}: ${named.join(', ')}${rest}`, {
    hint: 'the others are in the output folder, submission.csv is not; mend these slides or take them out of the table',
    cause: failures[0]?.error,
  });
}
