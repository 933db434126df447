/**
 * The training loop, to be read from top to bottom: check everything, load ahead in worker threads, step, validate on
 * whole slides, keep the best, and leave a run folder.
 */
import { availableParallelism } from 'node:os';
import { setImmediate as eventLoop } from 'node:timers/promises';
import { FtuError } from '@ftuseg/core';
import { createModel } from '@ftuseg/nn';
import { manualSeed, reuseFreedMemory, setThreads } from '@ftuseg/torch';
import { type BatchIndex, type BatchJob, batchWindows } from './batch.js';
import { createBudget } from './budget.js';
import { calibrateOnWindows } from './calibrate.js';
import { parseTrainConfig, type TrainConfigInput } from './config.js';
import { openDataset } from './dataset.js';
import { batchOrder, startLoader } from './loader.js';
import { stepMeter } from './meter.js';
import { disposeState, downloadState, uploadState } from './network.js';
import { createOptimiser } from './optimiser.js';
import type { TrainProgress } from './progress.js';
import { modelCard, requireTorch, resolvedConfig } from './provenance.js';
import { openRunFolder } from './run-folder.js';
import { learningRateFactor } from './schedule.js';
import { startingState } from './start.js';
import { type StepContext, trainStep } from './step.js';
import { batchJob, loadTrainingData, type TrainingData } from './training-data.js';
import { type ValidationResult, validate } from './validate.js';
import { averageWeights } from './weight-average.js';

export interface TrainOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined;
}

export interface TrainResult {
  /** The epoch that was kept, from 1. */
  readonly bestEpoch: number;
  readonly epochs: number;
  readonly steps: number;
  /** Of the kept epoch; undefined where there were no validation slides. */
  readonly validation: ValidationResult | undefined;
  readonly seconds: number;
  /** Of the steps, loading and augmentation included, validation excluded. */
  readonly imagesPerSecond: number;
  /** One clause for people. */
  readonly summary: string;
}

/**
 * Trains a network on a prepared data set and leaves a run folder (see docs/train.md). With the same seed, threads and
 * machine, and no time budget, the same weights come out.
 *
 * @param input settings; everything with a default may be left out (see `trainConfigSchema`)
 * @throws FtuError for wrong settings or data, before anything is written; 'unavailable' without libtorch; 'cancelled' when
 * `signal` aborts, after the step in hand, with the best weights so far kept
 * @example
 * const { validation } = await trainRun({ data: 'data', out: 'run', group: 'slide', epochs: 20 });
 */
