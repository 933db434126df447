/**
 * Runs a network with libtorch, one dispatcher call per operator, so that autograd sees exactly what Python's would.
 * The dispatcher is handed in: this package never imports a binding, and any tensor type with a shape will do.
 */
import { FtuError } from '@ftuseg/core';
import { checkInputSize } from './input-size.js';
import type { BatchNorm, Conv2d, ConvTranspose2d, GroupNorm, Linear, Pooling } from './layers.js';
import type { Activation, Ops, ResizeCoordinates } from './ops.js';

/** All that is asked of a tensor; everything else happens inside the dispatcher. */
export interface TorchTensor {
  readonly shape: readonly number[];
}

/** Calls an ATen operator by name (`conv2d`, `add.Tensor`, ...); `null` is None, lists are arrays. */
export type Dispatch<T> = (operator: string, ...args: readonly unknown[]) => T;

/** What a batch normalisation is about to see; `x` is N x C x H x W. */
export interface BatchNormEvent<T> {
  readonly name: string;
  readonly x: T;
  readonly eps: number;
}

export interface TorchOpsOptions<T> {
  /** Normalise by the batch, update running statistics in place and drop paths; otherwise use the running statistics. */
  readonly training: boolean;
  /** Names (of batch normalisations) that keep their running statistics even in training, because their weights are frozen. */
  readonly frozen?: (name: string) => boolean;
  /** Called before each batch normalisation reads its parameters, e.g. to calibrate them to the data. */
  readonly onBatchNorm?: (event: BatchNormEvent<T>) => void;
}

/**
 * `Ops` over libtorch tensors (N x C x H x W, any memory format, parameters by state-dict name).
 * Throws `FtuError` when the state lacks a tensor that the network asks for.
 *
 * @example
 * const ops = new TorchOps<Tensor>(dispatch, state, { training: true });
 * const logits = scope(() => model.forward(ops, images));
 */
export class TorchOps<T extends TorchTensor> implements Ops<T> {
  readonly #dispatch: Dispatch<T>;
  readonly #state: ReadonlyMap<string, T>;
  readonly #training: boolean;
  readonly #frozen: (name: string) => boolean;
  readonly #onBatchNorm: ((event: BatchNormEvent<T>) => void) | undefined;

  constructor(dispatch: Dispatch<T>, state: ReadonlyMap<string, T>, options: TorchOpsOptions<T>) {
    this.#dispatch = dispatch;
    this.#state = state;
    this.#training = options.training;
    this.#frozen = options.frozen ?? (() => false);
    this.#onBatchNorm = options.onBatchNorm;
  }

  input(x: T, multiple: number): T {
    const [, , height = 0, width = 0] = x.shape;
    checkInputSize(height, width, multiple);
    return x;
  }

