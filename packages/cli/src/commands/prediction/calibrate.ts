/** `ftu calibrate`: how often is 0.8 right? Asked of slides that no model was trained on, and written into the model file. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@ftuseg/files';
import { calibrate as calibrateModels, defaultClasses, devices, formatCalibration, loadModels } from '@ftuseg/infer';
import { type Calibration, readModelCard, withModelCard } from '@ftuseg/nn';
import { filterRows, formatTruths, parseClasses, readSlideTable } from '@ftuseg/slide';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { file, folder, group, path, threads, where } from '../../parser/fields.js';
import { MissingOptions, UsageError } from '../../parser/usage-error.js';
import {
  givenSettings,
  PREDICTION_MACHINE,
  predictionGroups,
  predictionHints,
  predictionSettings,
} from './prediction-options.js';
import { foldsOfRun, givenModels, type Loader, type TunedModels } from './tune-models.js';

const schema = z.object({
  run: folder('folder that ftu train wrote: every fold on the slides that validated it').optional(),
  model: file('instead of a run: model file').optional(),
  slides: path('slide table with the truth, or Kaggle folder; that of the run if unset').optional(),
  where,
  classes: z.string().optional().meta({
    placeholder: 'CLASSES',
    description:
      'label values and names of each class and of areas; if unset as the data of the run were prepared, else 1, 2, ... in the order of the model',
  }),
  group,
  out: path('the calibrated model file to write; with --run the folder for those of all folds'),
  ...predictionSettings,
  device: z.enum(devices).default('cpu').describe('where the networks run'),
  threads,
});
type Options = z.output<typeof schema>;

async function modelsOf(options: Options, context: CommandContext): Promise<TunedModels> {
  const { run, model, slides, where: filter, classes, device, threads: threadCount } = options;
  const load: Loader = (models) => () => loadModels(models, { threads: threadCount, device, onNote: context.note });
  if (run !== undefined) return foldsOfRun(run, { slides, filter, mapped: classes === undefined }, { load, context });
  if (model === undefined) throw new MissingOptions('--run DIR or --model FILE');
  if (slides === undefined) throw new UsageError('ftu calibrate --model needs --slides');
  const table = await readSlideTable(slides, { labelled: true, onNote: context.note });
  const rows = filter === undefined ? table : filterRows(table, filter);
  return givenModels([model], { rows, table }, { load, context });
}

/** @returns the files, in the order of the models */
async function writeModels(
  { run, out }: Options,
  models: readonly string[],
  calibration: Calibration,
): Promise<string[]> {
  const written: string[] = [];
  if (run !== undefined) await makeFolder(out);
  for (const model of models) {
    const bytes = await readFile(model);
    // Folds lie in folders of their own, under one name.
    const path = run === undefined ? out : join(out, `${basename(dirname(model))}.onnx`);
    await writeFileAtomic(path, withModelCard(bytes, { ...readModelCard(bytes, model), calibration }, model));
    written.push(path);
  }
  return written;
}

export const calibrate = defineCommand({
  name: 'calibrate',
  schema,
  groups: {
    Inputs: ['run', 'model', 'slides', 'where', 'classes'],
    Outputs: ['out'],
    'What to compute': ['group'],
    ...predictionGroups,
    Machine: PREDICTION_MACHINE,
  },
  hints: predictionHints,
  result: {
    calibration: 'temperature, map of objects, and expected calibration errors before and after, as in the model card',
    models: 'the files that were written',
  },
  examples: [
    'ftu calibrate --run run --out calibrated',
    'ftu calibrate --model run/model.onnx --slides new.csv --out calibrated.onnx',
  ],
  async run(options, context) {
    const { run, model, classes, group: column } = options;
    if (run !== undefined && model !== undefined) {
      throw new UsageError('ftu calibrate takes --run or --model, one of them');
    }
    const settings = givenSettings(options);
    const models = await modelsOf(options, context);
    const map = classes === undefined ? (models.classMap ?? defaultClasses(models.classes)) : parseClasses(classes);
    const calibration = await calibrateModels(models.jobs, {
      settings,
      group: column,
      classes: map,
      signal: context.signal,
      onTruths: (truths) => formatTruths(truths, map).forEach((line) => void context.note(line)),
      onProgress: context.progress,
      onNote: context.note,
    });
    const written = await writeModels(options, models.names, calibration);
    context.print(formatCalibration(calibration));
    context.print(`${written.join(', ')}: ftu predict --model ${written[0]}`);
    return { calibration, models: written };
  },
});
