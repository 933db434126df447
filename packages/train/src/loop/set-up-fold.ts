/** Everything that a fold needs before its first step: its data, its network, the weights it starts from, and its folder. */
import { FtuError } from '@ftuseg/core';
import { createModel, type Model } from '@ftuseg/nn';
import type { BatchJob } from '../batches/batch.js';
import type { TrainConfig } from '../config/config.js';
import type { Sources } from '../dataset/sources.js';
import { requireMemory } from '../network/memory.js';
import { modelSpec } from '../network/model-spec.js';
import { type Checkpoint, readCheckpoint } from '../run-folder/checkpoint.js';
import { resolvedConfig } from '../run-folder/provenance.js';
import { openRunFolder, type RunFolder } from '../run-folder/run-folder.js';
import { requireSameSplit } from '../split/same-split.js';
import { type Start, startingState } from '../start/start.js';
import { type Budget, createBudget } from './budget.js';
import type { TrainProgress } from './progress.js';
import { batchJob, loadTrainingData, type TrainingData, unlabelledJob } from './training-data.js';

export interface FoldOptions {
  readonly config: TrainConfig;
  /** Undefined where the validation slides are not chosen by fold. */
  readonly fold: number | undefined;
  readonly folder: string;
  /** Where the folder will lie, if elsewhere. */
  readonly final?: string | undefined;
  readonly sources: Sources;
  /** Go on from the folder's state, if it has one. */
  readonly resume: boolean;
  /** Seconds that are left before the run has to stop. */
  readonly secondsLeft: () => number;
  readonly signal: AbortSignal | undefined;
  readonly report: (progress: TrainProgress) => void;
}

/** What stays as it is from the first step of a fold to the last. */
export interface FoldSetup extends FoldOptions {
  readonly model: Model;
  readonly data: TrainingData;
  readonly start: Start;
  readonly job: BatchJob;
  /** Of unlabelled windows; undefined: there are none. */
  readonly unlabelledJob: BatchJob | undefined;
  readonly budget: Budget;
  readonly runFolder: RunFolder;
}

/**
 * Loads the data, finds the start, or the checkpoint where a fold goes on, and writes down what the fold runs with.
 *
 * @returns `saved` is undefined where the fold begins; tensors of its optimiser belong to the scope around the call
 * @throws FtuError for wrong data, too little memory, a checkpoint that does not fit, and slides that are not those that the fold began with
 */
export async function setUpFold(options: FoldOptions): Promise<{ fold: FoldSetup; saved: Checkpoint | undefined }> {
  const { config, sources, signal } = options;
  const note = (message: string): void => options.report({ kind: 'note', message });
  const model = createModel(modelSpec(config, sources.classes.length));
  const data = await loadTrainingData(config, sources, options.fold ?? 0, model.inputMultiple);
  for (const message of data.split.notes) note(message);
  for (const message of data.split.warnings) note(`warning: ${message}`);
  if (data.memoryNote !== undefined) note(data.memoryNote);
  const runFolder = openRunFolder(options.folder, config.task, options.final);
  const saved = options.resume ? await readCheckpoint(runFolder.statePath, model) : undefined;
  const start =
    saved === undefined
      ? withInput(
          await startingState(model, config.seed, config.encoderWeights, { signal, whole: config.start === 'network' }),
          config,
        )
      : startOf(saved);
  for (const message of start.notes) note(message);
  if (config.device === 'cpu') requireMemory(model, data.tile, config.batchSize);
  const job = batchJob(config, data, start.normalisation);
  const unlabelled = unlabelledJob(config, data, start.normalisation);
  const budget = createBudget(config, data.stepsPerEpoch, () => performance.now() / 1000, saved?.counters.seconds);
  if (saved === undefined) await runFolder.begin(resolvedConfig(config, options.fold, data, start));
  else {
    await requireSameSplit(options.folder, data.split);
    await runFolder.resume(saved.counters.epoch);
  }
  if (data.validation.length === 0) note('no validation slides: the last epoch is kept');
  return { fold: { ...options, model, data, start, job, unlabelledJob: unlabelled, budget, runFolder }, saved };
}

/** The start, with the input that the configuration asks for: RGB from 0 to 1 as it is, whatever the encoder was trained with. */
function withInput(start: Start, { normalisation }: TrainConfig): Start {
  return normalisation === 'encoder' ? start : { ...start, normalisation: { mean: [0, 0, 0], std: [1, 1, 1] } };
}

/** What a checkpoint says of the start that its run had. */
function startOf({ counters, weights }: Checkpoint): Start {
  const { mean, std, source } = counters.start;
  return { state: weights, folded: false, normalisation: { mean, std }, source: source ?? undefined, notes: [] };
}

/** What to throw when somebody stops a fold; its state is on the disk. */
export const stopped = ({ config, folder, budget }: FoldSetup, step: number): FtuError =>
  new FtuError('cancelled', `training was stopped after step ${step} of ${budget.steps}`, {
    subject: folder,
    hint: `\`ftu train --resume ${config.out}\` goes on; the best weights so far are in its checkpoint.safetensors, if an epoch was finished`,
  });
