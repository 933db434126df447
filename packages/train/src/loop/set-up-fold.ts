/** Everything that a fold needs before its first step: its data, its network, the weights it starts from, and its folder. */
import { FtuError } from '@ftuseg/core';
import { createModel, type Model } from '@ftuseg/nn';
import { z } from 'zod';
import type { BatchJob } from '../batches/batch.js';
import type { TrainConfig } from '../config/config.js';
import { fileOf } from '../dataset/pictures.js';
import type { Sources } from '../dataset/sources.js';
import { availableBytes, requireMemory } from '../network/memory.js';
import { modelSpec } from '../network/model-spec.js';
import { requireSameFacts } from '../ranks/same-facts.js';
import { sliceSize } from '../ranks/slice-size.js';
import type { TrainingRanks } from '../ranks/training-ranks.js';
import { type Checkpoint, parseCheckpoint, readBytes } from '../run-folder/checkpoint.js';
import { resolvedConfig } from '../run-folder/provenance.js';
import { openRunFolder, type RunFolder } from '../run-folder/run-folder.js';
import { requireSameSplit } from '../split/same-split.js';
import { balanceNotes } from '../split/slide-groups.js';
import { type Start, startingState } from '../start/start.js';
import { startSlides, startWarning } from '../start/start-slides.js';
import { type Agreement, createAgreement } from './agreement.js';
import { type Budget, createBudget } from './budget.js';
import { idleNotes } from './idle-notes.js';
import type { TrainProgress } from './progress.js';
import { batchJob, inputNormalisation, loadTrainingData, type TrainingData, unlabelledJob } from './training-data.js';
import { type World, worldsAfter, worldText } from './world.js';

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
  /** The processes that train together. */
  readonly ranks: TrainingRanks;
  /** Go on although the fold began with another number of them. */
  readonly allowWorldChange: boolean;
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
  readonly agreement: Agreement;
  readonly runFolder: RunFolder;
  /** Numbers of processes that the fold was trained in before; empty where it was always this one. */
  readonly worlds: readonly World[];
}

/**
 * Loads the data, finds the start, or the checkpoint where a fold goes on, and writes down what the fold runs with.
 *
 * @returns `saved` is undefined where the fold begins; tensors of its optimiser belong to the scope around the call
 * @throws FtuError for wrong data, too little memory, a checkpoint that does not fit, and slides that are not those that the fold began with
 */
export async function setUpFold(options: FoldOptions): Promise<{ fold: FoldSetup; saved: Checkpoint | undefined }> {
  const { config, sources, signal, ranks } = options;
  const note = (message: string): void => options.report({ kind: 'note', message });
  const model = createModel(modelSpec(config, sources.classes.length));
  const data = await loadTrainingData(config, sources, options.fold ?? 0, model.inputMultiple);
  for (const message of data.split.notes) note(message);
  for (const message of balanceNotes(data.split.train, config.sampling.balanceBy)) note(message);
  for (const message of idleNotes(config, { stepsPerEpoch: data.stepsPerEpoch, train: data.split.train }))
    note(message);
  for (const message of data.split.warnings) note(`warning: ${message}`);
  if (data.sizeWarning !== undefined) note(`warning: ${data.sizeWarning}`);
  if (data.memoryNote !== undefined) note(data.memoryNote);
  const runFolder = openRunFolder(options.folder, config.task, options.final);
  const saved = options.resume ? await readShared(options, runFolder.statePath, model) : undefined;
  const worlds = saved === undefined ? [] : worldsAfter(saved.counters, options);
  if (worlds.length > 0)
    note(`warning: from step ${saved?.counters.step} on in another number of processes (${worldText(worlds)})`);
  const start =
    saved === undefined
      ? withInput(
          await startingState(model, config.seed, config.encoderWeights, {
            signal,
            whole: config.start === 'network',
            classes: sources.classes,
          }),
          config,
        )
      : startOf(saved);
  for (const message of start.notes) note(message);
  const seen = saved === undefined ? await seenByStart(config, data) : undefined;
  if (seen !== undefined) note(`warning: ${seen}`);
  const slice = { ...config, batchSize: sliceSize(config, ranks) };
  if (config.device === 'cpu') requireMemory(model, data.tile, slice.batchSize, availableBytes() / ranks.localSize);
  const job = batchJob(slice, data, start.normalisation);
  const unlabelled = unlabelledJob(slice, data, start.normalisation);
  const own = createBudget(config, data.stepsPerEpoch, () => performance.now() / 1000, saved?.counters.seconds);
  const agreement = createAgreement(ranks, own, () => signal?.aborted === true);
  const resolved = resolvedConfig(config, options.fold, data, start, ranks);
  requireSameFacts(ranks, factsOf(resolved, data));
  if (!ranks.isFirst) {
    // What lies on the disk is rank 0's.
  } else if (saved === undefined) await runFolder.begin(resolved);
  else {
    await requireSameSplit(options.folder, data.split);
    await runFolder.resume(saved.counters.epoch);
  }
  if (data.validation.length === 0) note('no validation slides: the last epoch is kept');
  const { budget } = agreement;
  const fold = { ...options, model, data, start, job, unlabelledJob: unlabelled, budget, agreement, runFolder, worlds };
  return { fold, saved };
}

/** The checkpoint of rank 0: the others need not see its disk. */
async function readShared({ ranks }: FoldOptions, path: string, model: Model): Promise<Checkpoint | undefined> {
  const bytes = ranks.share(ranks.isFirst ? await readBytes(path) : undefined);
  return bytes === undefined ? undefined : parseCheckpoint(bytes, path, model);
}

/** What has to be the same on all ranks; how each works is its own affair. */
function factsOf(resolved: Readonly<Record<string, unknown>>, data: TrainingData): Record<string, unknown> {
  const { run, threads: _, workers: __, prefetch: ___, ...settings } = resolved;
  const { started: ____, ...facts } = z.record(z.string(), z.unknown()).parse(run);
  return { ...settings, ...facts, slides: data.known };
}

/** The start, with the input that the configuration asks for. */
const withInput = (start: Start, config: TrainConfig): Start => ({
  ...start,
  normalisation: inputNormalisation(config, start.normalisation),
});

/** A sentence on validation slides that the start was trained on. */
async function seenByStart(
  { encoderWeights, encoder }: TrainConfig,
  { split }: TrainingData,
): Promise<string | undefined> {
  const validate = split.validate.map(async ({ slide }) => ({ id: slide.id, image: await fileOf(slide) }));
  return startWarning(await startSlides(encoderWeights, encoder), await Promise.all(validate));
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
