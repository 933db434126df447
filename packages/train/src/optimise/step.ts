/**
 * One training step: forward pass, loss, backward pass, and the update.
 * The benchmark times `trainStep` itself, so that what is measured is what runs.
 */
import { FtuError } from '@ftuseg/core';
import type { Liveness, Model, ParameterSpec } from '@ftuseg/nn';
import { scope, type Tensor, TorchError } from '@ftuseg/torch';
import type { BatchMemory } from '../batches/batch.js';
import type { LossConfig } from '../config/loss.js';
import { mul } from '../loss/arithmetic.js';
import type { TargetKind } from '../loss/labels.js';
import { type LossParts, networkLoss, tileLoss } from '../loss/loss.js';
import { classify, forwardAll, type TensorState } from '../network/network.js';
import { inPrecision, type PassSettings, trainingPass, widen, wrapImages, wrapMasks } from '../network/passes.js';
import { singleRank, type TrainingRanks } from '../ranks/training-ranks.js';
import { type ConsistencyStep, unlabelledLoss } from './consistency.js';
import type { Optimiser } from './optimiser.js';

export interface StepContext extends PassSettings {
  readonly model: Model;
  readonly state: TensorState;
  readonly optimiser: Optimiser;
  /** Of this model's passes in training. */
  readonly liveness: Liveness;
  readonly loss: LossConfig;
  /** Of all batches of the run. */
  readonly targets: TargetKind;
  readonly task: 'segment' | 'classify';
  /** Images of this process. */
  readonly batchSize: number;
  /** The processes that have the other images of the batch; default: this one has all. */
  readonly ranks?: TrainingRanks | undefined;
  readonly tile: number;
  readonly classes: number;
}

/** What distinguishes this step from others. */
export interface StepTime {
  /** Share of the peak learning rate. */
  readonly factor: number;
  /** Batches whose gradients make one update, and whether this is the last of them. */
  readonly accumulate: number;
  readonly last: boolean;
  /** Whether the encoder is frozen: its batch normalisations then keep their statistics. */
  readonly frozen: boolean;
}

/** A step that is an update by itself. */
export const singleStep = (factor: number): StepTime => ({
  factor,
  accumulate: 1,
  last: true,
  frozen: false,
});

export interface StepResult {
  readonly loss: number;
  /** Soft Dice of the batch. */
  readonly dice: number;
}

function lossOf(context: StepContext, batch: BatchMemory, frozen: boolean): LossParts {
  const { model, state, batchSize, tile, classes, ranks = singleRank } = context;
  const options = trainingPass(ranks, frozen);
  const images = wrapImages(batch.images, batchSize, tile, context);
  const masks = wrapMasks(batch.masks, batchSize, tile, classes, context);
  if (context.task === 'classify') {
    const logits = inPrecision(context, () => classify(model, state, images, options));
    return tileLoss(widen(logits, context), masks, context.loss, context.targets, ranks.size);
  }
  const output = inPrecision(context, () => forwardAll(context.liveness, state, images, options));
  const widened = {
    logits: widen(output.logits, context),
    auxiliary: output.auxiliary.map((logits) => widen(logits, context)),
    tile: output.tile === undefined ? undefined : widen(output.tile, context),
  };
  return networkLoss(widened, masks, context.loss, context.targets, ranks.size);
}

/**
 * Forward, loss, backward, and the update where this batch completes one. Where the loss is not finite nothing is updated: the caller
 * decides.
 *
 * @param batch images and masks as the loader renders them (NHWC)
 * @param unlabelled windows without labels, whose loss is added
 */
export function trainStep(
  context: StepContext,
  batch: BatchMemory,
  time: StepTime,
  unlabelled?: ConsistencyStep,
): StepResult {
  const { optimiser } = context;
  return scope(() => {
    // A scope of its own, so that only autograd holds the activations and each is freed as backward passes it.
    const parts = scope(() => lossOf(context, batch, time.frozen));
    const result = { loss: parts.total.item(), dice: parts.dice.item() };
    if (!Number.isFinite(result.loss)) return result;
    const share = (loss: Tensor): Tensor => (time.accumulate === 1 ? loss : mul(loss, 1 / time.accumulate));
    backward(share(parts.total), context.precision);
    if (unlabelled !== undefined) {
      // After the other backward pass, so that the activations of one of them are held at a time.
      const loss = scope(() => unlabelledLoss(context, unlabelled, time.frozen));
      result.loss += loss.item();
      if (!Number.isFinite(result.loss)) return result;
      backward(share(loss), context.precision);
    }
    if (time.last) {
      sumOverRanks(context);
      optimiser.step(time.factor);
      // At once, not before the next backward: what the next forward pass keeps then lies together.
      optimiser.zeroGrad();
    }
    return result;
  });
}

/** Gradients become those of the whole batch; running statistics of slices their mean, so that all processes have the same. */
function sumOverRanks({ model, state, ranks = singleRank }: StepContext): void {
  if (ranks.size === 1) return;
  const ofRole = (wanted: ParameterSpec['role']): Tensor[] =>
    model.parameters.flatMap(({ name, role, dtype }) =>
      role === wanted && dtype === 'float32' ? (state.get(name) ?? []) : [],
    );
  ranks.sumGradients(ofRole('parameter'));
  if (ranks.localBatchNorm) ranks.average(ofRole('buffer'));
}

/** libtorch 1.13 lacks some derivatives in bfloat16 on CPUs (ReLU6's, which the Lite encoders use). */
function backward(loss: Tensor, precision: PassSettings['precision']): void {
  try {
    loss.backward();
  } catch (error) {
    if (precision === 'float32' || !(error instanceof TorchError) || error.code !== 'operator') throw error;
    throw new FtuError('unsupported', `this libtorch cannot train the network in ${precision} (${error.message})`, {
      subject: 'precision',
      hint: 'use float32, or another encoder',
      cause: error,
    });
  }
}
