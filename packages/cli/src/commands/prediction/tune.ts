/** `ftu tune`: which threshold, which CRF, how small is too small? Asked of slides that the models never saw. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError, writeFileAtomic } from '@ftuseg/files';
import {
  cardOf,
  defaultClasses,
  devices,
  formatTuning,
  loadModel,
  type PredictSettings,
  predictSettingsSchema,
  readPreparedClasses,
  readPreparedRows,
  readRunFolds,
  refuseSeen,
  sharedWithTraining,
  type Tunable,
  type TuningJob,
  tunable,
  tune as tuneSettings,
  validationRows,
  type WeightedModel,
} from '@ftuseg/infer';
import type { ModelCard } from '@ftuseg/nn';
import { type ClassMap, filterRows, formatTruths, parseClasses, readSlideTable, type SlideRow } from '@ftuseg/slide';
import { parseYaml } from '@ftuseg/train';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { UsageError } from '../../parser/usage-error.js';
import { settingFlags } from '../settings.js';
import { modelAndWeight } from './predict.js';

function tunableOf(text: string): Tunable[] {
  return text.split(',').map((part) => {
    const word = part.trim();
    const name = tunable.find((one) => one === word);
    if (name !== undefined) return name;
    throw new UsageError(`--search: there is no "${word}"; there are ${tunable.join(', ')}`);
  });
}

const configSchema = z.object({ run: z.object({ data: z.string() }) });

/** The prepared data set of a fold. */
async function dataOf(folder: string): Promise<string> {
  const path = join(folder, 'config.yaml');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  const config = configSchema.safeParse(parseYaml(text, path));
  if (config.success) return config.data.run.data;
  throw new FtuError('bad-input', 'does not say which data set the run had', {
    subject: path,
    hint: 'give the slide table with --slides',
  });
}

interface Models {
  readonly jobs: readonly TuningJob[];
  readonly classes: readonly string[];
  /** As the run's data were prepared, where names of objects or areas were mapped. */
  readonly classMap?: ClassMap | undefined;
  readonly cardThreshold: number;
  /** For `tuned.json`. */
  readonly names: readonly string[];
}

type Loader = (models: readonly { readonly path: string; readonly weight: number }[]) => TuningJob['load'];

function warnOfShared(
  card: ModelCard,
  rows: readonly SlideRow[],
  table: readonly SlideRow[],
  context: CommandContext,
): void {
  const shared = sharedWithTraining(card, rows, table);
  if (shared !== undefined) context.note(`warning: ${shared}`);
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

/** Each fold with the slides that it was validated on. */
async function foldsOfRun(
  run: string,
  slides: string | undefined,
  where: string | undefined,
  load: Loader,
  context: CommandContext,
): Promise<Models> {
  const folds = await readRunFolds(run);
  const [first] = folds;
  if (first === undefined) throw new RangeError('a run has folds');
  const { data, table } = await dataAndTable(first.folder, slides);
  const wanted = where === undefined ? undefined : new Set(filterRows(table, where).map(({ id }) => id));
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

/** Models as one ensemble, with slides that none of them saw. */
async function givenModels(
  texts: readonly string[],
  rows: readonly SlideRow[],
  table: readonly SlideRow[],
  load: Loader,
  context: CommandContext,
): Promise<Models> {
  const models = texts.map(modelAndWeight);
  let [threshold, total] = [0, 0];
  const classes: string[][] = [];
  for (const { path, weight } of models) {
    const card = await cardOf(path);
    if (!refuseSeen(card, rows, path))
      context.note(`${path} does not say what it was trained on: these slides must be new to it`);
    warnOfShared(card, rows, table, context);
    classes.push(card.classes);
    threshold += weight * card.threshold;
    total += weight;
  }
  return {
    jobs: [{ rows, load: load(models) }],
    ...{ classes: classes[0] ?? [], cardThreshold: threshold / total, names: models.map(({ path }) => path) },
  };
}

export const tune = defineCommand({
  name: 'tune',
  summary:
    'Find threshold, CRF, hole filling, least size and hysteresis with the best Dice on slides that models never saw.',
  schema: z.object({
    run: z.string().optional().describe('folder that ftu train wrote: every fold on the slides that validated it'),
    model: z.array(z.string()).min(1).optional().meta({
      placeholder: 'FILE[=WEIGHT]',
      description: 'instead of a run: model file; repeated for an ensemble',
    }),
    slides: z.string().optional().describe('slide table with the truth, or Kaggle folder; that of the run if unset'),
    where: z.string().optional().describe('only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE'),
    classes: z
      .string()
      .optional()
      .describe(
        'label values and names of each class and of areas; if unset as the data of the run were prepared, else 1, 2, ... in the order of the model',
      ),
    group: z
      .string()
      .optional()
      .describe(
        'column of slides that are left out together, or none; if unset, the coarsest column that names groups, patients, cases, specimens or slides',
      ),
    search: z.string().default(tunable.join(',')).describe('what to search: any of these'),
    out: z.string().optional().describe('file for the settings, for ftu predict --settings'),
    json: z.boolean().default(false).describe('print everything as an object instead of a table'),
    ...settingFlags(predictSettingsSchema),
    device: z.enum(devices).default('cpu').describe('where the networks run'),
    threads: z.int().min(1).max(256).optional().describe('processor threads (default: all cores)'),
  }),
  examples: [
    'ftu tune --run run --out tuned.json',
    'ftu tune --model run/model.onnx --slides new.csv --views d4 --search threshold,minimumArea --out tuned.json',
  ],
  async run(options, context) {
    const { run, model, slides, where, classes, group, search, out, json, device, threads, ...given } = options;
    if ((run === undefined) === (model === undefined))
      throw new UsageError('ftu tune needs --run or --model, one of them');
    const load: Loader = (models) => async () => {
      const loaded: WeightedModel[] = [];
      for (const { path, weight } of models) {
        loaded.push({ model: await loadModel(path, { threads, device, onNote: context.note }), weight });
      }
      return loaded;
    };
    const searched = tunableOf(search);
    const settings: PredictSettings = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    );
    let models: Models;
    if (run !== undefined) models = await foldsOfRun(run, slides, where, load, context);
    else if (slides === undefined) throw new UsageError('ftu tune --model needs --slides');
    else {
      const table = await readSlideTable(slides, { labelled: true, onNote: context.note });
      const rows = where === undefined ? table : filterRows(table, where);
      models = await givenModels(model ?? [], rows, table, load, context);
    }
    const map = classes === undefined ? (models.classMap ?? defaultClasses(models.classes)) : parseClasses(classes);
    const tuning = await tuneSettings(models.jobs, {
      ...{ settings, group, tune: searched, cardThreshold: models.cardThreshold, signal: context.signal },
      classes: map,
      onTruths: (truths) => formatTruths(truths, map).forEach((line) => void context.note(line)),
      onProgress: context.progress,
      onNote: context.note,
    });
    if (out !== undefined) {
      const { dice, slides: scored, start, groups, groupedBy } = tuning;
      const about = { start, dice, groups, groupedBy, slides: scored };
      const found = { date: new Date().toISOString(), models: models.names, ...about };
      await writeFileAtomic(out, `${JSON.stringify({ ...tuning.settings, run: found }, null, 2)}\n`);
    }
    context.print(json ? JSON.stringify(tuning, null, 2) : formatTuning(tuning));
    if (out !== undefined && !json) context.print(`Settings are in ${out}: ftu predict --settings ${out}`);
  },
});
