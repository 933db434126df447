/** `ftu calibrate`: how often is 0.8 right? Asked of slides that no model was trained on, and written into the model file. */
import { basename, dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { makeFolder, requireWritable, writeFileAtomic } from '@ftuseg/files';
import { readModelFile } from '@ftuseg/folders';
import {
  calibrateCascade,
  calibrate as calibrateModels,
  defaultClasses,
  devices,
  formatCalibration,
  formatCascade,
  loadModels,
  type PredictSettings,
} from '@ftuseg/infer';
import { type ModelCard, withModelCard } from '@ftuseg/nn';
import { filterRows, formatTruths, parseClasses, readSlideTable, type SlideTruth } from '@ftuseg/slide';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { flagOf } from '../../parser/command-line.js';
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
  model: file("instead of a run: model file, or 'starter', the model that comes with the program").optional(),
  slides: path('slide table with the truth, or Kaggle folder; that of the run if unset').optional(),
  where,
  classes: z.string().optional().meta({
    placeholder: 'CLASSES',
    description:
      'label values and names of each class and of areas; if unset as the data of the run were prepared, else 1, 2, ... in the order of the model',
  }),
  group,
  cascade: z
    .boolean()
    .default(false)
    .describe('instead: from which probability of this coarse network other models must look (ftu predict --cascade)'),
  recall: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('with --cascade: share of the true objects that must lie wholly in what is looked at (default: 0.99)'),
  margin: z
    .number()
    .min(0)
    .max(10_000)
    .optional()
    .describe('with --cascade: micrometres by which places that may matter are widened (default: 100)'),
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

/**
 * @param learnt what goes into the cards
 * @returns the files, in the order of the models
 */
async function writeModels(
  { run, out }: Options,
  models: readonly string[],
  learnt: Pick<ModelCard, 'calibration' | 'cascade'>,
): Promise<string[]> {
  const written: string[] = [];
  for (const model of models) {
    // A checkpoint becomes a model file on the way.
    const { card, onnx } = await readModelFile(model);
    // Folds lie in folders of their own, under one name.
    const path = run === undefined ? out : join(out, `${basename(dirname(model))}.onnx`);
    await writeFileAtomic(path, withModelCard(onnx(), { ...card, ...learnt }, model));
    written.push(path);
  }
  return written;
}

/** What is written is an ONNX file, whatever it is made from. */
function refuseOtherNames({ run, out }: Options): void {
  if (run !== undefined || out.endsWith('.onnx')) return;
  throw new FtuError('bad-input', 'an ONNX file is written, and its name must say so', {
    subject: '--out',
    hint: 'give a name that ends in .onnx',
  });
}

/** The first pass of a cascade is always the same, as is what it is calibrated by. */
function refuseIdle({ cascade, recall, margin }: Options, settings: PredictSettings): void {
  if (!cascade) {
    if (recall !== undefined || margin !== undefined) {
      throw new UsageError('--recall and --margin have no say without --cascade');
    }
    return;
  }
  const { micronsPerPixel: _, ...others } = settings;
  const [first] = Object.keys(others);
  if (first === undefined) return;
  throw new UsageError(
    `${flagOf('calibrate', first)} has no say with --cascade: the first pass is the same in every prediction`,
  );
}

export const calibrate = defineCommand({
  name: 'calibrate',
  schema,
  groups: {
    Inputs: ['run', 'model', 'slides', 'where', 'classes'],
    Outputs: ['out'],
    'What to compute': ['group', 'cascade', 'recall', 'margin'],
    ...predictionGroups,
    Machine: PREDICTION_MACHINE,
  },
  hints: predictionHints,
  result: {
    calibration: 'temperature, map of objects, and expected calibration errors before and after, as in the model card',
    cascade:
      'with --cascade, instead: threshold, margin, and the share of objects and of tissue that is looked at, as in the model card',
    models: 'the files that were written',
  },
  examples: [
    'ftu calibrate --run run --out calibrated',
    'ftu calibrate --model run/model.onnx --slides new.csv --out calibrated.onnx',
    'ftu calibrate --cascade --recall 0.99 --model coarse/model.onnx --slides new.csv --out coarse.onnx',
  ],
  async run(options, context) {
    const { run, model, classes, group: column } = options;
    if (run !== undefined && model !== undefined) {
      throw new UsageError('ftu calibrate takes --run or --model, one of them');
    }
    const settings = givenSettings(options);
    refuseIdle(options, settings);
    // Work of hours must not end at a folder that is not there.
    await (run === undefined ? requireWritable(options.out) : makeFolder(options.out));
    refuseOtherNames(options);
    const models = await modelsOf(options, context);
    const map = classes === undefined ? (models.classMap ?? defaultClasses(models.classes)) : parseClasses(classes);
    const asked = {
      group: column,
      classes: map,
      signal: context.signal,
      onTruths: (truths: readonly SlideTruth[]) => formatTruths(truths, map).forEach((line) => void context.note(line)),
      onProgress: context.progress,
      onNote: context.note,
    };
    if (options.cascade) {
      const { recall = 0.99, margin = 100, micronsPerPixel } = { ...options, ...settings };
      const cascade = await calibrateCascade(models.jobs, { ...asked, recall, margin, micronsPerPixel });
      const written = await writeModels(options, models.names, { cascade });
      context.print(formatCascade(cascade));
      context.print(`${written.join(', ')}: ftu predict --cascade ${written[0]}`);
      return { cascade, models: written };
    }
    const calibration = await calibrateModels(models.jobs, { ...asked, settings });
    const written = await writeModels(options, models.names, { calibration });
    context.print(formatCalibration(calibration));
    context.print(`${written.join(', ')}: ftu predict --model ${written[0]}`);
    return { calibration, models: written };
  },
});
