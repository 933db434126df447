/** Which slides `ftu tune` may ask of which models: every fold those that validated it, given models those that none was trained on. */
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { cardOf, readPreparedClasses, readPreparedRows, readRunConfig, readRunFolds, runFiles } from '@ftuseg/folders';
import { assertHeldOut, sharedWithTraining, type TuningJob, validationRows } from '@ftuseg/infer';
import type { ModelCard } from '@ftuseg/nn';
import { type ClassMap, filterRows, readSlideTable, type SlideRow } from '@ftuseg/slide';
import type { CommandContext } from '../../parser/command.js';
import { type ModelArgument, modelAndWeight } from './model-argument.js';

/** The prepared data set of a fold. */
async function dataOf(folder: string): Promise<string> {
  const { facts } = await readRunConfig(folder);
  if (facts.data !== undefined) return facts.data;
  throw new FtuError('bad-input', 'does not say which data set the run had', {
    subject: join(folder, runFiles.config),
    hint: 'give the slide table with --slides',
  });
}

export interface TunedModels {
  readonly jobs: readonly TuningJob[];
  readonly classes: readonly string[];
  /** As the run's data were prepared, where names of objects or areas were mapped. */
  readonly classMap?: ClassMap | undefined;
  readonly cardThreshold: number;
  /** For `tuned.json`. */
  readonly names: readonly string[];
}

export type Loader = (models: readonly ModelArgument[]) => TuningJob['load'];

/** What both ways need. */
export interface TuneContext {
  readonly load: Loader;
  readonly context: CommandContext;
}

function warnOfShared(
  card: ModelCard,
  rows: readonly SlideRow[],
  table: readonly SlideRow[],
  { warn }: CommandContext,
): void {
  const shared = sharedWithTraining(card, rows, table);
  if (shared !== undefined) warn(shared);
}

/** The data set of a run, if it is known, and the slide table: that one, or what is kept of it in the data set. */
async function dataAndTable(
  folder: string,
  slides: string | undefined,
): Promise<{ readonly data: string | undefined; readonly table: readonly SlideRow[] }> {
  if (slides === undefined) {
    const data = await dataOf(folder);
    return { data, table: await readPreparedRows(data) };
  }
  const data = await dataOf(folder).catch(() => undefined);
  return { data, table: await readSlideTable(slides, { labelled: true }) };
}

/**
 * Each fold with the slides that it was validated on.
 * @param slides undefined: the table that is kept in the data set of the run
 */
export async function foldsOfRun(
  run: string,
  { slides, filter }: { readonly slides: string | undefined; readonly filter: string | undefined },
  { load, context }: TuneContext,
): Promise<TunedModels> {
  const folds = await readRunFolds(run);
  const [first] = folds;
  if (first === undefined) throw new RangeError('a run has folds');
  const { data, table } = await dataAndTable(first.folder, slides);
  const wanted = filter === undefined ? undefined : new Set(filterRows(table, filter).map(({ id }) => id));
  const jobs = folds.map(({ model, card }): TuningJob => {
    const rows = validationRows(card, table, model).filter(({ id }) => wanted?.has(id) ?? true);
    warnOfShared(card, rows, table, context);
    return { rows, load: load([{ path: model, weight: 1 }]) };
  });
  return {
    jobs: jobs.filter(({ rows }) => rows.length > 0),
    classes: first.card.classes,
    classMap: data === undefined ? undefined : await readPreparedClasses(data).catch(() => undefined),
    cardThreshold: folds.reduce((sum, { card }) => sum + card.threshold, 0) / folds.length,
    names: folds.map(({ model }) => model),
  };
}

/**
 * Models as one ensemble, with slides that none of them was trained on.
 * @param table all slides that are known, `rows` among them
 */
export async function givenModels(
  texts: readonly string[],
  { rows, table }: { readonly rows: readonly SlideRow[]; readonly table: readonly SlideRow[] },
  { load, context }: TuneContext,
): Promise<TunedModels> {
  const models = texts.map(modelAndWeight);
  let threshold = 0;
  let total = 0;
  const classes: string[][] = [];
  for (const { path, weight } of models) {
    const card = await cardOf(path);
    if (!assertHeldOut(card, rows, path)) {
      context.note(`${path} does not say what it was trained on: these slides must be new to it`);
    }
    warnOfShared(card, rows, table, context);
    classes.push(card.classes);
    threshold += weight * card.threshold;
    total += weight;
  }
  return {
    jobs: [{ rows, load: load(models) }],
    classes: classes[0] ?? [],
    cardThreshold: threshold / total,
    names: models.map(({ path }) => path),
  };
}
