/** An ONNX graph while it is written: nodes in order, and the tensors that they refer to. */
import { FtuError } from '@ftuseg/core';
import type { StateDict } from '../state/state.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './proto.js';

/** Orders of the axes: N x C x H x W to N x H x W x C, and back. */
const channelsLast = [0, 2, 3, 1];
const channelsFirst = [0, 3, 1, 2];

export class GraphWriter {
  readonly nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();
  readonly #turned = new Map<string, string>();
  readonly #state: StateDict;

  constructor(state: StateDict) {
    this.#state = state;
  }

  /** The tensors that the nodes refer to; weights that no node uses are not among them. */
  get initializers(): readonly OnnxTensor[] {
    return [...this.#initializers.values()];
  }

  /** Appends a node and returns its output's name. */
  node(operator: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string {
    const output = `${operator}_${this.nodes.length}`;
    this.nodes.push({ operator, inputs, output, attributes });
    return output;
  }

  /** The value N x C x H x W as N x H x W x C; written once. */
  positions(planes: string): string {
    return this.#turn(planes, channelsLast);
  }

  /** The value N x H x W x C as N x C x H x W; written once. */
  planes(positions: string): string {
    return this.#turn(positions, channelsFirst);
  }

  #turn(value: string, perm: readonly number[]): string {
    const found = this.#turned.get(value);
    if (found !== undefined) return found;
    const turned = this.node('Transpose', [value], { perm });
    this.#turned.set(value, turned).set(turned, value);
    return turned;
  }

  initializer(name: string, shape: readonly number[], data: Float32Array): string {
    if (!this.#initializers.has(name)) this.#initializers.set(name, { name, shape, data });
    return name;
  }

  /** A list of integers; lists of the same name are the same. */
  integers(name: string, values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    if (!this.#initializers.has(name)) this.#initializers.set(name, { name, shape: [values.length], data });
    return name;
  }

  /** A tensor of the state, under its name. */
  parameter(name: string, shape: readonly number[]): string {
    return this.initializer(name, shape, this.weights(name));
  }

  weights(name: string): Float32Array {
    const tensor = this.#state.get(name);
    if (tensor?.dtype !== 'float32') throw new FtuError('bad-input', `the state has no float32 tensor "${name}"`);
    return tensor.data;
  }
}
