/** Which slides `ftu tune` may ask of which models: every fold those that validated it, given models those that none was trained on. */
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';

import { readRunConfig, runFiles } from '@ftuseg/folders';
import {
  assertHeldOut,
  cardOf,
  leastAreas,
  type ModelFile,
  readPreparedClasses,
  readPreparedRows,
  readRunFolds,
  sharedWithTraining,
  type TuningJob,
  validationRows,
} from '@ftuseg/infer';
import type { ModelCard } from '@ftuseg/nn';
import { type ClassMap, filterRows, readSlideTable, type SlideRow } from '@ftuseg/slide';
import type { CommandContext } from '../../parser/command.js';
import { modelFiles } from './model-argument.js';

/** The prepared data set of a fold. */
async function dataOf(folder: string): Promise<string> {
  const { data } = (await readRunConfig(folder)).facts;
  if (data !== undefined) return data;
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
  /** For each class, square micrometres. */
  readonly leastArea: readonly number[];
  /** For `tuned.json`. */
  readonly names: readonly string[];
}

export type Loader = (models: readonly ModelFile[]) => TuningJob['load'];

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

/** Names of objects and areas as the data of the run were mapped. Where these cannot be read there is no map, and a note says so. */
async function classMapOf(folder: string, { note }: CommandContext): Promise<ClassMap | undefined> {
  try {
    return await readPreparedClasses(await dataOf(folder));
  } catch (error) {
    if (!(error instanceof FtuError)) throw error;
    note(
      `the data set of the run cannot be read (${error.message}): labels 1, 2, ... stand for the classes of the model; give --classes if they do not`,
    );
    return undefined;
  }
}

interface RunSlides {
  readonly slides: string | undefined;
  readonly filter: string | undefined;
  readonly mapped: boolean;
}

/**
 * Each fold with the slides that it was validated on.
 * @param slides undefined: the table that is kept in the data set of the run
 * @param mapped whether slides are labelled as the data of the run were
 */
export async function foldsOfRun(
  run: string,
  { slides, filter, mapped }: RunSlides,
  { load, context }: TuneContext,
): Promise<TunedModels> {
  const folds = await readRunFolds(run);
  const [first] = folds;
  if (first === undefined) throw new RangeError('a run has folds');
  const table =
    slides === undefined
      ? await readPreparedRows(await dataOf(first.folder))
      : await readSlideTable(slides, { labelled: true });
  const wanted = filter === undefined ? undefined : new Set(filterRows(table, filter).map(({ id }) => id));
  const jobs = folds.map(({ model, card }): TuningJob => {
    const rows = validationRows(card, table, model).filter(({ id }) => wanted?.has(id) ?? true);
    warnOfShared(card, rows, table, context);
    return { rows, load: load([{ path: model, weight: 1 }]) };
  });
  return {
    jobs: jobs.filter(({ rows }) => rows.length > 0),
    classes: first.card.classes,
    classMap: mapped ? await classMapOf(first.folder, context) : undefined,
    cardThreshold: folds.reduce((sum, { card }) => sum + card.threshold, 0) / folds.length,
    leastArea: leastAreas(
      folds.map(({ card }) => card),
      first.card.classes,
    ),
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
  const models = await modelFiles(texts, context);
  let threshold = 0;
  let total = 0;
  const cards: ModelCard[] = [];
  for (const { path, weight } of models) {
    const card = await cardOf(path);
    if (!assertHeldOut(card, rows, path)) {
      context.note(`${path} does not say what it was trained on: these slides must be new to it`);
    }
    warnOfShared(card, rows, table, context);
    cards.push(card);
    threshold += weight * card.threshold;
    total += weight;
  }
  const classes = cards[0]?.classes ?? [];
  return {
    jobs: [{ rows, load: load(models) }],
    classes,
    cardThreshold: threshold / total,
    leastArea: leastAreas(cards, classes),
    names: models.map(({ path }) => path),
  };
}
