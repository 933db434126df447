/**
 * What a training run left: a model for each fold, and which slides it never saw. The card inside a model file says so, and the
 * prepared data set says where the slides are.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, parseJson } from '@ftuseg/core';
import { readRegularFile } from '@ftuseg/files';
import { checkSchema, type ModelCard, problemText, readModelCard } from '@ftuseg/nn';
import { type ClassMap, parseClasses, type SlideRow, scaleOfCell } from '@ftuseg/slide';
import { z } from 'zod';

export interface RunFold {
  readonly folder: string;
  /** Path of the model file. */
  readonly model: string;
  readonly card: ModelCard;
}

const MODEL = 'model.onnx';

/** Reads the card of a model file. @throws {FtuError} as `readModelCard`, and when the file cannot be read */
export async function cardOf(model: string): Promise<ModelCard> {
  return readModelCard(await readRegularFile(model), model);
}

/**
 * The folds of a run's folder that have a model: those in `fold-0`, `fold-1`, ..., or the folder itself.
 *
 * @throws {FtuError} `not-found` where there is no model; as `readModelCard`
 * @example
 * for (const { model, card } of await readRunFolds('run')) console.log(model, card.training.validatedOn);
 */
export async function readRunFolds(run: string): Promise<RunFold[]> {
  const hint = 'give the folder that `ftu train` wrote';
  const names = await readdir(run).catch((cause: unknown) => {
    throw new FtuError('not-found', 'there is no folder of a run here', { subject: run, hint, cause });
  });
  const numbers = names.flatMap((name) => /^fold-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  const folders = [run, ...numbers.sort((a, b) => a - b).map((fold) => join(run, `fold-${fold}`))];
  const folds: RunFold[] = [];
  for (const folder of folders) {
    const model = join(folder, MODEL);
    const there = await stat(model).catch(() => undefined);
    if (there !== undefined) folds.push({ folder, model, card: await cardOf(model) });
  }
  if (folds.length > 0) return folds;
  throw new FtuError('not-found', `there is no ${MODEL} in the run's folder, nor in fold-0 and so on`, {
    subject: run,
    hint,
  });
}

const datasetSchema = z.object({
  slides: z.array(
    z.object({
      id: z.string(),
      inputs: z.array(z.object({ path: z.string() })).min(1),
      columns: z.record(z.string(), z.string()),
    }),
  ),
  classMap: z.string().optional(),
});

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
  return rowsOf(slides, join(data, 'dataset.json'));
}

async function readIndex(data: string): Promise<z.output<typeof datasetSchema>> {
  const path = join(data, 'dataset.json');
  const hint = 'give the slide table with --slides';
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FtuError('not-found', 'the data set of the run is not there', { subject: path, hint, cause });
  });
  const json = parseJson(text, 'this', { subject: path, hint });
  const found = checkSchema(datasetSchema, json);
  if (!found.success) {
    const why = problemText(found.problems[0]);
    throw new FtuError('bad-input', `this is not an index of a data set (${why})`, { subject: path, hint });
  }
  return found.data;
}

function rowsOf(slides: z.output<typeof datasetSchema>['slides'], path: string): SlideRow[] {
  return slides.map(({ id, inputs, columns }): SlideRow => {
    // Inputs are the picture and then the files of these columns, those that there are.
    const rest = inputs.slice(1).map((input) => input.path);
    const next = (column: string): string | undefined => ((columns[column] ?? '') === '' ? undefined : rest.shift());
    const [mask, annotations] = [next('mask'), next('annotations')];
    return {
      ...{ id, image: inputs[0]?.path ?? '', columns },
      ...(mask === undefined ? {} : { mask }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(columns.rle === undefined ? {} : { rle: columns.rle }),
      ...((columns.mpp ?? '') === '' ? {} : scaleOfCell(columns.mpp ?? '', path, 1)),
    };
  });
}
