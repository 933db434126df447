/**
 * Writes a network down as ONNX nodes (operator set 17) instead of running it. A convolution is held back until it is clear
 * whether a batch normalisation follows, so that the two become one node. Transformers work on positions with their channels side by side:
 * what they make stays in that order until an operator needs planes.
 */
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
} from '../layers.js';
import type { Activation, Ops, ResizeCoordinates } from '../ops.js';
import type { StateDict } from '../state/state.js';
import { writeAttention } from './attention.js';
import { foldBatchNorm } from './fold.js';
import { GraphWriter } from './graph-writer.js';
import { inputChannelsOf, transposed } from './kernels.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './proto.js';

/** The operator set that the nodes are written for. */
export const opset = 17;

/** A named value of the graph, N x C x H x W or as `positions` N x H x W x C, or a convolution that is not written yet. */
export type OnnxValue =
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'positions'; readonly name: string }
  | { readonly kind: 'convolution'; readonly input: string; readonly layer: Conv2d };

export class OnnxOps implements Ops<OnnxValue> {
  readonly #graph: GraphWriter;
  readonly #written = new Map<OnnxValue, string>();

  constructor(state: StateDict) {
    this.#graph = new GraphWriter(state);
  }

  get nodes(): readonly OnnxNode[] {
    return this.#graph.nodes;
  }

  /** The tensors that the nodes refer to; weights that no node uses are not among them. */
  get initializers(): readonly OnnxTensor[] {
    return this.#graph.initializers;
  }

  input(x: OnnxValue): OnnxValue {
    return x;
  }

  conv2d(x: OnnxValue, layer: Conv2d): OnnxValue {
    return { kind: 'convolution', input: this.nameOf(x), layer };
  }

