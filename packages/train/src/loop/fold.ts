/**
 * The training of one fold, to be read from top to bottom: load ahead in worker threads, step, validate on whole slides, keep the best,
 * write down where the run is, and leave a folder. Every random number follows from the seed and the number of the step, so that a
 * fold that was killed goes on to the same weights.
 */
import { setImmediate as eventLoop } from 'node:timers/promises';
import { FtuError, mixSeeds } from '@ftuseg/core';
import type { HistoryRecord } from '@ftuseg/folders';
import { createModel, Liveness, type Model } from '@ftuseg/nn';
import { manualSeed } from '@ftuseg/torch';
import { type BatchIndex, type BatchJob, batchWindows } from '../batches/batch.js';
import { batchOrder, startLoader } from '../batches/loader.js';
import type { TrainConfig } from '../config/config.js';
import type { Sources } from '../dataset/sources.js';
import { calibrateOnWindows } from '../network/calibrate.js';
import { outOfMemory, requireMemory } from '../network/memory.js';
import { modelSpec } from '../network/model-spec.js';
import { disposeState, downloadState, uploadState } from '../network/network.js';
import { createOptimiser, inEncoder } from '../optimise/optimiser.js';
import { createSchedule } from '../optimise/schedule.js';
import { type StepContext, type StepTime, singleStep, trainStep } from '../optimise/step.js';
import { averageWeights } from '../optimise/weight-average.js';
import { type Checkpoint, disposeOptimiserState, readCheckpoint, writeCheckpoint } from '../run-folder/checkpoint.js';
import { modelCard, resolvedConfig } from '../run-folder/provenance.js';
import { openRunFolder, requireFinite } from '../run-folder/run-folder.js';
import type { FoldResult } from '../run-folder/run-result.js';
import { requireSameSplit } from '../split/same-split.js';
import { type Start, startingState } from '../start/start.js';
import { validate } from '../validate/validate.js';
import { batchCount, validateBatches } from '../validate/validate-batches.js';
import type { ValidationResult } from '../validate/validation-result.js';
import { createBudget } from './budget.js';
import { stepMeter } from './meter.js';
import type { TrainProgress } from './progress.js';
import { batchJob, loadTrainingData, type TrainingData } from './training-data.js';

export interface FoldOptions {
  readonly config: TrainConfig;
  /** Undefined where the validation slides are not chosen by fold. */
  readonly fold: number | undefined;
  readonly folder: string;
  readonly sources: Sources;
  /** Go on from the folder's state, if it has one. */
  readonly resume: boolean;
  /** Seconds that are left before the run has to stop. */
  readonly secondsLeft: () => number;
  readonly signal: AbortSignal | undefined;
  readonly report: (progress: TrainProgress) => void;
}

/** Batches of an epoch that make one update: the last group of an epoch may be smaller. */
function updateOf(batch: number, perEpoch: number, accumulate: number): Pick<StepTime, 'accumulate' | 'last'> {
  const start = batch - (batch % accumulate);
  const size = Math.min(accumulate, perEpoch - start);
  return { accumulate: size, last: batch === start + size - 1 };
}

/**
 * Trains a fold to its end, or to the last epoch that fits into the time.
 *
 * @returns undefined where the time was up before the end; the state in the folder goes on from there
 * @throws FtuError for wrong data, a loss that is not finite, too little memory; 'cancelled' when `signal` aborts, after the update in
 * hand, with the state on the disk
 */
