/** Which nodes of a network are computed in 8 bits, and between which of its values. */
import type { OnnxModel, OnnxNode } from '../onnx/proto.js';
import type { ActivationRange } from './activation-range.js';

/** Operators that ONNX Runtime has for uint8 and that take any number of maps of the network. */
const elementwise = new Set(['Add', 'Concat', 'GlobalAveragePool', 'MaxPool', 'Mul', 'Sigmoid']);
/** Their result has the values of their input. */
const passing = new Set(['MaxPool', 'Resize']);

/** x * sigmoid(x) is 0 within 0.003 below this: steps spent there would be lost. */
const SILU_FLOOR = -8;

export class QuantisedGraph {
  readonly #producers: ReadonlyMap<string, OnnxNode>;
  readonly #consumers = new Map<string, OnnxNode[]>();
  /** Tensors of floats, with their first number. */
  readonly #constants: ReadonlyMap<string, number>;
  /** Names of values that nodes in 8 bits make. */
  readonly #quantised = new Set<string>();

  /**
   * The convolution that makes the logits stays in float: 256 steps are too few for probabilities.
   * @param inFloat nodes that stay in float besides, to learn what their 8 bits cost
   */
  constructor(
    { nodes, initializers, input, output, tileOutput }: OnnxModel,
    inFloat: (node: OnnxNode) => boolean = () => false,
  ) {
    this.#constants = new Map(
      initializers.flatMap(({ name, data }) => (data instanceof Float32Array ? [[name, data[0] ?? 0]] : [])),
    );
    this.#producers = new Map(nodes.map((node) => [node.output, node]));
    for (const node of nodes) {
      for (const name of node.inputs) this.#consumers.set(name, [...(this.#consumers.get(name) ?? []), node]);
      const last = node.output === output.name || node.output === tileOutput?.name;
      if (!last && !inFloat(node) && this.#inEightBits(node, input.name)) this.#quantised.add(node.output);
    }
  }

  #inEightBits({ operator, inputs, attributes }: OnnxNode, image: string): boolean {
    const [first = '', kernel = '', bias] = inputs;
    const known = (name: string): boolean => name === image || this.#quantised.has(name);
    if (operator === 'Conv') {
      return this.#constants.has(kernel) && (bias === undefined || this.#constants.has(bias));
    }
    if (operator === 'Relu' || operator === 'Clip') return this.#quantised.has(first);
    if (operator === 'Resize') return attributes?.mode === 'nearest' && known(first);
    return elementwise.has(operator) && inputs.every(known);
  }

  /** Whether a node in 8 bits makes the value. */
  has(name: string): boolean {
    return this.#quantised.has(name);
  }

  /** Whether the value exists only inside an operator in 8 bits: what a Relu or a Clip alone takes. */
  isInside(name: string): boolean {
    const [only, ...others] = this.#consumers.get(name) ?? [];
    return (
      others.length === 0 &&
      only !== undefined &&
      (only.operator === 'Relu' || only.operator === 'Clip') &&
      this.has(name) &&
      this.has(only.output)
    );
  }

  /** The value whose range this one has: itself, or what was only moved or picked to make it. */
  rangeOf(name: string): string {
    const node = this.#producers.get(name);
    const [from] = node?.inputs ?? [];
    return node !== undefined && from !== undefined && this.has(name) && passing.has(node.operator)
      ? this.rangeOf(from)
      : name;
  }

  /**
   * The range within what the value's operator lets through. ONNX Runtime leaves a Relu or a Clip out where bytes cannot say more than it lets through, and
   * fails to open a network with a Clip that does something (version 1.30: "two nodes with same node name").
   */
  within(name: string, [low, high]: ActivationRange): ActivationRange {
    const { operator, inputs } = this.#producers.get(name) ?? {};
    if (operator === 'Relu') return [0, high];
    if (operator === 'Sigmoid') return [0, Math.min(high, 1)];
    if (operator === 'Clip') {
      const [from, to] = [inputs?.[1], inputs?.[2]].map((limit) => this.#constants.get(limit ?? ''));
      // Rounded to float32, 255 steps must not be more.
      return [Math.max(low, from ?? low), Math.min(high, (to ?? high) * (1 - 2 ** -20))];
    }
    return this.#feedsSilu(name) ? [Math.max(low, SILU_FLOOR), high] : [low, high];
  }

  /** Whether the value goes into x * sigmoid(x) and nowhere else. */
  #feedsSilu(name: string): boolean {
    const [a, b, ...others] = this.#consumers.get(name) ?? [];
    if (a === undefined || b === undefined || others.length > 0) return false;
    const [gate, product] = a.operator === 'Sigmoid' ? [a, b] : [b, a];
    return gate.operator === 'Sigmoid' && product.operator === 'Mul' && product.inputs.includes(gate.output);
  }

  /** Values that 8 bits are spent on: inputs of nodes in 8 bits, and their results. */
  ranges(nodes: readonly OnnxNode[]): readonly string[] {
    const names = new Set<string>();
    for (const node of nodes) {
      if (!this.has(node.output)) continue;
      if (!this.isInside(node.output)) names.add(this.rangeOf(node.output));
      const maps = node.operator === 'Concat' || elementwise.has(node.operator) ? node.inputs : node.inputs.slice(0, 1);
      for (const name of maps) if (!this.isInside(name)) names.add(this.rangeOf(name));
    }
    return [...names];
  }
}
