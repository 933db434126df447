/** Scores predictions against the truth of a slide table: Dice and IoU per slide, their mean, and pooled over pixels. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRle, FtuError, type OverlapCounts, overlapCounts, type Raster, summariseDice } from '@ftuseg/core';
import {
  applyClasses,
  type ClassMap,
  openSlide,
  readCsv,
  readLabelImage,
  readTruth,
  type SlideRow,
} from '@ftuseg/slide';

export interface EvaluateOptions {
  readonly rows: readonly SlideRow[];
  /** The folder that `ftu predict` wrote, or a submission CSV with the columns `id,predicted`. */
  readonly predictions: string;
  readonly classes: ClassMap;
  readonly signal?: AbortSignal;
  readonly onSlide?: (done: number, total: number, id: string) => void;
}

export interface SlideScore {
  readonly id: string;
  readonly dice: number;
  readonly iou: number;
}

export interface ClassEvaluation {
  readonly name: string;
  readonly meanDice: number;
  readonly meanIou: number;
  readonly pooledDice: number;
  readonly pooledIou: number;
  readonly slides: readonly SlideScore[];
}

export interface Evaluation {
  /** Mean over classes of the mean over slides; with one class simply the competition's score. */
  readonly meanDice: number;
  readonly meanIou: number;
  readonly pooledDice: number;
  readonly pooledIou: number;
  /** Per slide, averaged over classes. */
  readonly slides: readonly SlideScore[];
  readonly classes: readonly ClassEvaluation[];
}

type PredictionReader = (row: SlideRow, width: number, height: number) => Promise<Raster>;

/** One 0/1 channel per class, from `masks/<id>.png` of a prediction folder. */
function maskReader(folder: string, classes: ClassMap): PredictionReader {
  return async (row, width, height) => {
    const path = join(folder, 'masks', `${row.id}.png`);
    const image = await readLabelImage(path);
    if (image.width !== width || image.height !== height) {
      throw new FtuError('bad-input', `the mask is ${image.width} x ${image.height}, the slide ${width} x ${height}`, {
        subject: path,
        hint: 'evaluate predictions with the slide table that they were made from',
      });
    }
    const count = classes.names.length;
    const data = new Uint8Array(width * height * count);
    for (let i = 0; i < image.data.length; i++) {
      const value = image.data[i] ?? 0;
      if (value === 0) continue;
      const channel = count === 1 ? 0 : value - 1;
      if (channel >= count) {
        throw new FtuError('bad-input', `label ${value} is beyond the ${count} classes`, {
          subject: path,
          hint: 'give --classes as they were in training',
        });
      }
      data[i * count + channel] = 1;
    }
    return { width, height, channels: count, data };
  };
}

async function submissionReader(path: string, classes: ClassMap): Promise<PredictionReader> {
  if (classes.names.length > 1) {
    throw new FtuError('unsupported', 'a submission has one class only', {
      subject: path,
      hint: 'give the prediction folder to evaluate several classes',
    });
  }
  const encodings = new Map<string, string>();
  for (const { cells, line } of (await readCsv(path)).rows) {
    const { id, predicted } = cells;
    if (id === undefined || predicted === undefined) {
      throw new FtuError('bad-input', 'a submission needs the columns id and predicted', { subject: path });
    }
    if (encodings.has(id)) throw new FtuError('bad-input', `line ${line}: slide ${id} occurs twice`, { subject: path });
    encodings.set(id, predicted);
  }
  return async (row, width, height) => {
    const text = encodings.get(row.id);
    if (text === undefined) throw new FtuError('not-found', `there is no row for slide ${row.id}`, { subject: path });
    try {
      return decodeRle(text, width, height);
    } catch (error) {
      if (!(error instanceof FtuError)) throw error;
      throw new FtuError(error.code, `slide ${row.id}: ${error.problem}`, { subject: path, cause: error });
    }
  };
}

/** Channel `index` of an interleaved raster, alone. */
function channel(image: Raster, index: number): Raster {
  if (image.channels === 1) return image;
  const data = new Uint8Array(image.width * image.height);
  for (let i = 0; i < data.length; i++) data[i] = image.data[i * image.channels + index] ?? 0;
  return { width: image.width, height: image.height, channels: 1, data };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * An empty truth scores 1 for an empty prediction, else 0.
 *
 * @throws FtuError when a prediction is missing, unreadable or of another size, or a row has no truth.
 */
export async function evaluatePredictions(options: EvaluateOptions): Promise<Evaluation> {
  const { rows, predictions, classes, signal } = options;
  const info = await stat(predictions).catch(() => undefined);
  if (info === undefined) {
    throw new FtuError('not-found', 'there are no predictions', {
      subject: predictions,
      hint: 'run ftu predict first',
    });
  }
  const read = info.isDirectory() ? maskReader(predictions, classes) : await submissionReader(predictions, classes);
  const counts: { id: string; counts: OverlapCounts }[][] = classes.names.map(() => []);
  for (const [done, row] of rows.entries()) {
    if (signal?.aborted) throw new FtuError('cancelled', 'evaluation was interrupted');
    options.onSlide?.(done, rows.length, row.id);
    const slide = await openSlide(row.image);
    const { width, height } = slide;
    await slide.close();
    const truth = applyClasses(await readTruth(row, { width, height }), classes, row.mask ?? row.id);
    const prediction = await read(row, width, height);
    counts.forEach((list, index) => {
      list.push({ id: row.id, counts: overlapCounts(channel(prediction, index), channel(truth, index)) });
    });
  }
  const perClass = counts.map((list, index) => ({ name: classes.names[index] ?? '', ...summariseDice(list) }));
  return {
    meanDice: mean(perClass.map((item) => item.meanDice)),
    meanIou: mean(perClass.map((item) => item.meanIou)),
    pooledDice: mean(perClass.map((item) => item.pooledDice)),
    pooledIou: mean(perClass.map((item) => item.pooledIou)),
    slides: rows.map((row, i) => ({
      id: row.id,
      dice: mean(perClass.map((item) => item.slides[i]?.dice ?? 0)),
      iou: mean(perClass.map((item) => item.slides[i]?.iou ?? 0)),
    })),
    classes: perClass,
  };
}

/** The evaluation as a table for a terminal, worst slide first. */
export function formatEvaluation(evaluation: Evaluation): string {
  const width = Math.max(12, ...evaluation.slides.map((slide) => slide.id.length));
  const line = (name: string, dice: number, iou: number): string =>
    `${name.padEnd(width)}  ${dice.toFixed(4)}  ${iou.toFixed(4)}`;
  const table = [
    `${'slide'.padEnd(width)}  Dice    IoU`,
    ...[...evaluation.slides].sort((a, b) => a.dice - b.dice).map((slide) => line(slide.id, slide.dice, slide.iou)),
    '-'.repeat(width + 16),
    line('mean', evaluation.meanDice, evaluation.meanIou),
    line('pooled', evaluation.pooledDice, evaluation.pooledIou),
  ];
  if (evaluation.classes.length > 1) {
    table.push(...evaluation.classes.map((item) => line(`mean ${item.name}`, item.meanDice, item.meanIou)));
  }
  return table.join('\n');
}