export async function trainFold(options: FoldOptions): Promise<FoldResult | undefined> {
  const { config, fold, sources, signal, report, secondsLeft } = options;
  const { batchSize, device } = config;
  const classes = sources.classes.length;
  const model = createModel(modelSpec(config, classes));
  const data = await loadTrainingData(config, sources, fold ?? 0, model.inputMultiple);
  for (const message of data.split.notes) report({ kind: 'note', message });
  for (const message of data.split.warnings) report({ kind: 'note', message: `warning: ${message}` });
  if (data.memoryNote !== undefined) report({ kind: 'note', message: data.memoryNote });
  const folder = openRunFolder(options.folder, config.task);
  const saved = options.resume ? await readCheckpoint(folder.statePath, model) : undefined;
  const start =
    saved === undefined
      ? withInput(await startingState(model, config.seed, config.encoderWeights, { signal }), config)
      : startOf(saved);
  for (const message of start.notes) report({ kind: 'note', message });
  if (device === 'cpu') requireMemory(model, data.tile, batchSize);
  const job = batchJob(config, data, start.normalisation);
  const now = (): number => performance.now() / 1000;
  const budget = createBudget(config, data.stepsPerEpoch, now, saved?.counters.seconds);
  if (saved === undefined) await folder.begin(resolvedConfig(config, fold, data, start));
  else {
    await requireSameSplit(options.folder, data.split);
    await folder.resume(saved.counters.epoch);
  }
  if (data.validation.length === 0) report({ kind: 'note', message: 'no validation slides: the last epoch is kept' });

  manualSeed(config.seed);
  const state = uploadState(model, saved?.weights ?? start.state, config.channelsLast, device);
  if (saved === undefined && start.folded) calibrateOnWindows(model, state, job, config);
  const average = config.ema > 0 ? averageWeights(model, state, config.ema) : undefined;
  if (saved?.average !== undefined) average?.restore(saved.average, saved.counters.averageSteps);
  /** The weights that are validated and kept. */
  const weights = average?.state ?? state;
  const optimiser = createOptimiser(model, state, config.optimiser);
  const schedule = createSchedule(config.schedule);
  const context: StepContext = {
    ...config,
    model,
    state,
    optimiser,
    liveness: new Liveness(model),
    tile: data.tile,
    classes,
    targets: data.targets,
  };
  const whole = stepMeter(batchSize);
  const meter = stepMeter(batchSize);

  let step = saved?.counters.step ?? 0;
  /** Epochs finished, and batches of the next one that are done. */
  let epoch = saved?.counters.epoch ?? 0;
  let batch = saved?.counters.batch ?? 0;
  let best = saved?.counters.best ?? null;
  let learningRate = saved?.counters.learningRate ?? 0;
  if (saved !== undefined) {
    optimiser.restore(saved.optimiser);
    disposeOptimiserState(saved.optimiser);
    schedule.restore(saved.counters.schedule);
    meter.restore(saved.counters.meters.epoch);
    whole.restore(saved.counters.meters.run);
    report({ kind: 'note', message: `${options.folder}: going on after step ${step} of ${budget.steps}` });
  }

  let lastSaved = now();
  const saveState = async (): Promise<void> => {
    const { mean, std } = start.normalisation;
    const current = downloadState(model, state);
    const averaged = average === undefined ? undefined : downloadState(model, average.state);
    for (const one of [current, averaged]) if (one !== undefined) requireFinite(one, options.folder);
    const optimiserState = optimiser.state();
    await writeCheckpoint(folder.statePath, model, {
      counters: {
        ...{ step, epoch, batch, best, learningRate, seconds: budget.seconds(), schedule: schedule.state() },
        averageSteps: average?.steps ?? 0,
        start: { mean: [...mean], std: [...std], source: start.source ?? null },
        meters: { epoch: meter.save(), run: whole.save() },
      },
      weights: current,
      average: averaged,
      optimiser: optimiserState,
    }).finally(() => disposeOptimiserState(optimiserState));
    lastSaved = now();
    await eventLoop();
  };
  /** Saves the weights if they are the best so far; without validation the latest are. */
  const keepBest = async (validation: ValidationResult | null): Promise<boolean> => {
    const atLeast = best?.validation?.meanDice ?? 0;
    if (best !== null && validation !== null && validation.meanDice <= atLeast) return false;
    const card = modelCard(config, data, start, model.spec, { epoch, step, validation: validation ?? undefined });
    await folder.saveModel(model, downloadState(model, weights), card, epoch);
    best = { epoch, validation };
    await eventLoop();
    return true;
  };
  const cancelled = (): FtuError =>
    new FtuError('cancelled', `training was stopped after step ${step} of ${budget.steps}`, {
      subject: options.folder,
      hint: `\`ftu train --resume ${config.out}\` goes on; the best weights so far are in its checkpoint.safetensors, if an epoch was finished`,
    });

  await eventLoop();
  const loader = startLoader(job, batchOrder(data.stepsPerEpoch, batchSize, { epoch, batch }), config);
  try {
    let epochSeconds = 0;
    // An epoch that was interrupted between its last step and its validation has that to come.
    while ((step < budget.steps && !budget.timeIsUp()) || batch > 0) {
      if (secondsLeft() < epochSeconds) {
        await saveState();
        return undefined;
      }
      const epochBegan = now();
      const frozen = epoch < config.freezeEncoder;
      freeze(model, state, frozen);
      const status = () => ({
        ...{ fold, epoch: epoch + 1, epochs: config.epochs, step, steps: budget.steps, learningRate },
        ...meter.mean(),
        secondsLeft: Math.min(budget.secondsLeft(step), Math.max(0, secondsLeft())),
      });
      while (batch < data.stepsPerEpoch && !budget.timeIsUp()) {
        const began = performance.now();
        const loaded = await loader.next();
        await eventLoop(); // a step that began where a worker's message arrived would run into the next one
        const factor = schedule.factor({ progress: budget.progress(step), epoch, steps: budget.steps });
        const time = { ...updateOf(batch, data.stepsPerEpoch, config.optimiser.accumulate), factor, frozen };
        manualSeed(mixSeeds(config.seed, step, 0x57e9));
        const result = stepOrExplain(context, loaded, time);
        if (!Number.isFinite(result.loss)) throw notFinite(job, loaded.index, data);
        loaded.release();
        if (time.last) average?.update();
        step++;
        batch++;
        learningRate = factor * config.optimiser.learningRate;
        await eventLoop(); // lets workers report, Ctrl-C arrive and the terminal draw
        const seconds = (performance.now() - began) / 1000;
        meter.add(result, seconds);
        whole.add(result, seconds);
        report({ kind: 'step', ...status() });
        if (!time.last) continue;
        if (signal?.aborted) {
          await saveState();
          throw cancelled();
        }
        if (now() - lastSaved > config.checkpointMinutes * 60) await saveState();
      }

      const last = step >= budget.steps || budget.timeIsUp();
      const due = data.validation.length > 0 && (last || (epoch + 1) % config.validation.every === 0);
      const validation = due ? await validateEpoch() : null;
      const numbers = status();
      epoch++;
      batch = 0;
      const kept = due || data.validation.length === 0 ? await keepBest(validation) : false;
      if (validation !== null) schedule.observe(validation.meanDice);
      const record = recordOf(numbers, kept, validation, budget.seconds());
      await folder.appendHistory(record);
      report({ kind: 'epoch', ...record, fold, secondsLeft: numbers.secondsLeft });
      meter.restore([]);
      await saveState();
      epochSeconds = now() - epochBegan;
    }
  } finally {
    await loader.close();
    optimiser.dispose();
    average?.dispose();
    disposeState(state);
  }

  async function validateEpoch(): Promise<ValidationResult> {
    const began = budget.seconds();
    const byBatch = config.validation.score === 'batches';
    const of = byBatch ? 'batch' : 'slide';
    const total = byBatch ? batchCount(data.validation, batchSize) : data.validation.length;
    const result = await (byBatch ? validateBatches : validate)(model, weights, data.validation, {
      ...config,
      ...config.validation,
      classes: sources.classes,
      tile: data.validationTile,
      normalisation: start.normalisation,
      async stopIfAsked() {
        if (!signal?.aborted) return;
        await saveState();
        throw cancelled();
      },
      onSlide: (done) => report({ kind: 'validation', epoch: epoch + 1, of, done, total }),
    });
    budget.reserve(1.2 * (budget.seconds() - began));
    if (![result.loss, result.meanDice].every(Number.isFinite)) throw validationNotFinite(epoch + 1, options.folder);
    return result;
  }

  const result: FoldResult = {
    fold: fold ?? null,
    bestEpoch: best?.epoch ?? 0,
    epochs: epoch,
    steps: step,
    validation: best?.validation ?? null,
    grouping: data.split.grouping,
    seconds: budget.seconds(),
    imagesPerSecond: step === 0 ? 0 : whole.mean().imagesPerSecond,
    seed: config.seed,
  };
  await folder.finish(result);
  return result;
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

/** Stops or starts the encoder's learning. */
function freeze(model: Model, state: ReadonlyMap<string, import('@ftuseg/torch').Tensor>, frozen: boolean): void {
  for (const { name, role } of model.parameters) {
    if (role !== 'parameter' || !inEncoder(name)) continue;
    const tensor = state.get(name);
    if (frozen) tensor?.clearGrad();
    tensor?.setRequiresGrad(!frozen);
  }
}

/** A step; where memory runs out, the error names a batch that fits. */
function stepOrExplain(context: StepContext, batch: Parameters<typeof trainStep>[1], time: StepTime) {
  try {
    return trainStep(context, batch, time);
  } catch (error) {
    const { tile, classes } = context;
    throw outOfMemory(error, context.batchSize, (batchSize) => {
      const images = batch.images.subarray(0, batchSize * tile * tile * 3);
      const masks = batch.masks.subarray(0, batchSize * tile * tile * classes);
      context.optimiser.zeroGrad();
      trainStep({ ...context, batchSize }, { images, masks }, { ...singleStep(0), last: false });
    });
  }
}

function recordOf(
  numbers: Omit<HistoryRecord, 'seconds' | 'time' | 'best'> & { readonly fold: unknown; readonly secondsLeft: unknown },
  best: boolean,
  validation: ValidationResult | null,
  seconds: number,
): HistoryRecord {
  const { fold: _, secondsLeft: __, ...rest } = numbers;
  return {
    ...rest,
    ...{ seconds, time: Date.now() / 1000, best },
    ...(validation === null
      ? {}
      : {
          validationDice: validation.meanDice,
          validationLoss: validation.loss,
          validationAccuracy: validation.accuracy,
          threshold: validation.threshold,
          slides: validation.slides,
        }),
  };
}

const validationNotFinite = (epoch: number, folder: string): FtuError =>
  new FtuError('bad-input', `the validation loss is no longer finite in epoch ${epoch}`, {
    subject: folder,
    hint: 'lower the learning rate, or train in float32; the best weights so far and the last good state are kept',
  });

/** Names the windows of the batch, so that a person can look at them. */
function notFinite(job: BatchJob, index: BatchIndex, data: TrainingData): FtuError {
  const tiles = batchWindows(job, index).map(({ slide, x, y }) => `${data.split.train[slide]?.key} at (${x}, ${y})`);
  return new FtuError(
    'bad-input',
    `the loss is no longer finite in epoch ${index.epoch + 1}, tiles ${tiles.join(', ')}`,
    {
      hint: 'look at these tiles, or lower the learning rate; the best weights so far and the last good state are kept',
    },
  );
}
