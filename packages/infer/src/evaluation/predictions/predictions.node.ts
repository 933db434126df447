/** Predicted masks to be scored, wherever they come from: the folder of `ftu predict`, files of other programs, a submission. */
import { stat } from 'node:fs/promises';
import { FtuError, nameForm, type RunMask, rleRuns, runsOfRle } from '@ftuseg/core';
import { readCsv, refuseCutCells } from '@ftuseg/files';
import {
  type AnnotationOrigin,
  type ClassMap,
  refuseOtherHeight,
  type SlideRow,
  type SlideTruth,
  type TruthReport,
} from '@ftuseg/slide';
import type { SlideSize } from '../truth-runs.node.js';
import { pairClasses } from './pair-classes.js';
import { readFromFolder } from './prediction-folder.node.js';
import { type PredictionReport, readReport } from './prediction-report.node.js';

/** What is known of a slide whose prediction is read. */
export type PredictedRow = Pick<SlideRow, 'id' | 'image'> & {
  readonly annotationOrigin?: AnnotationOrigin | undefined;
};

export interface Predictions {
  /** What was taken of files of drawn objects and what was left out, of each slide that was read and has one. */
  readonly drawn: readonly SlideTruth[];
  /**
   * @param slide with the corner that GeoJSON counts from which does not state it
   * @returns one mask of label 1 for each class
   * @throws {FtuError} `not-found` where there is none for the slide; `bad-input` for one that is damaged, of another size, or coded for another height;
   * `cancelled`
   */
  read(slide: PredictedRow, size: SlideSize, signal?: AbortSignal): Promise<readonly RunMask[]>;
}

/** Classes that the prediction does not know are refused before anything is scored. */
function checkNames(path: string, report: PredictionReport, classes: ClassMap): void {
  for (const slide of report.values()) {
    if (slide.status === 'predicted' && slide.facts !== undefined) {
      pairClasses(
        slide.facts.classes.map(({ name }) => name),
        classes,
        path,
      );
    }
  }
}

/**
 * Opens a folder (see docs/evaluate.md for what it may hold) or a submission CSV with the columns `id,predicted`.
 *
 * @param onNote told once of everything that is assumed of the predictions' classes
 * @throws {FtuError} `not-found` for no such path; `bad-input` for a folder that `ftu predict` has begun and not finished, or whose prediction does not know a class; for a submission `unsupported` with several classes, `bad-input` for missing columns,
 * codes that Excel has cut off, or a slide that occurs twice
 * @example
 * const [mask] = await (await openPredictions('out', parseClasses(undefined))).read(row, slide);
 */
export async function openPredictions(
  path: string,
  classes: ClassMap,
  onNote?: (sentence: string) => void,
): Promise<Predictions> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) {
    throw new FtuError('not-found', 'there are no predictions', { subject: path, hint: 'run ftu predict first' });
  }
  if (info.isDirectory()) {
    const report = await readReport(path);
    if (report !== undefined) checkNames(path, report, classes);
    const drawn: SlideTruth[] = [];
    const said = new Set<string>();
    const say = (sentence: string): void => {
      if (!said.has(sentence)) onNote?.(sentence);
      said.add(sentence);
    };
    return {
      drawn,
      read: ({ id, image, annotationOrigin }, size, signal) => {
        const tell = (found: TruthReport): number => drawn.push({ id, ...found });
        return readFromFolder(path, report, { id, image, annotationOrigin, size, classes, signal, say, tell });
      },
    };
  }
  if (classes.names.length > 1) {
    throw new FtuError('unsupported', 'a submission has one class only', {
      subject: path,
      hint: 'give the prediction folder to evaluate several classes',
    });
  }
  const codes = await readSubmission(path);
  return {
    drawn: [],
    read: async ({ id }, { width, height }) => {
      const text = codes.get(nameForm(id));
      if (text === undefined) throw new FtuError('not-found', `there is no row for slide ${id}`, { subject: path });
      const subject = `${path}, slide ${id}`;
      refuseOtherHeight(rleRuns(text, width, height, { subject }), { width, height }, subject);
      return [runsOfRle(text, width, height, { subject })];
    },
  };
}

/**
 * What the classes of a slide's prediction are called, in the order of its masks.
 *
 * @param folder as `openPredictions` takes it
 * @returns undefined where nothing says it
 * @throws {FtuError} `bad-input` for a folder that `ftu predict` has begun and not finished
 * @example
 * await predictedClasses('out', 'slide-1'); // ['normal', 'sclerotic']
 */
export async function predictedClasses(folder: string, id: string): Promise<readonly string[] | undefined> {
  const slide = (await readReport(folder))?.get(id);
  return slide?.status === 'predicted' ? slide.facts?.classes.map(({ name }) => name) : undefined;
}

async function readSubmission(path: string): Promise<ReadonlyMap<string, string>> {
  const codes = new Map<string, string>();
  const table = await readCsv(path);
  const { columns, rows } = table;
  if (!columns.includes('id') || !columns.includes('predicted')) {
    throw new FtuError('bad-input', `a submission needs the columns id and predicted, this has ${columns.join(', ')}`, {
      subject: path,
      hint: 'give the folder that ftu predict wrote, or its submission.csv',
    });
  }
  refuseCutCells(table, ['predicted'], path);
  for (const { cells, line } of rows) {
    const { id: written = '', predicted = '' } = cells;
    const id = nameForm(written);
    if (codes.has(id)) throw new FtuError('bad-input', `line ${line}: slide ${id} occurs twice`, { subject: path });
    codes.set(id, predicted);
  }
  return codes;
}
