/**
 * Writes a network down as ONNX nodes (operator set 17) instead of running it. A convolution is held back until it is clear
 * whether a batch normalisation follows, so that the two become one node.
 */
import { FtuError } from '@ftuseg/core';
import type { BatchNorm, Conv2d, ConvTranspose2d, GroupNorm, Linear, Pooling } from '../layers.js';
import type { Activation, Ops, ResizeCoordinates } from '../ops.js';
import type { StateDict } from '../state/state.js';
import { foldBatchNorm } from './fold.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './proto.js';

/** The operator set that the nodes are written for. */
export const opset = 17;

/** A named value of the graph, or a convolution that is not written yet. */
export type OnnxValue =
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'convolution'; readonly input: string; readonly layer: Conv2d };

export class OnnxOps implements Ops<OnnxValue> {
  readonly nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();
  readonly #written = new Map<OnnxValue, string>();
  readonly #state: StateDict;

  constructor(state: StateDict) {
    this.#state = state;
  }

  /** The tensors that the nodes refer to; weights that no node uses are not among them. */
  get initializers(): readonly OnnxTensor[] {
    return [...this.#initializers.values()];
  }

  input(x: OnnxValue): OnnxValue {
    return x;
  }

  conv2d(x: OnnxValue, layer: Conv2d): OnnxValue {
    return { kind: 'convolution', input: this.nameOf(x), layer };
  }

  batchNorm(x: OnnxValue, norm: BatchNorm, activation: Activation): OnnxValue {
    const weights = {
      weight: this.#weights(`${norm.name}.weight`),
      bias: this.#weights(`${norm.name}.bias`),
      runningMean: this.#weights(`${norm.name}.running_mean`),
      runningVar: this.#weights(`${norm.name}.running_var`),
      eps: norm.eps,
    };
    if (x.kind === 'convolution' && !this.#written.has(x)) {
      const { name, bias } = x.layer;
      const folded = foldBatchNorm(
        { weight: this.#weights(`${name}.weight`), bias: bias ? this.#weights(`${name}.bias`) : undefined },
        weights,
      );
      const named = this.#convolution(x.input, x.layer, `${name}.folded`, folded.weight, folded.bias);
      return this.activate({ kind: 'value', name: named }, activation);
    }
    const shape = [norm.channels];
    const parameters = (['weight', 'bias', 'runningMean', 'runningVar'] as const).map((part) =>
      this.#initializer(`${norm.name}.${part}`, shape, weights[part]),
    );
    const inputs = [this.nameOf(x), ...parameters];
    return this.activate(this.#node('BatchNormalization', inputs, { epsilon: { float: norm.eps } }), activation);
  }

  convTranspose2d(x: OnnxValue, layer: ConvTranspose2d): OnnxValue {
    const { name, inChannels, outChannels, kernel, stride, crop } = layer;
    const inputs = [
      this.nameOf(x),
      this.#parameter(`${name}.weight`, [inChannels, outChannels, kernel, kernel]),
      this.#parameter(`${name}.bias`, [outChannels]),
    ];
    return this.#node('ConvTranspose', inputs, {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [crop, crop, crop, crop],
    });
  }

  /** This operator set has no group normalisation: groups are laid side by side and normalised as instances. */
  groupNorm(x: OnnxValue, { name, channels, groups, eps }: GroupNorm, activation: Activation): OnnxValue {
    const input = this.nameOf(x);
    const shape = this.nameOf(this.#node('Shape', [input]));
    const grouped = this.#node('Reshape', [input, this.#integers(`groups.${groups}`, [0, groups, -1])]);
    const ones = this.#initializer(`ones.${groups}`, [groups], new Float32Array(groups).fill(1));
    const zeros = this.#initializer(`zeros.${groups}`, [groups], new Float32Array(groups));
    const norm = this.#node('InstanceNormalization', [this.nameOf(grouped), ones, zeros], { epsilon: { float: eps } });
    const back = this.#node('Reshape', [this.nameOf(norm), shape]);
    const weight = this.#parameter(`${name}.weight`, [1, channels, 1, 1]);
    const scaled = this.#node('Mul', [this.nameOf(back), weight]);
    const bias = this.#parameter(`${name}.bias`, [1, channels, 1, 1]);
    return this.activate(this.#node('Add', [this.nameOf(scaled), bias]), activation);
  }

  linear(x: OnnxValue, { name, inChannels, outChannels }: Linear): OnnxValue {
    const flat = this.#node('Flatten', [this.nameOf(x)], { axis: 1 });
    const inputs = [
      this.nameOf(flat),
      this.#parameter(`${name}.weight`, [outChannels, inChannels]),
      this.#parameter(`${name}.bias`, [outChannels]),
    ];
    const y = this.#node('Gemm', inputs, { transB: 1 });
    return this.#node('Reshape', [this.nameOf(y), this.#integers(`one-pixel.${outChannels}`, [-1, outChannels, 1, 1])]);
  }

  activate(x: OnnxValue, activation: Activation): OnnxValue {
    const name = this.nameOf(x);
    switch (activation) {
      case 'identity':
        return x;
      case 'relu':
        return this.#node('Relu', [name]);
      case 'relu6': {
        const low = this.#initializer('relu6.low', [], Float32Array.of(0));
        return this.#node('Clip', [name, low, this.#initializer('relu6.high', [], Float32Array.of(6))]);
      }
      case 'sigmoid':
        return this.#node('Sigmoid', [name]);
      case 'silu':
        return this.#node('Mul', [name, this.nameOf(this.#node('Sigmoid', [name]))]);
    }
  }

  add(a: OnnxValue, b: OnnxValue): OnnxValue {
    return this.#node('Add', [this.nameOf(a), this.nameOf(b)]);
  }

  mul(x: OnnxValue, gate: OnnxValue): OnnxValue {
    return this.#node('Mul', [this.nameOf(x), this.nameOf(gate)]);
  }

  cat(parts: readonly OnnxValue[]): OnnxValue {
    return this.#node(
      'Concat',
      parts.map((part) => this.nameOf(part)),
      { axis: 1 },
    );
  }

  globalAveragePool(x: OnnxValue): OnnxValue {
    return this.#node('GlobalAveragePool', [this.nameOf(x)]);
  }

  globalMaxPool(x: OnnxValue): OnnxValue {
    return this.#node('GlobalMaxPool', [this.nameOf(x)]);
  }

  channelMean(x: OnnxValue): OnnxValue {
    return this.#node('ReduceMean', [this.nameOf(x)], { axes: [1], keepdims: 1 });
  }

  channelMax(x: OnnxValue): OnnxValue {
    return this.#node('ReduceMax', [this.nameOf(x)], { axes: [1], keepdims: 1 });
  }

  maxPool(x: OnnxValue, { kernel, stride, padding }: Pooling): OnnxValue {
    return this.#node('MaxPool', [this.nameOf(x)], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: padding,
    });
  }

