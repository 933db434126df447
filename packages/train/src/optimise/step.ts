/**
 * One training step and what it is made of: wrapping a batch's memory as tensors, the forward pass, and the update.
 * The benchmark times `trainStep` itself, so that what is measured is what runs.
 */
import { FtuError } from '@ftuseg/core';
import type { Liveness, Model } from '@ftuseg/nn';
import { autocast, dispatch, scope, type Tensor, TorchError, tensor } from '@ftuseg/torch';
import type { BatchMemory } from '../batches/batch.js';
import type { LossConfig } from '../config/loss.js';
import { mul } from '../loss/arithmetic.js';
import type { TargetKind } from '../loss/labels.js';
import { type LossParts, networkLoss, tileLoss } from '../loss/loss.js';
import { classify, forward, forwardAll, type TensorState } from '../network/network.js';
import type { Optimiser } from './optimiser.js';

export interface StepSettings {
  readonly precision: 'float32' | 'bfloat16';
  readonly channelsLast: boolean;
  /** cpu, cuda, cuda:1 or mps */
  readonly device: string;
}

type Layout = Pick<StepSettings, 'channelsLast' | 'device'>;

/** N x side x side x channels in memory, seen as N x channels x side x side: channels_last without moving a value. */
function wrapNhwc(data: Float32Array, count: number, side: number, channels: number, layout: Layout): Tensor {
  const placed = tensor(data, [count, side, side, channels], { device: layout.device });
  const view = dispatch('permute', placed, [0, 3, 1, 2]);
  return layout.channelsLast ? view : dispatch('contiguous', view);
}

/** A batch of RGB images, N x side x side x 3 in memory, as the network's input N x 3 x side x side. */
export function wrapImages(images: Float32Array, count: number, side: number, layout: Layout): Tensor {
  return wrapNhwc(images, count, side, 3, layout);
}

/** A batch of masks, N x side x side x classes in memory, as N x classes x side x side. */
export function wrapMasks(masks: Float32Array, count: number, side: number, classes: number, layout: Layout): Tensor {
  return wrapNhwc(masks, count, side, classes, layout);
}

/** Runs `work` in the precision asked for; what comes out of bfloat16 is for the caller to widen. */
function inPrecision<T>({ precision, device }: StepSettings, work: () => T): T {
  return precision === 'float32' ? work() : autocast('bfloat16', work, device.split(':')[0]);
}

const widen = (x: Tensor, { precision }: StepSettings): Tensor =>
  precision === 'float32' ? x : x.to({ dtype: 'float32' });

/** Float32 logits in evaluation, whatever precision the network ran in. */
export function predictLogits(model: Model, state: TensorState, input: Tensor, settings: StepSettings): Tensor {
  return widen(
    inPrecision(settings, () => forward(model, state, input, { training: false })),
    settings,
  );
}

/** Float32 logits of the tile classifier in evaluation, N x classes x 1 x 1. */
export function classifyLogits(model: Model, state: TensorState, input: Tensor, settings: StepSettings): Tensor {
  return widen(
    inPrecision(settings, () => classify(model, state, input, { training: false })),
    settings,
  );
}

export interface StepContext extends StepSettings {
  readonly model: Model;
  readonly state: TensorState;
  readonly optimiser: Optimiser;
  /** Of this model's passes in training. */
  readonly liveness: Liveness;
  readonly loss: LossConfig;
  /** Of all batches of the run. */
  readonly targets: TargetKind;
  readonly task: 'segment' | 'classify';
  readonly batchSize: number;
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
  ...{ factor, accumulate: 1, last: true, frozen: false },
});

export interface StepResult {
  readonly loss: number;
  /** Soft Dice of the batch. */
  readonly dice: number;
}

function lossOf(context: StepContext, batch: BatchMemory, frozen: boolean): LossParts {
  const { model, state, batchSize, tile, classes } = context;
  const options = { training: true, ...(frozen ? { frozen: (name: string) => name.startsWith('encoder.') } : {}) };
  const images = wrapImages(batch.images, batchSize, tile, context);
  const masks = wrapMasks(batch.masks, batchSize, tile, classes, context);
  if (context.task === 'classify') {
    const logits = inPrecision(context, () => classify(model, state, images, options));
    return tileLoss(widen(logits, context), masks, context.loss, context.targets);
  }
  const output = inPrecision(context, () => forwardAll(context.liveness, state, images, options));
  const widened = {
    logits: widen(output.logits, context),
    auxiliary: output.auxiliary.map((logits) => widen(logits, context)),
    tile: output.tile === undefined ? undefined : widen(output.tile, context),
  };
  return networkLoss(widened, masks, context.loss, context.targets);
}

/**
 * Forward, loss, backward, and the update where this batch completes one. Where the loss is not finite nothing is updated: the caller
 * decides.
 *
 * @param batch images and masks as the loader renders them (NHWC)
 */
export function trainStep(context: StepContext, batch: BatchMemory, time: StepTime): StepResult {
  const { optimiser } = context;
  return scope(() => {
    // A scope of its own, so that only autograd holds the activations and each is freed as backward passes it.
    const parts = scope(() => lossOf(context, batch, time.frozen));
    const result = { loss: parts.total.item(), dice: parts.dice.item() };
    if (!Number.isFinite(result.loss)) return result;
    backward(time.accumulate === 1 ? parts.total : mul(parts.total, 1 / time.accumulate), context.precision);
    if (time.last) {
      optimiser.step(time.factor);
      // At once, not before the next backward: what the next forward pass keeps then lies together.
      optimiser.zeroGrad();
    }
    return result;
  });
}

/** libtorch 1.13 lacks some derivatives in bfloat16 on CPUs (ReLU6's, which the Lite encoders use). */
function backward(loss: Tensor, precision: StepSettings['precision']): void {
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
