/** `do: train`: one network per fold, taken up where it was interrupted. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { exists } from '@ftuseg/files';
import { checkSchema, problemText, publishedWeights } from '@ftuseg/nn';
import {
  type FoldResult,
  openSources,
  parseTrainConfig,
  parseYaml,
  resumeRun,
  runFiles,
  type SourceSlide,
  startWords,
  type TrainConfig,
  type TrainConfigInput,
  trainRun,
} from '@ftuseg/train';
import { z } from 'zod';
import { digestOf, fileDigest } from '../../engine/digest.js';
import type { CheckedRecipe } from '../../recipe/check-recipe.js';
import type { StepOf } from '../../recipe/schema.js';
import { dataOutputSchema } from '../prepare/step.js';
import { trainingOf } from '../shared/estimate-context.js';
import { realPathOf, type TrainedFold, trainOutputSchema } from '../shared/models.js';
import { outputOf, type StepHandler, type Workshop } from '../step-kind.js';
import { trainingWork } from './estimate.js';
import { trainReporter } from './progress.js';

const dataOf = (workshop: Workshop, name: string): string => outputOf(workshop, name, dataOutputSchema).data;

/** A path that exists beside the recipe, else what was given: a word, or the id of published weights. */
export async function weightsOf(given: unknown, { file }: Pick<CheckedRecipe, 'file'>): Promise<unknown> {
  if (typeof given !== 'string' || isAbsolute(given) || startWords.some((word) => word === given)) return given;
  const beside = resolve(file.folder, given);
  return (await exists(beside)) ? beside : given;
}

/** What a training's start depends on besides its settings: the bytes of a file, or which weights `imagenet` means. */
async function startInputs(step: StepOf<'train'>, { checked }: Workshop): Promise<unknown> {
  if (step.encoderFrom !== undefined) return null;
  const weights = await weightsOf(step.settings.encoderWeights, checked);
  if (typeof weights === 'string' && isAbsolute(weights)) return fileDigest(weights);
  const { encoder, encoderWeights } = parseTrainConfig({ ...step.settings, data: '.', out: '.' });
  return encoderWeights === 'imagenet' ? publishedWeights(encoder) : null;
}

/** The training whose encoder is the start. */
const startOf = (step: StepOf<'train'>, workshop: Workshop): TrainedFold | undefined =>
  step.encoderFrom === undefined ? undefined : outputOf(workshop, step.encoderFrom, trainOutputSchema).folds[0];

/** Scores of slides that the start was trained on look better than they are. */
function warnOfStart(folds: readonly TrainedFold[], start: TrainedFold, note: (text: string) => void): void {
  const taught = new Set(start.trainedOn.map(({ image }) => image));
  const both = folds.flatMap(({ validatedOn }) => validatedOn.filter(({ image }) => taught.has(image)));
  if (both.length === 0) return;
  const ids = both.slice(0, 3).map(({ id }) => id);
  const more = both.length > 3 ? ` and ${both.length - 3} more` : '';
  note(
    `  warning: the encoder's start was trained on ${ids.join(', ')}${more}, which validate here: believe test slides only`,
  );
}

/** All settings of the run. */
async function configOf(step: StepOf<'train'>, workshop: Workshop, out: string): Promise<TrainConfigInput> {
  const { recipe } = workshop.checked.file;
  const sources = Object.entries(step.sources).map(([name, { data, role, ...rest }]) => {
    const predicted = recipe.steps[data]?.do === 'pseudo-label';
    return [name, { data: dataOf(workshop, data), role: role ?? (predicted ? 'pseudo' : 'external'), ...rest }];
  });
  const start = startOf(step, workshop);
  const encoderWeights = start?.folder ?? (await weightsOf(step.settings.encoderWeights, workshop.checked));
  return {
    ...(recipe.seed === undefined ? {} : { seed: recipe.seed }),
    ...(workshop.threads === undefined ? {} : { threads: workshop.threads }),
    ...step.settings,
    ...(encoderWeights === undefined ? {} : { encoderWeights: encoderWeights as string }),
    ...(sources.length === 0 ? {} : { sources: Object.fromEntries(sources) }),
    data: dataOf(workshop, step.data),
    out,
  };
}

const ranSchema = z.object({
  run: z.object({
    trainedOn: z.array(z.string()),
    validatedOn: z.array(z.string()),
    classes: z.array(z.string()),
  }),
});