  conv2d(x: T, layer: Conv2d): T {
    const [top, left, bottom, right] = layer.padding;
    const symmetric = top === bottom && left === right;
    const padded = symmetric ? x : this.#dispatch('constant_pad_nd', x, [left, right, top, bottom], 0);
    return this.#dispatch(
      'conv2d',
      padded,
      this.#tensor(`${layer.name}.weight`),
      layer.bias ? this.#tensor(`${layer.name}.bias`) : null,
      [layer.stride, layer.stride],
      symmetric ? [top, left] : [0, 0],
      [1, 1],
      layer.groups,
    );
  }

  batchNorm(x: T, layer: BatchNorm, activation: Activation): T {
    const { name, eps, momentum } = layer;
    this.#onBatchNorm?.({ name, x, eps });
    const training = this.#training && !this.#frozen(name);
    if (training) {
      const tracked = this.#state.get(`${name}.num_batches_tracked`);
      if (tracked !== undefined) this.#dispatch('add_.Scalar', tracked, 1);
    }
    return this.#dispatch(
      'ftuseg::batch_norm_act',
      x,
      this.#tensor(`${name}.weight`),
      this.#tensor(`${name}.bias`),
      this.#tensor(`${name}.running_mean`),
      this.#tensor(`${name}.running_var`),
      training,
      momentum,
      eps,
      activation,
    );
  }

  convTranspose2d(x: T, layer: ConvTranspose2d): T {
    const { name, stride, crop } = layer;
    return this.#dispatch(
      'conv_transpose2d.input',
      x,
      this.#tensor(`${name}.weight`),
      this.#tensor(`${name}.bias`),
      [stride, stride],
      [crop, crop],
    );
  }

  groupNorm(x: T, { name, groups, eps }: GroupNorm, activation: Activation): T {
    const y = this.#dispatch(
      'group_norm',
      x,
      groups,
      this.#tensor(`${name}.weight`),
      this.#tensor(`${name}.bias`),
      eps,
      true,
    );
    return this.activate(y, activation);
  }

  linear(x: T, { name, outChannels }: Linear): T {
    const flat = this.#dispatch('flatten.using_ints', x, 1);
    const y = this.#dispatch('linear', flat, this.#tensor(`${name}.weight`), this.#tensor(`${name}.bias`));
    return this.#dispatch('reshape', y, [x.shape[0] ?? 1, outChannels, 1, 1]);
  }

  activate(x: T, activation: Activation): T {
    switch (activation) {
      case 'identity':
        return x;
      case 'relu6':
        return this.#dispatch('hardtanh', x, 0, 6);
      default:
        return this.#dispatch(activation, x);
    }
  }

  add(a: T, b: T): T {
    return this.#dispatch('add.Tensor', a, b);
  }

  mul(x: T, gate: T): T {
    return this.#dispatch('mul.Tensor', x, gate);
  }

  cat(parts: readonly T[]): T {
    return this.#dispatch('cat', parts, 1);
  }

  globalAveragePool(x: T): T {
    return this.#dispatch('mean.dim', x, [2, 3], true);
  }

  globalMaxPool(x: T): T {
    return this.#dispatch('amax', x, [2, 3], true);
  }

  channelMean(x: T): T {
    return this.#dispatch('mean.dim', x, [1], true);
  }

  channelMax(x: T): T {
    return this.#dispatch('amax', x, [1], true);
  }

  maxPool(x: T, { kernel, stride, padding: [top, left, bottom, right] }: Pooling): T {
    const symmetric = top === bottom && left === right && top === left;
    const padded = symmetric
      ? x
      : this.#dispatch('constant_pad_nd', x, [left, right, top, bottom], Number.NEGATIVE_INFINITY);
    const around = symmetric ? [top, left] : [0, 0];
    return this.#dispatch('max_pool2d', padded, [kernel, kernel], [stride, stride], around);
  }

  upsampleNearest2x(x: T): T {
    return this.#dispatch('upsample_nearest2d.vec', x, null, [2, 2]);
  }

  upsampledConv2d(x: T, skip: T | undefined, layer: Conv2d): T {
    return this.#dispatch('ftuseg::upsampled_conv2d', x, skip ?? null, this.#tensor(`${layer.name}.weight`));
  }

  upsampleBilinear(x: T, factor: number, coordinates: ResizeCoordinates = 'align_corners'): T {
    const aligned = coordinates === 'align_corners';
    return this.#dispatch('upsample_bilinear2d.vec', x, null, aligned, [factor, factor]);
  }

  dropPath(x: T, rate: number): T {
    if (!this.#training || rate === 0) return x;
    const keep = 1 - rate;
    const mask = this.#dispatch('bernoulli.p', this.#dispatch('new_empty', x, [x.shape[0] ?? 1, 1, 1, 1]), keep);
    return this.#dispatch('mul.Tensor', x, this.#dispatch('div_.Scalar', mask, keep));
  }

  dropChannels(x: T, rate: number): T {
    return rate === 0 ? x : this.#dispatch('feature_dropout', x, rate, this.#training);
  }

  #tensor(name: string): T {
    const found = this.#state.get(name);
    if (found === undefined) throw new FtuError('bad-input', `the state has no tensor "${name}"`);
    return found;
  }
}
