/** Which nodes of a network are computed in 8 bits, and between which of its values. */
import type { OnnxModel, OnnxNode } from '../onnx/proto.js';

/** Operators that ONNX Runtime has for uint8 and that take any number of maps of the network. */
const elementwise = new Set(['Add', 'Concat', 'GlobalAveragePool', 'MaxPool', 'Mul', 'Sigmoid']);
/** Their result has the values of their input. */
const passing = new Set(['MaxPool', 'Resize']);

export class QuantisedGraph {
  readonly #producers: ReadonlyMap<string, OnnxNode>;
  readonly #consumers = new Map<string, OnnxNode[]>();
  readonly #constants: ReadonlySet<string>;
  /** Names of values that nodes in 8 bits make. */
  readonly #quantised = new Set<string>();

  /** The convolution that makes the logits stays in float: 256 steps are too few for probabilities. */
  constructor({ nodes, initializers, input, output, tileOutput }: OnnxModel) {
    this.#constants = new Set(initializers.filter(({ data }) => data instanceof Float32Array).map(({ name }) => name));
    this.#producers = new Map(nodes.map((node) => [node.output, node]));
    for (const node of nodes) {
      for (const name of node.inputs) this.#consumers.set(name, [...(this.#consumers.get(name) ?? []), node]);
      const last = node.output === output.name || node.output === tileOutput?.name;
      if (!last && this.#inEightBits(node, input.name)) this.#quantised.add(node.output);
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

  /** Whether the value goes into x * sigmoid(x) and nowhere else. */
  feedsSilu(name: string): boolean {
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
