/**
 * Scores predictions against the truth of a slide table, slide by slide at level 0 and from runs alone: a slide of any size costs by
 * its objects.
 */
import { defaultGroupColumn, FtuError, groupingNote, groupValues, meant, NO_GROUP, type RunMask } from '@ftuseg/core';
import {
  type AnnotationOrigin,
  type ClassMap,
  cellOf,
  checkCodes,
  checkTruths,
  formatTruths,
  openSlide,
  type SlideRow,
  type SlideTruth,
} from '@ftuseg/slide';
import { compareClasses } from './count-classes.node.js';
import {
  type ObjectCalibration,
  type ObjectForecast,
  objectCalibration,
  objectForecasts,
} from './object-forecasts.node.js';
import { predictionWarnings } from './predictions/prediction-warnings.node.js';
import { openPredictions } from './predictions/predictions.node.js';
import { type CountedSlide, type GroupScore, groupScores, type Summary, summarise } from './scores.js';
import { readTruthRuns, type SlideSize } from './truth-runs.node.js';
import { writePicture } from './write-picture.node.js';

export interface EvaluateOptions {
  readonly rows: readonly SlideRow[];
  /** The folder that `ftu predict` wrote, another folder of masks or GeoJSON, or a submission CSV with the columns `id,predicted`. */
  readonly predictions: string;
  readonly classes: ClassMap;
  /** Which corner GeoJSON of another program counts from, where the files do not state it. */
  readonly predictionOrigin?: AnnotationOrigin | undefined;
  /** Objects match above this intersection over union; default 0.5. */
  readonly iou?: number | undefined;
  /** Column of the table whose values the bootstrap draws as a whole, or `none`; if unset, as core's `defaultGroupColumn` finds it. */
  readonly group?: string | undefined;
  /** Folder for a picture of every slide; see `drawMatches`. */
  readonly pictures?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told in sentences how slides are grouped, what predictions warned of, and what was assumed or left out of them. */
  readonly onNote?: ((sentence: string) => void) | undefined;
  readonly onSlide?: ((done: number, total: number, id: string) => void) | undefined;
}

/** The four scores of the first version, under the names that they have always had. */
export interface HeadlineScores {
  readonly meanDice: number;
  readonly meanIou: number;
  readonly pooledDice: number;
  readonly pooledIou: number;
}

export interface ClassEvaluation extends HeadlineScores, Summary {
  readonly name: string;
}

export interface Evaluation extends HeadlineScores, Summary {
  /** Above which intersection over union objects match. */
  readonly iouThreshold: number;
  /** The column whose values the bootstrap draws as a whole; null: it draws slides. */
  readonly groupedBy: string | null;
  /** Empty without a column to group by. */
  readonly groups: readonly GroupScore[];
  readonly classes: readonly ClassEvaluation[];
  /** What was taken of the files of drawn objects and what was left out, of each slide that has one. */
  readonly truth: readonly SlideTruth[];
  /** The same of predictions that are drawn objects. */
  readonly drawn: readonly SlideTruth[];
  /** Whether probabilities of objects mean what they say; null where no table of objects is there. */
  readonly calibration: ObjectCalibration | null;
  /** What the scores come from, for each slide and class. */
  readonly counts: readonly CountedSlide[];
}

const headline = ({ mean, pooled }: Summary): HeadlineScores => ({
  meanDice: mean.dice,
  meanIou: mean.iou,
  pooledDice: pooled.dice,
  pooledIou: pooled.iou,
});

/** A slide of which nothing is known would score 1 whatever was predicted. */
function refuseUnknown(id: string, { width, height }: SlideSize, ignored: RunMask | undefined): void {
  const pixels = ignored?.starts.reduce((sum, start, i) => sum + (ignored.ends[i] as number) - start, 0);
  if (pixels !== width * height) return;
  throw new FtuError('bad-input', 'nothing of the slide is known: all of it is ignored or outside annotated areas', {
    subject: `slide ${id}`,
    hint: 'draw an annotated area, or leave the slide out with `--where`',
  });
}

