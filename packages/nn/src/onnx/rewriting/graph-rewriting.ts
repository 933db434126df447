/** What rewriting an ONNX graph takes: looking values up, and appending nodes and tensors in order. */
import type { OnnxModel, OnnxNode, OnnxTensor } from '../proto.js';

/** Where a convolution looks; one group, no dilation. */
export interface ConvWindow {
  readonly kernel: number;
  readonly stride: number;
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
}

export class GraphRewriting {
  readonly nodes: OnnxNode[] = [];
  readonly #tensors: Map<string, OnnxTensor>;
  readonly #producers: ReadonlyMap<string, OnnxNode>;
  readonly #consumers = new Map<string, OnnxNode[]>();
  readonly #channels = new Map<string, number | undefined>();

  constructor({ nodes, initializers }: OnnxModel) {
    this.#tensors = new Map(initializers.map((tensor) => [tensor.name, tensor]));
    this.#producers = new Map(nodes.map((node) => [node.output, node]));
    for (const node of nodes) {
      for (const input of node.inputs) this.#consumers.set(input, [...(this.#consumers.get(input) ?? []), node]);
    }
  }

  /** The original graph's node that makes a value. */
  producer(name: string): OnnxNode | undefined {
    return this.#producers.get(name);
  }

  /** The original graph's only user of a value. */
  onlyConsumer(name: string): OnnxNode | undefined {
    const [first, ...others] = this.#consumers.get(name) ?? [];
    return others.length === 0 ? first : undefined;
  }

  /** A float32 tensor of the file; undefined for computed values and other types. */
  weights(name: string | undefined): { readonly shape: readonly number[]; readonly data: Float32Array } | undefined {
    const { shape = [], data } = this.#tensors.get(name ?? '') ?? {};
    return data instanceof Float32Array ? { shape, data } : undefined;
  }

  /** Of a tensor of the file, also of one whose numbers are quantised. */
  #shapeOf(name = ''): readonly number[] | undefined {
    const node = this.producer(name);
    return this.#tensors.get(node?.operator === 'DequantizeLinear' ? (node.inputs[0] ?? '') : name)?.shape;
  }

  /** Channels of a map, in planes or positions, where the way back to what made them is clear. */
  channels(name: string): number | undefined {
    if (!this.#channels.has(name)) this.#channels.set(name, this.#findChannels(name));
    return this.#channels.get(name);
  }

  #findChannels(name: string): number | undefined {
    const node = this.producer(name);
    switch (node?.operator) {
      case 'Conv':
      case 'LayerNormalization':
        return this.#shapeOf(node.inputs[1])?.[0];
      case 'MatMul':
        return this.weights(node.inputs[1])?.shape[1];
      case 'QuantizeLinear':
      case 'DequantizeLinear':
      case 'Transpose':
      case 'Relu':
      case 'Sigmoid':
      case 'Clip':
      case 'Resize':
      case 'Add':
      case 'MaxPool':
        return this.channels(node.inputs[0] ?? '');
      case 'Concat': {
        const widths = node.inputs.map((input) => this.channels(input));
        const known = widths.filter((width) => width !== undefined);
        return node.attributes?.axis === 1 && known.length === widths.length
          ? known.reduce((sum, width) => sum + width, 0)
          : undefined;
      }
      case 'Mul':
        // A gate may have one channel for all.
        return node.inputs.map((input) => this.channels(input)).find((channels) => (channels ?? 1) > 1);
      default:
        return undefined;
    }
  }

  /** Appends a node and returns its output's name. */
  node(operator: string, inputs: readonly string[], output: string, attributes: OnnxNode['attributes'] = {}): string {
    this.nodes.push({ operator, inputs, output, attributes });
    return output;
  }

  convolution(input: string, parameters: readonly string[], output: string, window: ConvWindow): string {
    const { kernel, stride, pads } = window;
    return this.node('Conv', [input, ...parameters], output, {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads,
      dilations: [1, 1],
      group: 1,
    });
  }

  tensor(name: string, shape: readonly number[], data: OnnxTensor['data']): string {
    if (!this.#tensors.has(name)) this.#tensors.set(name, { name, shape, data });
    return name;
  }

  integers(...values: readonly number[]): string {
    return this.tensor(`integers.${values.join('.')}`, [values.length], BigInt64Array.from(values, BigInt));
  }

  /** The new nodes and the tensors, without those that do not lead to one of the outputs. */
  result(outputs: readonly string[]): Pick<OnnxModel, 'nodes' | 'initializers'> {
    const needed = new Set(outputs);
    const nodes: OnnxNode[] = [];
    for (const node of [...this.nodes].reverse()) {
      if (!needed.has(node.output)) continue;
      nodes.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    const initializers = [...this.#tensors.values()].filter(({ name }) => needed.has(name));
    return { nodes: nodes.reverse(), initializers };
  }
}

/** Whether a node is a convolution of 3 x 3 with stride 1, padding 1 and one group. */
export function isPlainConvolution({ operator, attributes }: OnnxNode): boolean {
  const is = (name: string, value: unknown) => JSON.stringify(attributes?.[name]) === JSON.stringify(value);
  return (
    operator === 'Conv' &&
    is('kernel_shape', [3, 3]) &&
    is('strides', [1, 1]) &&
    is('pads', [1, 1, 1, 1]) &&
    is('group', 1)
  );
}
