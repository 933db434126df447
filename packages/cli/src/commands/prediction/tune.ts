/** `ftu tune`: which threshold, which CRF, how small is too small? Asked of slides that no model was trained on. */

import { writeFileAtomic } from '@ftuseg/files';
import {
  checkPredictSettings,
  defaultClasses,
  devices,
  formatTuning,
  loadModels,
  type Tunable,
  type Tuning,
  tunable,
  tune as tuneSettings,
} from '@ftuseg/infer';
import { filterRows, formatTruths, parseClasses, readSlideTable } from '@ftuseg/slide';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { folder, group, outputFile, path, threads, where } from '../../parser/fields.js';
import { MissingOptions, UsageError } from '../../parser/usage-error.js';
import {
  givenSettings,
  PREDICTION_MACHINE,
  predictionGroups,
  predictionHints,
  predictionSettings,
} from './prediction-options.js';
import { foldsOfRun, givenModels, type Loader, type TunedModels } from './tune-models.js';

function tunableOf(text: string): Tunable[] {
  return text.split(',').map((part) => {
    const word = part.trim();
    const name = tunable.find((one) => one === word);
    if (name !== undefined) return name;
    throw new UsageError(`--search: there is no "${word}"; there are ${tunable.join(', ')}`);
  });
}

const schema = z.object({
  run: folder('folder that ftu train wrote: every fold on the slides that validated it').optional(),
  model: z.array(z.string()).min(1).optional().meta({
    placeholder: 'FILE[=WEIGHT]',
    description: 'instead of a run: model file; repeated for an ensemble',
  }),
  slides: path('slide table with the truth, or Kaggle folder; that of the run if unset').optional(),
  where,
  classes: z.string().optional().meta({
    placeholder: 'CLASSES',
    description:
      'label values and names of each class and of areas; if unset as the data of the run were prepared, else 1, 2, ... in the order of the model',
  }),
  group,
  search: z
    .string()
    .default(tunable.join(','))
    .meta({ placeholder: 'NAMES', description: 'what to search: any of these' }),
  out: outputFile('file for the settings, for ftu predict --settings').optional(),
  ...predictionSettings,
  device: z.enum(devices).default('cpu').describe('where the networks run'),
  threads,
});
type Options = z.output<typeof schema>;

/** The models and slides that the options name. */
async function modelsOf(
  { run, model, slides, where: filter, classes, device, threads: threadCount }: Options,
  context: CommandContext,
): Promise<TunedModels> {
  const load: Loader = (models) => () => loadModels(models, { threads: threadCount, device, onNote: context.note });
  if (run !== undefined) return foldsOfRun(run, { slides, filter, mapped: classes === undefined }, { load, context });
  if (slides === undefined) throw new UsageError('ftu tune --model needs --slides');
  const table = await readSlideTable(slides, { labelled: true, onNote: context.note });
  const rows = filter === undefined ? table : filterRows(table, filter);
  return givenModels(model ?? [], { rows, table }, { load, context });
}

/** The file that `ftu predict --settings` reads. */
function writeSettings(out: string, tuning: Tuning, models: readonly string[]): Promise<void> {
  const { dice, slides, start, groups, groupedBy } = tuning;
  const run = { date: new Date().toISOString(), models, start, dice, groups, groupedBy, slides };
  return writeFileAtomic(out, `${JSON.stringify({ ...tuning.settings, run }, null, 2)}\n`);
}

export const tune = defineCommand({
  name: 'tune',
  schema,
  groups: {
    Inputs: ['run', 'model', 'slides', 'where', 'classes'],
    Outputs: ['out'],
    'What to compute': ['search', 'group'],
    ...predictionGroups,
    Machine: PREDICTION_MACHINE,
  },
  hints: predictionHints,
  result: {
    classes: 'names of what the models find',
    start: 'settings where the search began',
    tuned: 'settings with the best score',
    settings: 'all settings, for ftu predict --settings',
    dice: 'mean Dice with the default and with the tuned settings, and what to expect on other slides (leftOut)',
    groups: 'how many groups of slides there are',
    groupedBy: 'their column, null: every slide by itself',
    slides: 'scores of each slide',
    steps: 'what raised the score, in order',
  },
  examples: [
    'ftu tune --run run --out tuned.json',
    'ftu tune --model run/model.onnx --slides new.csv --views d4 --search threshold,minimumArea --out tuned.json',
  ],
  async run(options, context) {
    const { run, model, classes, group: column, search, out } = options;
    if (run === undefined && model === undefined) throw new MissingOptions('--run DIR or --model FILE');
    if (run !== undefined && model !== undefined) throw new UsageError('ftu tune takes --run or --model, one of them');
    const searched = tunableOf(search);
    const settings = givenSettings(options);
    checkPredictSettings(settings);
    const models = await modelsOf(options, context);
    const map = classes === undefined ? (models.classMap ?? defaultClasses(models.classes)) : parseClasses(classes);
    const tuning = await tuneSettings(models.jobs, {
      settings,
      group: column,
      tune: searched,
      cardThreshold: models.cardThreshold,
      leastArea: models.leastArea,
      signal: context.signal,
      classes: map,
      onTruths: (truths) => formatTruths(truths, map).forEach((line) => void context.note(line)),
      onProgress: context.progress,
      onNote: context.note,
    });
    if (out !== undefined) await writeSettings(out, tuning, models.names);
    context.print(formatTuning(tuning));
    if (out !== undefined) context.print(`Settings are in ${out}: ftu predict --settings ${out}`);
    return tuning;
  },
});
