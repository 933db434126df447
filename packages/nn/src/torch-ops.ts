/**
 * Runs a network with libtorch, one dispatcher call per operator, so that autograd sees exactly what Python's would.
 * The dispatcher is handed in: this package never imports a binding, and any tensor type with a shape will do.
 */
import { FtuError } from '@ftuseg/core';
import type { BatchSlice } from './batch-slice.js';
import { checkInputSize } from './input-size.js';
import type {
  BatchNorm,
  Conv2d,
  ConvTranspose2d,
  GroupNorm,
  LayerNorm,
  LayerScale,
  Linear,
  MultiHead,
  Pooling,
} from './layers.js';
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
  /** Where the batch is divided between processes: paths and channels are drawn for all of it. */
  readonly slice?: BatchSlice | undefined;
  /** Called before each batch normalisation reads its parameters, e.g. to calibrate them to the data. */
  readonly onBatchNorm?: (event: BatchNormEvent<T>) => void;
  /** Frees what an operator of the network made on the way to its result, where that took several of libtorch; default: the caller's scope does. */
  readonly release?: (value: T) => void;
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
  readonly #slice: BatchSlice | undefined;
  readonly #onBatchNorm: ((event: BatchNormEvent<T>) => void) | undefined;
  readonly #release: ((value: T) => void) | undefined;

  constructor(dispatch: Dispatch<T>, state: ReadonlyMap<string, T>, options: TorchOpsOptions<T>) {
    this.#dispatch = dispatch;
    this.#state = state;
    this.#training = options.training;
    this.#frozen = options.frozen ?? (() => false);
    this.#slice = options.slice;
    this.#onBatchNorm = options.onBatchNorm;
    this.#release = options.release;
  }

  input(x: T, multiple: number): T {
    const [, , height = 0, width = 0] = x.shape;
    checkInputSize(height, width, multiple);
    return x;
  }

  conv2d(x: T, layer: Conv2d): T {
    const [top, left, bottom, right] = layer.padding;
    const whole = this.#tensor(`${layer.name}.weight`);
    const weight = layer.from === undefined ? whole : this.#dispatch('narrow', whole, 1, layer.from, layer.inChannels);
    const bias = layer.bias ? this.#tensor(`${layer.name}.bias`) : null;
    if (layer.kernel === 1 && layer.stride === 1 && layer.groups === 1 && layer.padding.every((side) => side === 0)) {
      return this.#dispatch('ftuseg::pointwise_conv2d', x, weight, bias);
    }
    const symmetric = top === bottom && left === right;
    const padded = symmetric ? x : this.#dispatch('constant_pad_nd', x, [left, right, top, bottom], 0);
    return this.#dispatch(
      'conv2d',
      padded,
      weight,
      bias,
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
      this.#slice?.wholeStatistics ?? false,
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

  layerNorm(x: T, { name, channels, eps }: LayerNorm): T {
    const weight = this.#tensor(`${name}.weight`);
    // In autocast a map may be bfloat16, which libtorch 1.13 does not normalise by weights in float32.
    const positions = this.#then('type_as', this.#positions(x), weight);
    const y = this.#then('layer_norm', positions, [channels], weight, this.#tensor(`${name}.bias`), eps, true);
    return this.#then('permute', y, [0, 3, 1, 2]);
  }

  /**
   * As a 1 x 1 convolution, for which libtorch has oneDNN. Its product of matrices is BLAS', and Debian's libtorch comes with the plain one: a
   * tenth of the speed on two threads.
   */
  linear(x: T, { name, inChannels, outChannels }: Linear): T {
    const kernel = this.#dispatch('reshape', this.#tensor(`${name}.weight`), [outChannels, inChannels, 1, 1]);
    const y = this.#dispatch('conv2d', x, kernel, this.#tensor(`${name}.bias`));
    this.#release?.(kernel);
    return y;
  }

  scaleChannels(x: T, { name, channels }: LayerScale): T {
    const factors = this.#dispatch('reshape', this.#tensor(`${name}.gamma`), [1, channels, 1, 1]);
    const y = this.#dispatch('mul.Tensor', x, factors);
    this.#release?.(factors);
    return y;
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

  gelu(x: T): T {
    return this.#dispatch('gelu', x);
  }

  attention(query: T, keyValue: T, { channels, heads }: MultiHead): T {
    const [batch = 1, , height = 1, width = 1] = query.shape;
    const size = channels / heads;
    // N x heads x positions x size, and of the keys the transpose.
    const queries = this.#then(
      'transpose.int',
      this.#then('reshape', this.#positions(query), [batch, -1, heads, size]),
      1,
      2,
    );
    const both = this.#then('reshape', this.#positions(keyValue), [batch, -1, 2, heads, size]);
    const keys = this.#then('permute', this.#dispatch('select.int', both, 2, 0), [0, 2, 3, 1]);
    const values = this.#then('transpose.int', this.#then('select.int', both, 2, 1), 1, 2);
    const scores = this.#then('matmul', this.#then('mul.Scalar', queries, 1 / Math.sqrt(size)), keys);
    const mixed = this.#then('matmul', this.#then('softmax.int', scores, -1), values);
    this.#release?.(keys);
    this.#release?.(values);
    const positions = this.#then('reshape', this.#then('transpose.int', mixed, 1, 2), [batch, height, width, channels]);
    return this.#then('permute', positions, [0, 3, 1, 2]);
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
    return !this.#training || rate === 0 ? x : this.#dispatch('mul.Tensor', x, this.#kept(x, 1, 1 - rate));
  }

  dropChannels(x: T, rate: number): T {
    const whole = !this.#training || this.#slice === undefined;
    if (rate === 0 || whole) return rate === 0 ? x : this.#dispatch('feature_dropout', x, rate, this.#training);
    return this.#dispatch('mul.Tensor', x, this.#kept(x, x.shape[1] ?? 1, 1 - rate));
  }

  /** What is kept, N x channels x 1 x 1: 1 / share or 0, drawn for the whole batch. */
  #kept(x: T, channels: number, share: number): T {
    const count = x.shape[0] ?? 1;
    const { index = 0, count: slices = 1 } = this.#slice ?? {};
    const room = this.#dispatch('new_empty', x, [count * slices, channels, 1, 1]);
    const all = this.#dispatch('div_.Scalar', this.#dispatch('bernoulli.p', room, share), share);
    return slices === 1 ? all : this.#dispatch('narrow', all, 0, index * count, count);
  }

  /** N x H x W x C: a view, whose values lie in this order where the memory is channels_last. */
  #positions(x: T): T {
    return this.#dispatch('permute', x, [0, 2, 3, 1]);
  }

  /** An operator on a value that nothing else needs. */
  #then(operator: string, x: T, ...args: readonly unknown[]): T {
    const result = this.#dispatch(operator, x, ...args);
    this.#release?.(x);
    return result;
  }

  #tensor(name: string): T {
    const found = this.#state.get(name);
    if (found === undefined) throw new FtuError('bad-input', `the state has no tensor "${name}"`);
    return found;
  }
}