export async function trainRun(input: TrainConfigInput, options: TrainOptions = {}): Promise<TrainResult> {
  const { signal, onProgress: report = () => {} } = options;
  const config = parseTrainConfig(input);
  const folder = await openRunFolder(config.out, config.overwrite);
  requireTorch();
  const dataset = await openDataset(config.data);
  const { decoder, encoder, batchSize } = config;
  const model = createModel({ decoder, encoder, classes: dataset.classes.length });
  const data = await loadTrainingData(config, dataset, model.inputMultiple);
  const start = await startingState(model, config.seed, config.encoderWeights);
  const job = batchJob(config, data, start.normalisation);
  const budget = createBudget(config, data.stepsPerEpoch, () => performance.now() / 1000);
  await folder.begin(resolvedConfig(config, data, start));
  if (data.validation.length === 0) report({ kind: 'note', message: 'no validation slides: the last epoch is kept' });

  reuseFreedMemory();
  setThreads(config.threads ?? availableParallelism());
  manualSeed(config.seed);
  const state = uploadState(model, start.state, config.channelsLast);
  if (start.folded) calibrateOnWindows(model, state, job, config);
  const average = config.ema > 0 ? averageWeights(model, state, config.ema) : undefined;
  /** The weights that are validated and kept. */
  const weights = average?.state ?? state;
  const optimiser = createOptimiser(model, state, config.optimiser);
  const context: StepContext = {
    ...config,
    model,
    state,
    optimiser,
    tile: data.tile,
    classes: dataset.classes.length,
  };

  let step = 0;
  let epoch = 0;
  let best: { readonly epoch: number; readonly validation: ValidationResult | undefined } | undefined;

  /** Saves the weights if they are the best so far; without validation the latest are. */
  const keepBest = async (validation: ValidationResult | undefined): Promise<boolean> => {
    if (best !== undefined && (validation?.meanDice ?? 1) <= (best.validation?.meanDice ?? 0)) return false;
    const card = modelCard(config, data, start, { epoch, step, validation });
    await folder.saveModel(model, downloadState(model, weights), card, epoch);
    best = { epoch, validation };
    return true;
  };
  const stopIfAsked = async (): Promise<void> => {
    if (!signal?.aborted) return;
    if (best === undefined) await keepBest(undefined);
    throw new FtuError('cancelled', `training was stopped after step ${step} of ${budget.steps}`, {
      subject: config.out,
      hint: 'the best weights so far are in its checkpoint.safetensors and model.onnx',
    });
  };

  const loader = startLoader(job, batchOrder(data.stepsPerEpoch, batchSize), config);
  const whole = stepMeter(batchSize);
  try {
    while (step < budget.steps && !budget.timeIsUp()) {
      epoch++;
      const meter = stepMeter(batchSize);
      let learningRate = 0;
      const status = () => ({
        ...{ epoch, epochs: config.epochs, step, steps: budget.steps, learningRate },
        ...meter.mean(),
        secondsLeft: budget.secondsLeft(step),
      });
      for (let i = 0; i < data.stepsPerEpoch && !budget.timeIsUp(); i++) {
        const began = performance.now();
        const batch = await loader.next();
        const factor = learningRateFactor(config.schedule, budget.progress(step));
        const result = trainStep(context, batch, factor);
        if (!Number.isFinite(result.loss)) throw notFinite(job, batch.index, data);
        batch.release();
        average?.update();
        step++;
        learningRate = factor * config.optimiser.learningRate;
        await eventLoop(); // lets workers report, Ctrl-C arrive and the terminal draw
        const seconds = (performance.now() - began) / 1000;
        meter.add(result, seconds);
        whole.add(result, seconds);
        report({ kind: 'step', ...status() });
        await stopIfAsked();
      }

      const last = step >= budget.steps || budget.timeIsUp();
      const due = data.validation.length > 0 && (last || epoch % config.validation.every === 0);
      const validation = due ? await validateEpoch() : undefined;
      const kept = due || data.validation.length === 0 ? await keepBest(validation) : false;
      const { secondsLeft, ...numbers } = status();
      const record = {
        ...numbers,
        seconds: budget.seconds(),
        best: kept,
        ...(validation === undefined
          ? {}
          : { validationDice: validation.meanDice, threshold: validation.threshold, slides: validation.slides }),
      };
      await folder.appendHistory(record);
      report({ kind: 'epoch', ...record, secondsLeft });
    }
  } finally {
    await loader.close();
    optimiser.dispose();
    average?.dispose();
    disposeState(state);
  }

  async function validateEpoch(): Promise<ValidationResult> {
    const began = budget.seconds();
    const result = await validate(model, weights, data.validation, {
      ...config,
      ...config.validation,
      classes: dataset.classes,
      tile: data.validationTile,
      normalisation: start.normalisation,
      stopIfAsked,
      onSlide: (done) => report({ kind: 'validation', epoch, done, total: data.validation.length }),
    });
    budget.reserve(1.2 * (budget.seconds() - began));
    return result;
  }

  const result: TrainResult = {
    bestEpoch: best?.epoch ?? 0,
    epochs: epoch,
    steps: step,
    validation: best?.validation,
    seconds: budget.seconds(),
    imagesPerSecond: whole.mean().imagesPerSecond,
    summary: summary(best, epoch),
  };
  await folder.finish({ ...result, seed: config.seed });
  return result;
}

function summary(
  best: (Pick<TrainResult, 'validation'> & { readonly epoch: number }) | undefined,
  epochs: number,
): string {
  if (best === undefined) return 'no step fitted into the time budget';
  if (best.validation === undefined) return `epoch ${best.epoch} of ${epochs} kept, the last: there was no validation`;
  return `epoch ${best.epoch} of ${epochs} kept, validation Dice ${best.validation.meanDice.toFixed(4)}`;
}

/** Names the windows of the batch, so that a person can look at them. */
function notFinite(job: BatchJob, index: BatchIndex, data: TrainingData): FtuError {
  const tiles = batchWindows(job, index).map(({ slide, x, y }) => `${data.split.train[slide]?.id} at (${x}, ${y})`);
  return new FtuError(
    'bad-input',
    `the loss is no longer finite in epoch ${index.epoch + 1}, tiles ${tiles.join(', ')}`,
    {
      hint: 'look at these tiles, or lower the learning rate; the best weights so far are kept',
    },
  );
}
