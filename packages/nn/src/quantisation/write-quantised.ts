/**
 * A network in 8 bits in ONNX's QDQ form: every value that is kept as uint8 goes through `QuantizeLinear` and `DequantizeLinear`, and a runtime makes one
 * integer operator of what stands between them. Any runtime computes the file; ONNX Runtime has `QLinearConv` for what is written here.
 */
import { FtuError } from '@ftuseg/core';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../onnx/proto.js';
import type { ActivationRange } from './activation-range.js';
import { QuantisedGraph } from './quantised-graph.js';
import { type ActivationScheme, activationScheme, kernelScheme } from './scheme.js';

/**
 * @param model float32
 * @param ranges of the values that `QuantisedGraph.ranges` names
 * @param inFloat see `QuantisedGraph`
 * @throws {FtuError} `bad-input` where a range is missing
 */
export function writeQuantised(
  model: OnnxModel,
  ranges: ReadonlyMap<string, ActivationRange>,
  inFloat?: (node: OnnxNode) => boolean,
): OnnxModel {
  return new QdqWriter(model, ranges, new QuantisedGraph(model, inFloat)).written();
}

class QdqWriter {
  readonly #model: OnnxModel;
  readonly #ranges: ReadonlyMap<string, ActivationRange>;
  readonly #graph: QuantisedGraph;
  readonly #nodes: OnnxNode[] = [];
  readonly #tensors: Map<string, OnnxTensor>;
  /** Values that have their pair already. */
  readonly #paired = new Set<string>();

  constructor(model: OnnxModel, ranges: ReadonlyMap<string, ActivationRange>, graph: QuantisedGraph) {
    this.#model = model;
    this.#ranges = ranges;
    this.#graph = graph;
    this.#tensors = new Map(model.initializers.map((tensor) => [tensor.name, tensor]));
  }

  written(): OnnxModel {
    for (const node of this.#model.nodes) {
      if (node.operator === 'Conv' && this.#graph.has(node.output)) this.#convolution(node);
      else if (this.#graph.has(node.output))
        this.#nodes.push({ ...node, inputs: node.inputs.map((name) => this.#in(name)) });
      else
        this.#nodes.push({
          ...node,
          inputs: node.inputs.map((name) => (this.#graph.has(name) ? this.#in(name) : name)),
        });
    }
    const used = new Set(this.#nodes.flatMap(({ inputs }) => inputs));
    return {
      ...this.#model,
      nodes: this.#nodes,
      initializers: [...this.#tensors.values()].filter(({ name }) => used.has(name)),
    };
  }

  #tensor(name: string, shape: readonly number[], data: OnnxTensor['data']): string {
    if (!this.#tensors.has(name)) this.#tensors.set(name, { name, shape, data });
    return name;
  }

  /** The name under which a node takes a value: behind its pair, except weights, and what stays inside an operator. */
  #in(name: string): string {
    if (name === '' || this.#tensors.has(name) || this.#graph.isInside(name)) return name;
    const result = `${name}.dequantised`;
    if (this.#paired.has(name)) return result;
    this.#paired.add(name);
    const from = this.#graph.rangeOf(name);
    const { scale, zero } = this.#schemeOf(name);
    const parameters = [
      this.#tensor(`${from}.scale`, [], Float32Array.of(scale)),
      this.#tensor(`${from}.zero`, [], Uint8Array.of(zero)),
    ];
    this.#pair(name, parameters, result);
    return result;
  }

  #pair(name: string, parameters: readonly string[], result: string): void {
    const quantised = `${name}.quantised`;
    this.#nodes.push({ operator: 'QuantizeLinear', inputs: [name, ...parameters], output: quantised });
    this.#nodes.push({ operator: 'DequantizeLinear', inputs: [quantised, ...parameters], output: result });
  }

  #schemeOf(name: string): ActivationScheme {
    const from = this.#graph.rangeOf(name);
    const range = this.#ranges.get(from);
    if (range === undefined) throw new FtuError('bad-input', `no calibration tile gave "${from}" a range`);
    return activationScheme(this.#graph.within(from, range));
  }

  #convolution(node: OnnxNode): void {
    const [input = '', kernelName = '', biasName] = node.inputs;
    const kernel = this.#floats(kernelName);
    const [channels = 0] = kernel.shape;
    const { scale: inputScale } = this.#schemeOf(input);
    const bias = biasName === undefined ? undefined : this.#floats(biasName).data;
    const { weights, scales, bias: shifts } = kernelScheme(kernel.data, channels, { bias, inputScale });
    // By the convolution's name: a kernel that serves several has a bias in other units in each.
    const names = { kernel: `${node.output}.kernel`, bias: `${node.output}.bias` };
    const inputs = [this.#in(input)];
    inputs.push(
      this.#dequantised(names.kernel, {
        numbers: this.#tensor(`${names.kernel}.int8`, kernel.shape, weights),
        scales,
        zeros: new Int8Array(channels),
      }),
    );
    if (shifts !== undefined) {
      inputs.push(
        this.#dequantised(names.bias, {
          numbers: this.#tensor(`${names.bias}.int32`, [channels], shifts),
          scales: scales.map((scale) => inputScale * scale),
          zeros: new Int32Array(channels),
        }),
      );
    }
    this.#nodes.push({ ...node, inputs });
  }

  #dequantised(
    name: string,
    of: { readonly numbers: string; readonly scales: Float32Array; readonly zeros: Int8Array | Int32Array },
  ): string {
    const { length } = of.scales;
    const parameters = [
      this.#tensor(`${name}.scales`, [length], of.scales),
      this.#tensor(`${name}.zeros`, [length], of.zeros),
    ];
    this.#nodes.push({
      operator: 'DequantizeLinear',
      inputs: [of.numbers, ...parameters],
      output: name,
      attributes: { axis: 0 },
    });
    return name;
  }

  #floats(name: string): { readonly shape: readonly number[]; readonly data: Float32Array } {
    const { shape = [], data } = this.#tensors.get(name) ?? {};
    if (!(data instanceof Float32Array)) throw new RangeError(`"${name}" is no float32 tensor`);
    return { shape, data };
  }
}
