/**
 * A network of `exportOnnx` as the few operations that convolutional ones are made of, each with the activation that follows it: what a program
 * needs that computes networks itself.
 */
import { floatForm, isQuantised } from '../quantisation/float-form.js';
import { decodeOnnxModel } from './decode.js';
import type {
  FusedActivation,
  FusedConvolution,
  FusedGraph,
  FusedGroupNorm,
  FusedOperation,
  FusedUpConvolution,
} from './fused-operations.js';
import { hasSoundShapes } from './fused-shapes.js';
import type { OnnxModel, OnnxNode } from './proto.js';

const none: FusedActivation = { kind: 'clamp', low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/**
 * @returns undefined for a file of others, one with a tile classifier or in 8 bits, a network with any other operation, and one whose operations do not fit together
 * @example
 * const graph = fusedGraph(await readFile('model.onnx'));
 */
export function fusedGraph(file: Uint8Array): FusedGraph | undefined {
  const model = decodeOnnxModel(file);
  if (model === undefined || model.tileOutput !== undefined || isQuantised(model)) return undefined;
  const graph = new Fusion(floatForm(model)).graph();
  return graph !== undefined && hasSoundShapes(graph) ? graph : undefined;
}

/** The numbers of an attribute that is a list. */
const listOf = ({ attributes }: OnnxNode, name: string): readonly number[] => {
  const value = attributes?.[name];
  return Array.isArray(value) ? value : [];
};

const isList = (node: OnnxNode, name: string, numbers: string): boolean => listOf(node, name).join() === numbers;

class Fusion {
  readonly #tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
  readonly #users = new Map<string, OnnxNode[]>();
  /** Nodes that are part of an operation before them. */
  readonly #taken = new Set<OnnxNode>();
  /** Maps of one pixel. */
  readonly #single = new Set<string>();
  /** Maps without a number below zero. */
  readonly #positive = new Set<string>();

  constructor(private readonly model: OnnxModel) {
    this.#tensors = new Map(
      model.initializers.flatMap(({ name, shape, data }) =>
        data instanceof Float32Array ? [[name, { shape, data }] as const] : [],
      ),
    );
    for (const node of model.nodes) {
      for (const input of node.inputs) this.#users.set(input, [...(this.#users.get(input) ?? []), node]);
    }
  }

  graph(): FusedGraph | undefined {
    const operations: FusedOperation[] = [];
    for (const node of this.model.nodes) {
      if (this.#taken.has(node)) continue;
      const operation = this.#operation(node);
      if (operation === undefined) return undefined;
      operations.push(operation);
    }
    return { input: this.model.input.name, output: this.model.output.name, operations };
  }

  #operation(node: OnnxNode): FusedOperation | undefined {
    const { operator, inputs, output } = node;
    const [first = '', second = ''] = inputs;
    const isComputed = !inputs.some((input) => this.#tensors.has(input));
    switch (operator) {
      case 'Conv':
        return this.#convolution(node);
      case 'Add':
        if (!isComputed || this.#single.has(first) !== this.#single.has(second)) return undefined;
        return { kind: 'add', inputs: [first, second], ...this.#activated(output) };
      case 'GlobalAveragePool':
        this.#single.add(output);
        return { kind: 'mean', input: first, output };
      case 'Mul':
        if (!isComputed || this.#single.has(first) || !this.#single.has(second)) return undefined;
        return { kind: 'scale', input: first, factors: second, output };
      case 'ConvTranspose':
        return this.#upConvolution(node);
      case 'MaxPool': {
        const isHalving = isList(node, 'kernel_shape', '3,3') && isList(node, 'strides', '2,2');
        const isFit = isHalving && isList(node, 'pads', '1,1,1,1') && this.#positive.has(first);
        return isFit ? { kind: 'pool', input: first, output } : undefined;
      }
      case 'Concat':
        return isComputed && node.attributes?.axis === 1 ? { kind: 'join', inputs, output } : undefined;
      case 'Resize':
        return this.#resize(node);
      case 'Shape':
        return this.#groupNorm(first, node);
      default:
        return undefined;
    }
  }

  #resize({ attributes, inputs, output }: OnnxNode): FusedOperation | undefined {
    const [input = '', , scalesName = ''] = inputs;
    const [items, channels, factor = 0, across] = this.#tensors.get(scalesName)?.data ?? [];
    if (items !== 1 || channels !== 1 || factor !== across || inputs.length > 3) return undefined;
    const { mode, coordinate_transformation_mode: corners, nearest_mode: rounding } = attributes ?? {};
    const isRepeated = mode === 'nearest' && corners === 'asymmetric' && rounding === 'floor' && factor === 2;
    if (isRepeated) return { kind: 'enlarge', input, output };
    const isStretched = mode === 'linear' && corners === 'align_corners' && Number.isInteger(factor);
    return isStretched ? { kind: 'stretch', input, factor, output } : undefined;
  }

  /** The nodes as which `OnnxOps.groupNorm` writes it, of which `shape` is the first. */
  #groupNorm(input: string, shape: OnnxNode): FusedGroupNorm | undefined {
    const follower = (of: OnnxNode | undefined, operator: string): OnnxNode | undefined => {
      const [next, ...others] = this.#users.get(of?.output ?? '') ?? [];
      return next?.operator === operator && others.length === 0 ? next : undefined;
    };
    const split = this.#users.get(input)?.find(({ operator }) => operator === 'Reshape');
    const norm = follower(split, 'InstanceNormalization');
    const joined = follower(norm, 'Reshape');
    const scaled = follower(joined, 'Mul');
    const moved = follower(scaled, 'Add');
    const numbers = (node: OnnxNode | undefined, place: number) => this.#tensors.get(node?.inputs[place] ?? '')?.data;
    const [ones, zeros, factors, summands] = [
      numbers(norm, 1),
      numbers(norm, 2),
      numbers(scaled, 1),
      numbers(moved, 1),
    ];
    const epsilon = norm?.attributes?.epsilon;
    const isPlain = ones?.every((one) => one === 1) === true && zeros?.every((zero) => zero === 0) === true;
    const target = this.model.initializers.find(({ name }) => name === split?.inputs[1])?.data.join();
    if (!isPlain || target !== `0,${ones.length},-1` || joined?.inputs[1] !== shape.output) return undefined;
    if (split === undefined || norm === undefined || scaled === undefined || moved === undefined) return undefined;
    if (factors === undefined || summands === undefined || typeof epsilon !== 'object' || 'length' in epsilon)
      return undefined;
    for (const node of [split, norm, joined, scaled, moved]) this.#taken.add(node);
    const rest = { groups: ones.length, epsilon: epsilon.float, factors, summands, ...this.#activated(moved.output) };
    return { kind: 'group-norm', input, ...rest };
  }

  #convolution(node: OnnxNode): FusedConvolution | undefined {
    const [input = '', weightName = '', biasName = ''] = node.inputs;
    const weight = this.#tensors.get(weightName);
    const bias = this.#tensors.get(biasName);
    if (weight === undefined || (biasName !== '' && bias === undefined)) return undefined;
    const [outChannels = 0, deep = 0, kernel = 0, across = 0] = weight.shape;
    const [stride = 1, strideAcross = stride] = listOf(node, 'strides');
    const [top = 0, left = 0, bottom = 0, right = 0] = listOf(node, 'pads');
    const group = node.attributes?.group ?? 1;
    const depthwise = group !== 1;
    const isOwn = group === outChannels && deep === 1;
    const isSquare = kernel === across && stride === strideAcross && weight.shape.length === 4;
    if (!isSquare || (depthwise && !isOwn) || listOf(node, 'dilations').some((dilation) => dilation !== 1))
      return undefined;
    const { output, activation } = this.#activated(node.output);
    if (this.#single.has(input)) this.#single.add(output);
    return {
      kind: 'convolution',
      input,
      output,
      weights: weight.data,
      bias: bias?.data ?? new Float32Array(outChannels),
      outChannels,
      inChannels: depthwise ? outChannels : deep,
      kernel,
      stride,
      pads: [top, left, bottom, right],
      depthwise,
      activation,
    };
  }

  #upConvolution(node: OnnxNode): FusedUpConvolution | undefined {
    const [input = '', weightName = '', biasName = ''] = node.inputs;
    const weight = this.#tensors.get(weightName);
    const bias = this.#tensors.get(biasName);
    const isTwice = isList(node, 'strides', '2,2') && isList(node, 'pads', '1,1,1,1');
    const [inChannels = 0, outChannels = 0, ...kernel] = weight?.shape ?? [];
    const isOdd = ['group', 'dilations', 'output_padding', 'auto_pad'].some((name) => name in (node.attributes ?? {}));
    if (weight === undefined || (biasName !== '' && bias === undefined)) return undefined;
    if (!isTwice || isOdd || kernel.join() !== '4,4') return undefined;
    const plain = { weights: weight.data, bias: bias?.data ?? new Float32Array(outChannels) };
    const normalised = this.#normalised(node.output, { ...plain, outChannels });
    const { output, activation } = this.#activated(normalised.output);
    return { kind: 'up-convolution', input, inChannels, outChannels, ...normalised, output, activation };
  }

  /** Weights in x out x rest and a bias with the BatchNorm that alone follows. */
  #normalised(
    value: string,
    { weights, bias, outChannels }: Pick<FusedUpConvolution, 'weights' | 'bias' | 'outChannels'>,
  ): Pick<FusedUpConvolution, 'weights' | 'bias' | 'output'> {
    const [node, ...others] = this.#users.get(value) ?? [];
    const epsilon = node?.attributes?.epsilon;
    const isNorm = node?.operator === 'BatchNormalization' && others.length === 0 && typeof epsilon === 'object';
    const tensors = (isNorm ? node.inputs.slice(1) : []).map((name) => this.#tensors.get(name)?.data);
    const [gamma, beta, means, variances] = tensors;
    if (!isNorm || 'length' in epsilon || !gamma || !beta || !means || !variances) {
      return { weights, bias, output: value };
    }
    this.#taken.add(node);
    const factors = gamma.map((factor, channel) => factor / Math.sqrt((variances[channel] ?? 0) + epsilon.float));
    const taps = 16;
    return {
      weights: weights.map((weight, i) => weight * (factors[Math.floor(i / taps) % outChannels] ?? 0)),
      bias: bias.map((one, i) => (one - (means[i] ?? 0)) * (factors[i] ?? 0) + (beta[i] ?? 0)),
      output: node.output,
    };
  }

  /** What is done to a value before anything else sees it, and the name that it has afterwards. */
  #activated(value: string): { readonly output: string; readonly activation: FusedActivation } {
    const users = this.#users.get(value) ?? [];
    const plain = { output: value, activation: none };
    if (value === this.model.output.name) return plain;
    const [first, second] = users;
    const take = (activation: FusedActivation, ...nodes: OnnxNode[]) => {
      for (const node of nodes) this.#taken.add(node);
      return { output: nodes.at(-1)?.output ?? value, activation };
    };
    if (first?.operator === 'Sigmoid' && second?.operator === 'Mul' && users.length === 2) {
      const isProduct = second.inputs.includes(value) && second.inputs.includes(first.output);
      const isOnly = this.#users.get(first.output)?.length === 1;
      return isProduct && isOnly ? take({ kind: 'silu' }, first, second) : plain;
    }
    if (first === undefined || users.length > 1) return plain;
    if (first.operator === 'Sigmoid') return take({ kind: 'sigmoid' }, first);
    if (first.operator === 'Relu') {
      this.#positive.add(first.output);
      return take({ kind: 'clamp', low: 0, high: Number.POSITIVE_INFINITY }, first);
    }
    if (first.operator !== 'Clip') return plain;
    const [low, high] = first.inputs.slice(1).map((bound) => this.#tensors.get(bound)?.data[0]);
    return low === undefined || high === undefined ? plain : take({ kind: 'clamp', low, high }, first);
  }
}
