/** `do: train`: one network per fold, taken up where it was interrupted. */
import { join } from 'node:path';
import { FtuError, listNames } from '@ftuseg/core';
import { exists } from '@ftuseg/files';
import {
  type FoldResult,
  joinFolds,
  openSources,
  parseTrainConfig,
  resumeRun,
  runFiles,
  type TrainResult,
  trainRun,
} from '@ftuseg/train';
import { digestOf } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import type { StepContext } from '../../step-kind/step-kind.js';
import { findMovedIn } from '../shared/moved.js';
import { validationByColumn } from './by-column.js';
import { configOf, RUN_FOLDER, trainInputs } from './config-of.js';
import { describeFold } from './describe-fold.js';
import { type TrainedFold, type TrainOutput, trainOutputSchema } from './output.js';
import { trainReporter } from './progress.js';
import type { TrainStep } from './schema.js';
import { trainedBefore } from './start/trained-before.js';
import { trainingOf } from './training.js';
import { trainUnits } from './units.js';

/** Scores of slides that the start was trained on look better than they are. */
function warnOfStart(
  folds: readonly TrainedFold[],
  start: TrainedFold['trainedOn'],
  note: (text: string) => void,
): void {
  const trained = new Set(start.map(({ image }) => image));
  const both = folds.flatMap(({ validatedOn }) => validatedOn.filter(({ image }) => trained.has(image)));
  if (both.length === 0) return;
  const ids = both.map(({ id }) => id);
  note(
    `  warning: the encoder's start was trained on ${listNames(ids)}, which validate here: believe test slides only`,
  );
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

/** Trains, goes on with an interrupted training, or brings together what other processes trained. */
async function trainOrResume(context: StepContext<TrainStep>, run: string): Promise<TrainResult> {
  const { name, step, begun, gathered, signal } = context;
  const { folds, config } = trainingOf(context, name);
  const onProgress = trainReporter(context, { folds, batchSize: config.batchSize });
  const options = { signal, onProgress, findMoved: findMovedIn(context) };
  const input = await configOf(step, context, run);
  const { data, sources, encoderWeights } = input;
  const train = async (): Promise<TrainResult> => {
    // A run that was begun keeps its settings, such as the number of threads.
    if (begun && (await exists(join(run, runFiles.config)))) {
      return resumeRun(run, { data, sources, encoderWeights }, options);
    }
    const whole = { ...input, overwrite: true };
    return gathered
      ? joinFolds(whole, { ...options, final: join(context.final, RUN_FOLDER) })
      : trainRun(whole, options);
  };
  const result = await train();
  if (result.finished) return result;
  throw new FtuError('unavailable', result.summary, { subject: name, hint: 'run the same command again to go on' });
}

const meanThreshold = (thresholds: readonly number[]): number =>
  thresholds.length === 0 ? 0.5 : thresholds.reduce((sum, one) => sum + one, 0) / thresholds.length;

export const trainRunner: StepRunner<TrainStep, TrainOutput> = {
  code: import.meta.url,
  output: trainOutputSchema,
  inputs: trainInputs,
  files: ({ folds }) =>
    folds.flatMap(({ folder, model }) => {
      const { config, metrics } = runFiles;
      return [model, ...[config, metrics].map((name) => join(folder, name))];
    }),
  units: trainUnits,
  async run(context) {
    const { name, step, folder } = context;
    const before = await trainedBefore(step, context);
    const run = join(folder, RUN_FOLDER);
    const result = await trainOrResume(context, run);
    const config = parseTrainConfig(await configOf(step, context, run));
    const { slides, classes } = await openSources(config, findMovedIn(context));
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
          before,
        }),
      ),
    );
    warnOfStart(folds, before, context.note);
    const validated = result.outOfFold?.slides ?? result.folds[0]?.validation?.slides ?? [];
    const keptTogether = result.folds.find(({ grouping }) => grouping !== undefined)?.grouping?.column ?? undefined;
    const cases = { column: config.sampling.balanceBy, group: config.group ?? keptTogether };
    const scores = folds.flatMap(({ validationDice }) => validationDice ?? []);
    return {
      output: {
        folds,
        classes: [...classes],
        outOfFold: result.outOfFold?.meanDice ?? scores[0] ?? null,
        byColumn: validationByColumn(validated, byKey, cases),
        threshold: meanThreshold(result.folds.flatMap(({ validation }) => validation?.threshold ?? [])),
      },
      digest: digestOf(folds.map(({ sha256, validationDice }) => [sha256, validationDice])),
      summary: [result.summary, ...groupingWords(result.folds)].join('; '),
    };
  },
};
