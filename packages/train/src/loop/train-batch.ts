/** One batch of a fold: its place in the schedule, the step, and what to say where a step fails. */
import { FtuError, mixSeeds } from '@ftuseg/core';
import { Liveness } from '@ftuseg/nn';
import { manualSeed } from '@ftuseg/torch';
import { type BatchIndex, type BatchMemory, batchWindows } from '../batches/batch.js';
import type { LoadedBatch } from '../batches/loader.js';
import { outOfMemory, outOfMemoryOfRank } from '../network/memory.js';
import type { ConsistencyStep } from '../optimise/consistency.js';
import { inEncoder } from '../optimise/optimiser.js';
import { type StepContext, type StepResult, type StepTime, singleStep, trainStep } from '../optimise/step.js';
import { singleRank } from '../ranks/training-ranks.js';
import { knownEpochs } from './hard-negative-round.js';
import type { FoldSetup } from './set-up-fold.js';
import type { TrainerState } from './trainer-state.js';

/** What all steps of a fold share. */
export const stepContext = ({ config, model, data, job, ranks }: FoldSetup, trainer: TrainerState): StepContext => ({
  ...config,
  batchSize: job.batchSize,
  ranks,
  model,
  state: trainer.weights,
  optimiser: trainer.optimiser,
  liveness: new Liveness(model),
  tile: data.tile,
  classes: data.sources.classes.length,
  targets: data.targets,
});

const isFrozen = ({ config }: FoldSetup, { epoch }: TrainerState): boolean => epoch < config.freezeEncoder;

/** Stops or starts the encoder's learning, as the epoch under way has it. */
export function freezeEncoder(fold: FoldSetup, trainer: TrainerState): void {
  const frozen = isFrozen(fold, trainer);
  for (const { name, role } of fold.model.parameters) {
    if (role !== 'parameter' || !inEncoder(name)) continue;
    const tensor = trainer.weights.get(name);
    if (frozen) tensor?.clearGrad();
    tensor?.setRequiresGrad(!frozen);
  }
}

/** Batches of an epoch that make one update: the last group of an epoch may be smaller. */
function updateOf(batch: number, perEpoch: number, accumulate: number): Pick<StepTime, 'accumulate' | 'last'> {
  const start = batch - (batch % accumulate);
  const size = Math.min(accumulate, perEpoch - start);
  return { accumulate: size, last: batch === start + size - 1 };
}

/**
 * Trains on the next batch and counts it.
 *
 * @param unlabelled windows of slides without labels, where there are any
 * @returns `updated` is false where its gradients wait for those of further batches
 * @throws FtuError where the loss is not finite, naming the tiles; 'unavailable' where memory runs out, with a batch size that fits
 */
export function trainBatch(
  fold: FoldSetup,
  trainer: TrainerState,
  context: StepContext,
  batch: LoadedBatch,
  unlabelled: LoadedBatch | undefined,
): { readonly result: StepResult; readonly updated: boolean } {
  const { config, data, budget } = fold;
  const { step, epoch } = trainer;
  const factor = trainer.schedule.factor({ progress: budget.progress(step), epoch, steps: budget.steps });
  const update = updateOf(trainer.batch, data.stepsPerEpoch, config.optimiser.accumulate);
  manualSeed(mixSeeds(config.seed, step, 0x57e9));
  const consistency = unlabelled && {
    config: config.consistency,
    teacher: trainer.evaluated,
    batch: unlabelled,
  };
  const time = { ...update, factor, frozen: isFrozen(fold, trainer) };
  const result = stepOrExplain(context, batch, time, consistency);
  if (!Number.isFinite(result.loss)) throw notFinite(fold, trainer, batch.index);
  if (update.last) trainer.average?.update();
  trainer.step++;
  trainer.batch++;
  trainer.learningRate = factor * config.optimiser.learningRate;
  return { result, updated: update.last };
}

/** A step; where memory runs out, the error names a batch size that fits. */
function stepOrExplain(
  context: StepContext,
  batch: BatchMemory,
  time: StepTime,
  unlabelled: ConsistencyStep | undefined,
): StepResult {
  try {
    return trainStep(context, batch, time, unlabelled);
  } catch (error) {
    const { tile, classes, ranks = singleRank } = context;
    if (ranks.size > 1) throw ranks.explain(outOfMemoryOfRank(error, context.batchSize));
    throw outOfMemory(error, context.batchSize, (batchSize) => {
      const images = batch.images.subarray(0, batchSize * tile * tile * 3);
      const masks = batch.masks.subarray(0, batchSize * tile * tile * classes);
      context.optimiser.zeroGrad();
      trainStep({ ...context, batchSize }, { images, masks }, { ...singleStep(0), last: false });
    });
  }
}

/** Names the windows of the batch, so that a person can look at them. */
function notFinite(fold: FoldSetup, trainer: TrainerState, index: BatchIndex): FtuError {
  const { data, config } = fold;
  // The loss is that of the whole batch: any of its tiles may be at fault.
  const whole = { ...knownEpochs(fold, trainer).job, batchSize: config.batchSize };
  const tiles = batchWindows(whole, { ...index, first: index.first - (index.first % config.batchSize) }).map(
    ({ slide, x, y }) => `${data.split.train[slide]?.key} at (${x}, ${y})`,
  );
  return new FtuError(
    'bad-input',
    `the loss is no longer finite in epoch ${index.epoch + 1}, tiles ${tiles.join(', ')}`,
    {
      hint: 'look at these tiles, or lower the learning rate; the best weights so far and the last good state are kept',
    },
  );
}