function groupOf(row: SlideRow, column: string): string {
  if (column === 'id') return row.id;
  const value = cellOf(row.columns, column) ?? '';
  if (value !== '') return value;
  const known = Object.hasOwn(row.columns, column);
  throw new FtuError('bad-input', known ? `slide ${row.id} has no value in it` : 'there is no such column', {
    subject: `group ${column}`,
    hint: known
      ? 'fill the cell'
      : `the table has ${Object.keys(row.columns).join(', ')}${meant(column, Object.keys(row.columns))}`,
  });
}

/**
 * Dice and IoU by pixels; precision, recall, F1 and panoptic quality by objects (8-connected components of a class). Where there is
 * neither truth nor prediction every score is 1. With several classes each is scored by itself, and the averages are over classes.
 *
 * @throws {FtuError} as `checkCodes`; when a prediction is missing, unreadable or of another size, or a row has no truth; for an impossible
 * threshold, or a group column that is not there; `cancelled`
 * @example
 * const { meanDice, intervals } = await evaluatePredictions({ rows, predictions: 'out', classes: parseClasses(undefined) });
 */
export async function evaluatePredictions(options: EvaluateOptions): Promise<Evaluation> {
  const { rows, classes, iou: iouThreshold = 0.5, group, pictures, signal } = options;
  if (rows.length === 0) throw new FtuError('bad-input', 'there are no slides to score');
  const column = group === undefined ? defaultGroupColumn(rows) : group === NO_GROUP ? undefined : group;
  const values = group === undefined ? groupValues(rows, column) : undefined;
  const groups = rows.map((row, i) => (column === undefined ? undefined : (values?.[i] ?? groupOf(row, column))));
  const note = groupingNote(rows, column, group !== undefined);
  if (note !== undefined) options.onNote?.(note);
  const predictions = await openPredictions(options.predictions, classes, options.onNote);
  await checkCodes(rows);
  const truth = await checkTruths(rows, classes, signal);
  const counts: CountedSlide[] = [];
  const forecasts = new Map<string, ObjectForecast[]>();
  for (const [done, row] of rows.entries()) {
    if (signal?.aborted) throw new FtuError('cancelled', 'the evaluation was interrupted');
    options.onSlide?.(done, rows.length, row.id);
    const slide = await openSlide(row.image);
    try {
      const { classes: actual, ignored } = await readTruthRuns(row, slide, classes, signal);
      refuseUnknown(row.id, slide, ignored);
      const predicted = await predictions.read({ ...row, annotationOrigin: options.predictionOrigin }, slide, signal);
      for (const warning of await predictionWarnings(options.predictions, row.id)) {
        options.onNote?.(`warning: prediction of ${row.id}: ${warning}`);
      }
      const judged = { predicted, truth: actual, ignored, names: classes.names };
      const known = await objectForecasts(options.predictions, row.id, judged);
      const unit = groups[done] === undefined ? `slide ${row.id}` : `group ${groups[done]}`;
      if (known !== undefined) forecasts.set(unit, [...(forecasts.get(unit) ?? []), ...known]);
      const compared = predicted.map((mask, c) => compareClasses(mask, actual[c], { iou: iouThreshold, ignored }));
      counts.push({ id: row.id, group: groups[done], classes: compared.map((one) => one.counts) });
      if (pictures !== undefined) await writePicture(pictures, row.id, slide, compared, signal);
    } finally {
      await slide.close();
    }
  }
  for (const line of formatTruths(predictions.drawn, classes, 'predictions')) options.onNote?.(line);
  const all = summarise(counts, [...classes.names.keys()]);
  return {
    ...headline(all),
    ...all,
    iouThreshold,
    groupedBy: column ?? null,
    groups: groupScores(all.slides),
    classes: classes.names.map((name, c) => {
      const own = summarise(counts, [c]);
      return { name, ...headline(own), ...own };
    }),
    calibration: objectCalibration([...forecasts.values()]),
    truth,
    drawn: predictions.drawn,
    counts,
  };
}
