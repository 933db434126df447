/**
 * Weights whose BatchNorm was folded into the convolutions have an identity in its place, but with batch statistics a BatchNorm is no identity.
 * Each BatchNorm is rewritten around the statistics of its real input, without changing what the network computes.
 */
import type { BatchNormEvent, Model } from '@ftuseg/nn';
import { dispatchMany, noGrad, scope, type Tensor } from '@ftuseg/torch';
import { type BatchJob, batchMemory, renderBatch } from '../batches/batch.js';
import type { TrainConfig } from '../config/config.js';
import { forward, type TensorState, writeTensor } from './network.js';
import { wrapImages } from './passes.js';

interface Moments {
  readonly eps: number;
  count: number;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

/** Adds a batch's per-channel mean and variance, weighted by its number of values. */
function addMoments(found: Map<string, Moments>, { name, x, eps }: BatchNormEvent<Tensor>): void {
  scope(() => {
    const [variance, mean] = dispatchMany('var_mean.correction', x, [0, 2, 3], 0, false);
    if (variance === undefined || mean === undefined) throw new TypeError('var_mean gives two tensors');
    const means = mean.toArray();
    const variances = variance.toArray();
    const count = x.shape.reduce((product, length) => product * length, 1) / means.length;
    let moments = found.get(name);
    if (moments === undefined) {
      moments = { eps, count: 0, sum: new Float64Array(means.length), squares: new Float64Array(means.length) };
      found.set(name, moments);
    }
    moments.count += count;
    for (let i = 0; i < means.length; i++) {
      const m = Number(means[i]);
      moments.sum[i] = (moments.sum[i] ?? 0) + count * m;
      moments.squares[i] = (moments.squares[i] ?? 0) + count * (Number(variances[i]) + m * m);
    }
  });
}

function values(state: TensorState, name: string): Float32Array {
  const data = state.get(name)?.toArray();
  if (!(data instanceof Float32Array)) throw new TypeError(`${name} is not float32`);
  return data;
}

/**
 * Rewrites one BatchNorm around (mean, variance) of its input so that y = (x - mean) / sqrt(variance + eps) weight + bias
 * stays the same function: with the old one written as a x + c, weight = a sqrt(variance + eps), bias = c + a mean.
 */
function rewrite(state: TensorState, name: string, { eps, count, sum, squares }: Moments): void {
  const names = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${name}.${part}`);
  const [weight, bias, mean, variance] = names.map((part) => values(state, part));
  if (!weight || !bias || !mean || !variance) return;
  for (let i = 0; i < weight.length; i++) {
    const a = (weight[i] ?? 0) / Math.sqrt((variance[i] ?? 0) + eps);
    const c = (bias[i] ?? 0) - (mean[i] ?? 0) * a;
    const m = (sum[i] ?? 0) / count;
    const v = Math.max((squares[i] ?? 0) / count - m * m, 0);
    weight[i] = a * Math.sqrt(v + eps);
    bias[i] = c + a * m;
    mean[i] = m;
    variance[i] = v;
  }
  for (const [i, data] of [weight, bias, mean, variance].entries()) {
    const target = state.get(names[i] ?? '');
    if (target !== undefined) writeTensor(target, { dtype: 'float32', shape: target.shape, data });
  }
}

/**
 * Calibrates every BatchNorm of the encoder on some batches. In evaluation the network computes what it did before (each
 * BatchNorm stays the same function, so one pass measures all of them); in training, where the batch's own statistics
 * are used, nearly so.
 *
 * @param batches makes the input batches, N x 3 x H x W, as training will see them
 * @returns the number of layers rewritten
 */
export function calibrateBatchNorm(model: Model, state: TensorState, batches: Iterable<() => Tensor>): number {
  const found = new Map<string, Moments>();
  const onBatchNorm = (event: BatchNormEvent<Tensor>): void => {
    if (event.name.startsWith('encoder.')) addMoments(found, event);
  };
  for (const images of batches) {
    noGrad(() =>
      scope(() => {
        forward(model, state, images(), { training: false, onBatchNorm });
      }),
    );
  }
  for (const [name, moments] of found) rewrite(state, name, moments);
  return found.size;
}

/** Calibrates on `calibrateBatches` batches of augmented training windows, drawn apart from those of any epoch. */
export function calibrateOnWindows(
  model: Model,
  state: TensorState,
  job: BatchJob,
  { calibrateBatches, channelsLast, device }: Pick<TrainConfig, 'calibrateBatches' | 'channelsLast' | 'device'>,
): void {
  const memory = batchMemory(job);
  const batch = (i: number): Tensor => {
    renderBatch(job, { epoch: -1, first: i * job.batchSize }, memory);
    return wrapImages(memory.images, job.batchSize, job.tile, { channelsLast, device });
  };
  calibrateBatchNorm(
    model,
    state,
    Array.from({ length: calibrateBatches }, (_, i) => () => batch(i)),
  );
}