async function readRan(path: string): Promise<z.output<typeof ranSchema>> {
  const checked = checkSchema(ranSchema, parseYaml(await readFile(path, 'utf8'), path));
  if (checked.success) return checked.data;
  throw new FtuError('bad-input', `this is not what a run keeps of its settings: ${problemText(checked.problems[0])}`, {
    subject: path,
    hint: 'delete the folder of the fold to train it again',
  });
}

/** A finished fold with what it was trained and validated on, as files: a run's folder knows keys only. */
async function describeFold(
  { fold, bestEpoch, epochs, steps, seconds, validation }: FoldResult,
  { name, folder, several }: { readonly name: string; readonly folder: string; readonly several: boolean },
  config: TrainConfig,
  slides: ReadonlyMap<string, SourceSlide>,
  before: TrainedFold['trainedOn'],
): Promise<TrainedFold> {
  const { run } = await readRan(join(folder, runFiles.config));
  const seen = (keys: readonly string[]) =>
    Promise.all(
      keys
        .flatMap((key) => slides.get(key) ?? [])
        .map(async ({ slide, role }) => ({ id: slide.id, image: await realPathOf(slide.inputs[0]?.path ?? ''), role })),
    );
  // A tile classifier has no model file: its weights are the start of another run.
  const model = join(folder, config.task === 'classify' ? runFiles.checkpoint : runFiles.model);
  return {
    name: several ? `${name}/fold-${fold}` : name,
    ...{ step: name, fold, folder, model, sha256: await fileDigest(model) },
    ...{ bestEpoch, epochs, steps, seconds, validationDice: validation?.meanDice ?? null },
    // What the start of its encoder has seen, the network has.
    trainedOn: [...before, ...(await seen(run.trainedOn))],
    validatedOn: await seen(run.validatedOn),
  };
}

/** By what folds kept slides together, and what stands on both sides, for the report. */
function groupingWords(folds: readonly FoldResult[]): string[] {
  const found = folds.flatMap(({ grouping }) => grouping ?? []);
  const [first] = found;
  const both = [...new Set(found.flatMap(({ bothSides }) => bothSides ?? []))];
  return [
    ...(first === undefined || first.column === null ? [] : [`${first.groups} groups by ${first.column}`]),
    ...both.map((sentence) => `warning: ${sentence}`),
  ];
}

export const train: StepHandler<'train', typeof trainOutputSchema> = {
  kind: 'train',
  output: trainOutputSchema,
  code: ['core', 'files', 'slide', 'nn', 'torch', 'train', 'experiment/steps/train.js'],
  async inputs(step, workshop) {
    return [workshop.checked.file.recipe.seed ?? null, await startInputs(step, workshop)];
  },
  files: ({ folds }) => folds.map(({ model }) => model),
  async run(context) {
    const { name, step, folder, begun, signal } = context;
    const start = startOf(step, context);
    const run = join(folder, 'run');
    const config = await configOf(step, context, run);
    const { folds: planned, config: known } = trainingOf(context, name);
    const options = {
      signal,
      onProgress: trainReporter(context, { folds: planned, batchSize: known.batchSize }),
    };
    const result =
      begun && (await exists(join(run, runFiles.config)))
        ? await resumeRun(run, {}, options)
        : await trainRun({ ...config, overwrite: true }, options);
    if (!result.finished) {
      throw new FtuError('unavailable', result.summary, { subject: name, hint: 'run the same command again to go on' });
    }
    const parsed = parseTrainConfig(config);
    const { slides, classes } = await openSources(parsed);
    const byKey = new Map(slides.map((slide) => [slide.key, slide]));
    const several = result.folds.length > 1;
    const folds = await Promise.all(
      result.folds.map((fold) => {
        const place = { name, several, folder: several ? join(run, `fold-${fold.fold}`) : run };
        return describeFold(fold, place, parsed, byKey, start?.trainedOn ?? []);
      }),
    );
    if (start !== undefined) warnOfStart(folds, start, context.note);
    const scores = folds.flatMap(({ validationDice }) => validationDice ?? []);
    const thresholds = result.folds.flatMap(({ validation }) => validation?.threshold ?? []);
    return {
      output: {
        ...{ folds, classes: [...classes] },
        outOfFold: result.outOfFold?.meanDice ?? scores[0] ?? null,
        threshold: thresholds.length === 0 ? 0.5 : thresholds.reduce((sum, one) => sum + one, 0) / thresholds.length,
      },
      digest: digestOf(folds.map(({ sha256, validationDice }) => [sha256, validationDice])),
      summary: [result.summary, ...groupingWords(result.folds)].join('; '),
    };
  },
  work: (_, context, name) => trainingWork(context, name),
};
