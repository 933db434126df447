/** `do: train`: one network per fold, taken up where it was interrupted. */
import { isAbsolute, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { exists } from '@ftuseg/files';
import { publishedWeights } from '@ftuseg/nn';
import {
  type FoldResult,
  openSources,
  parseTrainConfig,
  resumeRun,
  runFiles,
  type TrainConfigInput,
  type TrainResult,
  trainRun,
} from '@ftuseg/train';
import { digestOf, fileDigest } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { outputOf } from '../../step-kind/outputs.js';
import type { RunContext, StepContext } from '../../step-kind/step-kind.js';
import { dataOutputSchema } from '../prepare/output.js';
import { describeFold } from './describe-fold.js';
import { type TrainedFold, type TrainOutput, trainOutputSchema } from './output.js';
import { trainReporter } from './progress.js';
import type { TrainStep } from './schema.js';
import { trainingOf } from './training.js';
import { weightsOf } from './weights.js';

const dataOf = (context: RunContext, name: string): string => outputOf(context, name, dataOutputSchema).data;

/** What a training's start depends on besides its settings: the bytes of a file, or which weights `imagenet` means. */
async function startInputs(step: TrainStep, { checked }: RunContext): Promise<unknown> {
  if (step.encoderFrom !== undefined) return null;
  const weights = await weightsOf(step.settings.encoderWeights, checked);
  if (typeof weights === 'string' && isAbsolute(weights)) return fileDigest(weights);
  const { encoder, encoderWeights } = parseTrainConfig({ ...step.settings, data: '.', out: '.' });
  return encoderWeights === 'imagenet' ? publishedWeights(encoder) : null;
}

/** The training whose encoder is the start. */
const startOf = (step: TrainStep, context: RunContext): TrainedFold | undefined =>
  step.encoderFrom === undefined ? undefined : outputOf(context, step.encoderFrom, trainOutputSchema).folds[0];

/** Scores of slides that the start was trained on look better than they are. */
function warnOfStart(folds: readonly TrainedFold[], start: TrainedFold, note: (text: string) => void): void {
  const trained = new Set(start.trainedOn.map(({ image }) => image));
  const both = folds.flatMap(({ validatedOn }) => validatedOn.filter(({ image }) => trained.has(image)));
  if (both.length === 0) return;
  const ids = both.slice(0, 3).map(({ id }) => id);
  const more = both.length > 3 ? ` and ${both.length - 3} more` : '';
  note(
    `  warning: the encoder's start was trained on ${ids.join(', ')}${more}, which validate here: believe test slides only`,
  );
}

/** All settings of the run. */
async function configOf(step: TrainStep, context: RunContext, out: string): Promise<TrainConfigInput> {
  const { recipe } = context.checked.file;
  const sources = Object.entries(step.sources).map(([name, { data, role, ...rest }]) => {
    const predicted = recipe.steps[data]?.do === 'pseudo-label';
    return [name, { data: dataOf(context, data), role: role ?? (predicted ? 'pseudo' : 'external'), ...rest }];
  });
  const start = startOf(step, context);
  const weights = start?.folder ?? (await weightsOf(step.settings.encoderWeights, context.checked));
  return {
    ...(recipe.seed === undefined ? {} : { seed: recipe.seed }),
    ...(context.threads === undefined ? {} : { threads: context.threads }),
    ...step.settings,
    ...(typeof weights === 'string' ? { encoderWeights: weights } : {}),
    ...(sources.length === 0 ? {} : { sources: Object.fromEntries(sources) }),
    data: dataOf(context, step.data),
    out,
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

/** Trains, or goes on with an interrupted training. */
async function trainOrResume(context: StepContext<TrainStep>, run: string): Promise<TrainResult> {
  const { name, step, begun, signal } = context;
  const { folds, config } = trainingOf(context, name);
  const options = { signal, onProgress: trainReporter(context, { folds, batchSize: config.batchSize }) };
  const result =
    begun && (await exists(join(run, runFiles.config)))
      ? await resumeRun(run, {}, options)
      : await trainRun({ ...(await configOf(step, context, run)), overwrite: true }, options);
  if (result.finished) return result;
  throw new FtuError('unavailable', result.summary, { subject: name, hint: 'run the same command again to go on' });
}

const meanThreshold = (thresholds: readonly number[]): number =>
  thresholds.length === 0 ? 0.5 : thresholds.reduce((sum, one) => sum + one, 0) / thresholds.length;

export const trainRunner: StepRunner<TrainStep, TrainOutput> = {
  code: import.meta.url,
  output: trainOutputSchema,
  async inputs(step, context) {
    return [context.checked.file.recipe.seed ?? null, await startInputs(step, context)];
  },
  files: ({ folds }) => folds.map(({ model }) => model),
  async run(context) {
    const { name, step, folder } = context;
    const start = startOf(step, context);
    const run = join(folder, 'run');
    const result = await trainOrResume(context, run);
    const config = parseTrainConfig(await configOf(step, context, run));
    const { slides, classes } = await openSources(config);
    const byKey = new Map(slides.map((slide) => [slide.key, slide]));
    const several = result.folds.length > 1;
    const folds = await Promise.all(
      result.folds.map((fold) =>
        describeFold(fold, {
          name: several ? `${name}/fold-${fold.fold}` : name,
          step: name,
          folder: several ? join(run, `fold-${fold.fold}`) : run,
          task: config.task,
          slides: byKey,
          before: start?.trainedOn ?? [],
        }),
      ),
    );
    if (start !== undefined) warnOfStart(folds, start, context.note);
    const scores = folds.flatMap(({ validationDice }) => validationDice ?? []);
    return {
      output: {
        folds,
        classes: [...classes],
        outOfFold: result.outOfFold?.meanDice ?? scores[0] ?? null,
        threshold: meanThreshold(result.folds.flatMap(({ validation }) => validation?.threshold ?? [])),
      },
      digest: digestOf(folds.map(({ sha256, validationDice }) => [sha256, validationDice])),
      summary: [result.summary, ...groupingWords(result.folds)].join('; '),
    };
  },
};