  batchNorm(x: OnnxValue, norm: BatchNorm, activation: Activation): OnnxValue {
    const weights = {
      weight: this.#graph.weights(`${norm.name}.weight`),
      bias: this.#graph.weights(`${norm.name}.bias`),
      runningMean: this.#graph.weights(`${norm.name}.running_mean`),
      runningVar: this.#graph.weights(`${norm.name}.running_var`),
      eps: norm.eps,
    };
    if (x.kind === 'convolution' && !this.#written.has(x)) {
      const { name, bias } = x.layer;
      const folded = foldBatchNorm(
        { weight: this.#kernel(x.layer), bias: bias ? this.#graph.weights(`${name}.bias`) : undefined },
        weights,
      );
      const named = this.#convolution(x.input, x.layer, `${name}.folded`, folded.weight, folded.bias);
      return this.activate({ kind: 'value', name: named }, activation);
    }
    const shape = [norm.channels];
    const parameters = (['weight', 'bias', 'runningMean', 'runningVar'] as const).map((part) =>
      this.#graph.initializer(`${norm.name}.${part}`, shape, weights[part]),
    );
    const inputs = [this.nameOf(x), ...parameters];
    return this.activate(this.#node('BatchNormalization', inputs, { epsilon: { float: norm.eps } }), activation);
  }

  convTranspose2d(x: OnnxValue, layer: ConvTranspose2d): OnnxValue {
    const { name, inChannels, outChannels, kernel, stride, crop } = layer;
    const inputs = [
      this.nameOf(x),
      this.#graph.parameter(`${name}.weight`, [inChannels, outChannels, kernel, kernel]),
      this.#graph.parameter(`${name}.bias`, [outChannels]),
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
    const grouped = this.#node('Reshape', [input, this.#graph.integers(`groups.${groups}`, [0, groups, -1])]);
    const ones = this.#graph.initializer(`ones.${groups}`, [groups], new Float32Array(groups).fill(1));
    const zeros = this.#graph.initializer(`zeros.${groups}`, [groups], new Float32Array(groups));
    const norm = this.#node('InstanceNormalization', [this.nameOf(grouped), ones, zeros], { epsilon: { float: eps } });
    const back = this.#node('Reshape', [this.nameOf(norm), shape]);
    const weight = this.#graph.parameter(`${name}.weight`, [1, channels, 1, 1]);
    const scaled = this.#node('Mul', [this.nameOf(back), weight]);
    const bias = this.#graph.parameter(`${name}.bias`, [1, channels, 1, 1]);
    return this.activate(this.#node('Add', [this.nameOf(scaled), bias]), activation);
  }

  layerNorm(x: OnnxValue, { name, channels, eps }: LayerNorm): OnnxValue {
    const parameters = ['weight', 'bias'].map((part) => this.#graph.parameter(`${name}.${part}`, [channels]));
    return this.#position('LayerNormalization', [this.#positionsOf(x), ...parameters], {
      axis: 3,
      epsilon: { float: eps },
    });
  }

  linear(x: OnnxValue, { name, inChannels, outChannels }: Linear): OnnxValue {
    const turned = transposed(this.#graph.weights(`${name}.weight`), outChannels, inChannels);
    const matrix = this.#graph.initializer(`${name}.weight`, [inChannels, outChannels], turned);
    const product = this.#graph.node('MatMul', [this.#positionsOf(x), matrix]);
    return this.#position('Add', [product, this.#graph.parameter(`${name}.bias`, [outChannels])]);
  }

  scaleChannels(x: OnnxValue, { name, channels }: LayerScale): OnnxValue {
    return this.#position('Mul', [this.#positionsOf(x), this.#graph.parameter(`${name}.gamma`, [channels])]);
  }

  /** In the order of PyTorch's exporter, which ONNX Runtime takes for one operator. */
  gelu(x: OnnxValue): OnnxValue {
    const positions = this.#positionsOf(x);
    const constant = (value: number, name: string): string =>
      this.#graph.initializer(`gelu.${name}`, [], Float32Array.of(value));
    const scaled = this.#graph.node('Div', [positions, constant(Math.SQRT2, 'root')]);
    const gate = this.#graph.node('Add', [this.#graph.node('Erf', [scaled]), constant(1, 'one')]);
    return this.#position('Mul', [this.#graph.node('Mul', [positions, gate]), constant(0.5, 'half')]);
  }

  attention(query: OnnxValue, keyValue: OnnxValue, numbers: MultiHead): OnnxValue {
    const name = writeAttention(this.#graph, this.#positionsOf(query), this.#positionsOf(keyValue), numbers);
    return { kind: 'positions', name };
  }

  activate(x: OnnxValue, activation: Activation): OnnxValue {
    const name = this.nameOf(x);
    switch (activation) {
      case 'identity':
        return x;
      case 'relu':
        return this.#node('Relu', [name]);
      case 'relu6': {
        const low = this.#graph.initializer('relu6.low', [], Float32Array.of(0));
        return this.#node('Clip', [name, low, this.#graph.initializer('relu6.high', [], Float32Array.of(6))]);
      }
      case 'sigmoid':
        return this.#node('Sigmoid', [name]);
      case 'silu':
        return this.#node('Mul', [name, this.nameOf(this.#node('Sigmoid', [name]))]);
    }
  }

  add(a: OnnxValue, b: OnnxValue): OnnxValue {
    if (a.kind === 'positions' || b.kind === 'positions') {
      return this.#position('Add', [this.#positionsOf(a), this.#positionsOf(b)]);
    }
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
    const scales = this.#graph.initializer('upsample.scales', [4], Float32Array.of(1, 1, 2, 2));
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
    const scales = this.#graph.initializer(`upsample.scales.${factor}`, [4], Float32Array.of(1, 1, factor, factor));
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
    if (x.kind === 'positions') return this.#graph.planes(x.name);
    const written = this.#written.get(x);
    if (written !== undefined) return written;
    const { input, layer } = x;
    const bias = layer.bias ? this.#graph.weights(`${layer.name}.bias`) : undefined;
    const prefix = layer.from === undefined ? layer.name : `${layer.name}.${layer.from}`;
    const name = this.#convolution(input, layer, prefix, this.#kernel(layer), bias);
    this.#written.set(x, name);
    return name;
  }

  /** Of the input channels that the layer takes. */
  #kernel(layer: Conv2d): Float32Array {
    return inputChannelsOf(this.#graph.weights(`${layer.name}.weight`), layer);
  }

  #convolution(input: string, layer: Conv2d, prefix: string, weight: Float32Array, bias?: Float32Array): string {
    const { outChannels, inChannels, groups, kernel, stride, padding } = layer;
    const shape = [outChannels, inChannels / groups, kernel, kernel];
    const inputs = [input, this.#graph.initializer(`${prefix}.weight`, shape, weight)];
    if (bias !== undefined) inputs.push(this.#graph.initializer(`${prefix}.bias`, [outChannels], bias));
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
    return { kind: 'value', name: this.#graph.node(operator, inputs, attributes) };
  }

  #position(operator: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): OnnxValue {
    return { kind: 'positions', name: this.#graph.node(operator, inputs, attributes) };
  }

  /** The name of the value N x H x W x C. */
  #positionsOf(x: OnnxValue): string {
    return x.kind === 'positions' ? x.name : this.#graph.positions(this.nameOf(x));
  }
}