  upsampleNearest2x(x: OnnxValue): OnnxValue {
    const scales = this.#initializer('upsample.scales', [4], Float32Array.of(1, 1, 2, 2));
    return this.#node('Resize', [this.nameOf(x), '', scales], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  }

  upsampledConv2d(x: OnnxValue, skip: OnnxValue | undefined, layer: Conv2d): OnnxValue {
    const enlarged = this.upsampleNearest2x(x);
    return this.conv2d(skip === undefined ? enlarged : this.cat([enlarged, skip]), layer);
  }

  upsampleBilinear(x: OnnxValue, factor: number, coordinates: ResizeCoordinates = 'align_corners'): OnnxValue {
    const scales = this.#initializer(`upsample.scales.${factor}`, [4], Float32Array.of(1, 1, factor, factor));
    return this.#node('Resize', [this.nameOf(x), '', scales], {
      mode: 'linear',
      coordinate_transformation_mode: coordinates,
    });
  }

  dropPath(x: OnnxValue): OnnxValue {
    return x;
  }

  dropChannels(x: OnnxValue): OnnxValue {
    return x;
  }

  /** The value's name in the graph; writes a convolution that was held back. */
  nameOf(x: OnnxValue): string {
    if (x.kind === 'value') return x.name;
    const written = this.#written.get(x);
    if (written !== undefined) return written;
    const { input, layer } = x;
    const bias = layer.bias ? this.#weights(`${layer.name}.bias`) : undefined;
    const name = this.#convolution(input, layer, layer.name, this.#weights(`${layer.name}.weight`), bias);
    this.#written.set(x, name);
    return name;
  }

  #convolution(input: string, layer: Conv2d, prefix: string, weight: Float32Array, bias?: Float32Array): string {
    const { outChannels, inChannels, groups, kernel, stride, padding } = layer;
    const shape = [outChannels, inChannels / groups, kernel, kernel];
    const inputs = [input, this.#initializer(`${prefix}.weight`, shape, weight)];
    if (bias !== undefined) inputs.push(this.#initializer(`${prefix}.bias`, [outChannels], bias));
    return this.nameOf(
      this.#node('Conv', inputs, {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: padding,
        dilations: [1, 1],
        group: groups,
      }),
    );
  }

  #node(operator: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): OnnxValue {
    const output = `${operator}_${this.nodes.length}`;
    this.nodes.push({ operator, inputs, output, attributes });
    return { kind: 'value', name: output };
  }

  #initializer(name: string, shape: readonly number[], data: Float32Array): string {
    if (!this.#initializers.has(name)) this.#initializers.set(name, { name, shape, data });
    return name;
  }

  #integers(name: string, values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    if (!this.#initializers.has(name)) this.#initializers.set(name, { name, shape: [values.length], data });
    return name;
  }

  #parameter(name: string, shape: readonly number[]): string {
    return this.#initializer(name, shape, this.#weights(name));
  }

  #weights(name: string): Float32Array {
    const tensor = this.#state.get(name);
    if (tensor?.dtype !== 'float32') throw new FtuError('bad-input', `the state has no float32 tensor "${name}"`);
    return tensor.data;
  }
}
