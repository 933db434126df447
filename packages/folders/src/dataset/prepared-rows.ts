/** The slide table that a data set was prepared from, as far as the data set keeps it: to predict or score the same slides again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, parseJson } from '@ftuseg/core';
import { checkSchema, problemText } from '@ftuseg/nn';
import { type ClassMap, codeOf, parseClasses, type SlideRow, scaleOfCell } from '@ftuseg/slide';
import { z } from 'zod';
import { DATASET_FILE, datasetSchema, preparedSlideSchema } from './dataset.js';

/** Data sets of every version have this much. */
const sourceSchema = datasetSchema.pick({ classMap: true }).extend({
  slides: z.array(
    preparedSlideSchema
      .pick({ id: true, columns: true })
      .extend({ inputs: z.array(z.object({ path: z.string() })).min(1) }),
  ),
});

type SourceIndex = z.output<typeof sourceSchema>;

async function readIndex(data: string): Promise<SourceIndex> {
  const path = join(data, DATASET_FILE);
  const hint = 'give the slide table with --slides';
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FtuError('not-found', 'the data set of the run is not there', { subject: path, hint, cause });
  });
  const json = parseJson(text, 'this', { subject: path, hint });
  const found = checkSchema(sourceSchema, json);
  if (!found.success) {
    const why = problemText(found.problems[0]);
    throw new FtuError('bad-input', `this is not an index of a data set (${why})`, { subject: path, hint });
  }
  return found.data;
}

function rowOf({ id, inputs, columns }: SourceIndex['slides'][number], line: number, path: string): SlideRow {
  // The inputs are the picture and then the files of these columns, those that there are.
  const [image, ...rest] = inputs.map((input) => input.path);
  const next = (column: string): string | undefined => ((columns[column] ?? '') === '' ? undefined : rest.shift());
  const [mask, annotations] = [next('mask'), next('annotations')];
  return {
    id,
    image: image ?? '',
    columns,
    ...(mask === undefined ? {} : { mask }),
    ...(annotations === undefined ? {} : { annotations }),
    ...codeOf(columns, path, line),
    ...((columns.mpp ?? '') === '' ? {} : scaleOfCell(columns.mpp ?? '', path, line)),
  };
}

/**
 * How names of drawn objects and areas became the classes of a data set; undefined where only label values were mapped.
 *
 * @param data folder that `ftu prepare` wrote
 * @throws {FtuError} as `readPreparedRows`
 */
export async function readPreparedClasses(data: string): Promise<ClassMap | undefined> {
  const { classMap } = await readIndex(data);
  return classMap === undefined ? undefined : parseClasses(classMap);
}

/**
 * The slide table that a data set was prepared from, as far as it was kept: run-length codes of Kaggle's `train.csv` were not.
 *
 * @param data folder that `ftu prepare` wrote
 * @throws {FtuError} `not-found`, `io`, or `bad-input` for a folder that is no data set
 * @example
 * const rows = await readPreparedRows('data');
 */
export async function readPreparedRows(data: string): Promise<SlideRow[]> {
  const { slides } = await readIndex(data);
  return slides.map((slide, i) => rowOf(slide, i + 1, join(data, DATASET_FILE)));
}
