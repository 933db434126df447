/**
 * One training step and what it is made of: wrapping a batch's memory as tensors, the forward pass, and the update.
 * The benchmark times `trainStep` itself, so that what is measured is what runs.
 */
import { FtuError } from '@ftuseg/core';
import type { Model } from '@ftuseg/nn';
import { autocast, dispatch, scope, type Tensor, TorchError, tensor } from '@ftuseg/torch';
import type { BatchMemory } from './batch.js';
import type { LossConfig } from './config.js';
import { segmentationLoss } from './loss.js';
import { forward, type TensorState } from './network.js';
import type { Optimiser } from './optimiser.js';

export interface StepSettings {
  readonly precision: 'float32' | 'bfloat16';
  readonly channelsLast: boolean;
}

/** N x side x side x channels in memory, seen as N x channels x side x side: channels_last without moving a value. */
function wrapNhwc(data: Float32Array, count: number, side: number, channels: number, channelsLast: boolean): Tensor {
  const view = dispatch('permute', tensor(data, [count, side, side, channels]), [0, 3, 1, 2]);
  return channelsLast ? view : dispatch('contiguous', view);
}

/** A batch of RGB images, N x side x side x 3 in memory, as the network's input N x 3 x side x side. */
export function wrapImages(images: Float32Array, count: number, side: number, channelsLast: boolean): Tensor {
  return wrapNhwc(images, count, side, 3, channelsLast);
}

/** Float32 logits, whatever precision the network ran in. */
export function logitsOf(
  model: Model,
  state: TensorState,
  input: Tensor,
  training: boolean,
  { precision }: StepSettings,
): Tensor {
  if (precision === 'float32') return forward(model, state, input, { training });
  return autocast('bfloat16', () => forward(model, state, input, { training })).to({ dtype: 'float32' });
}

export interface StepContext extends StepSettings {
  readonly model: Model;
  readonly state: TensorState;
  readonly optimiser: Optimiser;
  readonly loss: LossConfig;
  readonly batchSize: number;
  readonly tile: number;
  readonly classes: number;
}

export interface StepResult {
  readonly loss: number;
  readonly bce: number;
  /** Soft Dice of the batch. */
  readonly dice: number;
}

/**
 * Forward, loss, backward, update. Where the loss is not finite nothing is updated: the caller decides.
 *
 * @param batch images and masks as the loader renders them (NHWC)
 * @param factor share of the peak learning rate
 */
export function trainStep(context: StepContext, batch: BatchMemory, factor: number): StepResult {
  const { model, state, optimiser, batchSize, tile, classes, channelsLast } = context;
  return scope(() => {
    // A scope of its own, so that only autograd holds the activations and each is freed as backward passes it.
    const parts = scope(() => {
      const images = wrapImages(batch.images, batchSize, tile, channelsLast);
      const masks = wrapNhwc(batch.masks, batchSize, tile, classes, channelsLast);
      return segmentationLoss(logitsOf(model, state, images, true, context), masks, context.loss);
    });
    const result = { loss: parts.total.item(), bce: parts.bce.item(), dice: parts.dice.item() };
    if (!Number.isFinite(result.loss)) return result;
    optimiser.zeroGrad();
    backward(parts.total, context.precision);
    optimiser.step(factor);
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
