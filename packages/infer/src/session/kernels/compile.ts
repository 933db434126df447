/** From the operations of a network to those that the kernels compute: joined and enlarged maps are looked at where they lie, and weights are packed. */
import type {
  FusedActivation,
  FusedConvolution,
  FusedGraph,
  FusedGroupNorm,
  FusedOperation,
  FusedUpConvolution,
} from '@ftuseg/nn';
import { type Finish, type NetworkMemory, unfinished } from './kernels.js';
import {
  channelPlaces,
  isWorthQuarters,
  packDepthwise,
  packNarrow,
  packQuarters,
  packWindows,
  packWinograd,
  padBias,
  padded,
  phaseKernels,
} from './pack.js';
import type { CompiledNetwork, Computed, Output, Part } from './steps.js';

function finishOf(activation: FusedActivation): Finish {
  if (activation.kind === 'clamp') return [0, activation.low, activation.high];
  const [, low, high] = unfinished;
  return [activation.kind === 'sigmoid' ? 1 : 2, low, high];
}

const isWinograd = ({ kernel, stride, pads, depthwise }: FusedConvolution): boolean =>
  kernel === 3 && stride === 1 && !depthwise && pads.every((pad) => pad === 1);

/** With fewer channels the products of transformed tiles are too short to be worth their transforms. */
const STRIDED_CHANNELS = 16;

const isStridedWinograd = ({ kernel, stride, depthwise, inChannels }: FusedConvolution): boolean =>
  kernel === 3 && stride === 2 && !depthwise && inChannels >= STRIDED_CHANNELS;

/** To so few channels sums over the channels of the input are faster: products come in fours. */
const NARROW = 2;

/** On maps of so much of the image's side tiles of six pixels take fewer multiplications than those of four, which fit smaller maps better. */
const WIDE = 1 / 4;

/** Of the image: red, green and blue. */
const COLOURS = 3;

/**
 * @param memory gets the weights
 * @returns undefined for a network that fits no kernel
 * @throws {FtuError} as `NetworkMemory.put`
 */
export function compileNetwork(graph: FusedGraph, memory: NetworkMemory): CompiledNetwork | undefined {
  const compiler = new Compiler(memory, graph.input);
  for (const operation of graph.operations) compiler.add(operation);
  const { steps, fits } = compiler;
  const classes = steps.find(({ output }) => output === graph.output)?.channels;
  if (!fits || classes === undefined) return undefined;
  return { input: graph.input, output: graph.output, channels: COLOURS, classes, steps };
}

/** Of those that are put together, which have one size, the first. */
const inputOf = (operation: FusedOperation): string =>
  'inputs' in operation ? (operation.inputs[0] ?? '') : operation.input;

/** How much larger a side of the output is than one of the input; nothing that is large comes after a mean. */
function enlargement(operation: FusedOperation): number {
  switch (operation.kind) {
    case 'convolution':
      return 1 / operation.stride;
    case 'pool':
      return 1 / 2;
    case 'enlarge':
    case 'up-convolution':
      return 2;
    case 'stretch':
      return operation.factor;
    case 'mean':
      return 0;
    default:
      return 1;
  }
}

class Compiler {
  readonly steps: Computed[] = [];
  /** False where channels that would have to be multiples of four are none. */
  fits = true;
  readonly #channels = new Map<string, number>();
  /** The side of each map, as a share of the image's. */
  readonly #shares = new Map<string, number>();
  /** Maps that are parts of others and lie nowhere themselves. */
  readonly #views = new Map<string, readonly Part[]>();

  constructor(
    private readonly memory: NetworkMemory,
    input: string,
  ) {
    this.#channels.set(input, COLOURS);
    this.#shares.set(input, 1);
  }

  add(operation: FusedOperation): void {
    this.#shares.set(operation.output, this.#shareOf(inputOf(operation)) * enlargement(operation));
    switch (operation.kind) {
      case 'convolution':
        this.#convolution(operation);
        return;
      case 'up-convolution':
        this.#upConvolution(operation);
        return;
      case 'enlarge':
        this.#enlarge(operation);
        return;
      case 'pool':
        this.#step({ kind: 'pool', input: this.#whole(operation.input), ...this.#like(operation.input, operation) });
        return;
      case 'stretch': {
        const { input, factor } = operation;
        this.#step({ kind: 'stretch', factor, input: this.#whole(input), ...this.#like(input, operation) });
        return;
      }
      case 'group-norm':
        this.#groupNorm(operation);
        return;
      case 'join':
        this.#view(
          operation.output,
          operation.inputs.flatMap((input) => this.#partsOf(input)),
        );
        return;
      case 'add': {
        const [a, b] = operation.inputs;
        const finish = finishOf(operation.activation);
        this.#step({ kind: 'add', inputs: [this.#whole(a), this.#whole(b)], finish, ...this.#like(a, operation) });
        return;
      }
      case 'mean':
        this.#step({ kind: 'mean', input: this.#whole(operation.input), ...this.#like(operation.input, operation) });
        return;
      case 'scale': {
        const { input, factors } = operation;
        this.#step({
          kind: 'scale',
          input: this.#whole(input),
          factors: this.#whole(factors),
          ...this.#like(input, operation),
        });
      }
    }
  }

  #step(step: Computed): void {
    this.steps.push(step);
    this.#channels.set(step.output, step.channels);
  }

  #like(input: string, { output }: { readonly output: string }): Output {
    return { output, channels: this.#channels.get(input) ?? 0, share: this.#shareOf(output) };
  }

  #shareOf(name: string): number {
    return this.#shares.get(name) ?? 1;
  }

  #partsOf(name: string): readonly Part[] {
    return this.#views.get(name) ?? [{ name, shift: 0 }];
  }

  #view(name: string, parts: readonly Part[]): void {
    this.#views.set(name, parts);
    const widths = parts.map((part) => this.#channels.get(part.name) ?? 0);
    this.#channels.set(
      name,
      widths.reduce((sum, width) => sum + width, 0),
    );
  }

  #enlarge({ input, output }: { readonly input: string; readonly output: string }): void {
    const parts = this.#partsOf(input).map(({ name, shift }) => (shift === 0 ? name : undefined));
    const name = parts.length === 1 && parts[0] !== undefined ? parts[0] : this.#whole(input);
    this.#view(output, [{ name, shift: 1 }]);
  }

  /** The name of a map that lies somewhere in one piece; where there is none yet, it is put together. */
  #whole(name: string): string {
    const parts = this.#partsOf(name);
    const [first] = parts;
    if (parts.length === 1 && first?.shift === 0) return first.name;
    if (parts.length > 1 && parts.some((part) => (this.#channels.get(part.name) ?? 0) % 4 !== 0)) this.fits = false;
    const output = `${name}.whole`;
    this.#step({ kind: 'place', parts, output, channels: this.#channels.get(name) ?? 0, share: this.#shareOf(name) });
    this.#views.set(name, [{ name: output, shift: 0 }]);
    return output;
  }

  #convolution(operation: FusedConvolution): void {
    const { input, output, kernel, stride, pads, outChannels, activation } = operation;
    const bias = this.memory.put(padBias(operation.bias));
    const shared = { output, channels: outChannels, share: this.#shareOf(output), bias, finish: finishOf(activation) };
    const parts = this.#partsOf(input);
    const [places, depth] = this.#layout(parts);
    const [only] = parts;
    if (isWinograd(operation) && outChannels <= NARROW && parts.length === 1 && only?.shift === 0) {
      const weights = this.memory.put(packNarrow(operation, { places, depth }));
      this.#step({ kind: 'narrow', input: only.name, weights, ...shared });
      return;
    }
    if (isWinograd(operation) || isStridedWinograd(operation)) {
      const pixels = stride === 2 ? 9 : this.#shareOf(input) >= WIDE ? 8 : 6;
      const weights = this.memory.put(packWinograd(operation, { places, depth }, pixels));
      const zeros = this.memory.put(new Float32Array(Math.max(depth, padded(outChannels))));
      this.#step({ kind: 'winograd', pixels, pads, parts, weights, zeros, ...shared });
      return;
    }
    const windowed = { input: this.#whole(input), kernel, stride, pads, ...shared };
    if (operation.depthwise) {
      this.#step({ kind: 'depthwise', weights: this.memory.put(packDepthwise(operation)), ...windowed });
      return;
    }
    const packed = packWindows(operation, { places, depth });
    const weights = this.memory.put(packed);
    const shape = [kernel * kernel * depth, padded(outChannels)] as const;
    const isOften = shared.share > 0 && isWorthQuarters(...shape);
    const quarters = isOften ? this.memory.put(packQuarters(packed, shape[0])) : undefined;
    this.#step({ kind: 'windows', weights, quarters, ...windowed });
  }

  #groupNorm(operation: FusedGroupNorm): void {
    const { input, groups, epsilon, activation } = operation;
    const own = this.#like(input, operation);
    const groupChannels = own.channels / groups;
    // Vectors hold four channels of one group.
    if (groupChannels % 4 !== 0) this.fits = false;
    const [factors, summands] = [this.memory.put(operation.factors), this.memory.put(operation.summands)];
    const finish = finishOf(activation);
    const numbers = { groupChannels, epsilon, factors, summands, finish };
    this.#step({ kind: 'group-norm', input: this.#whole(input), ...numbers, ...own });
  }

  #upConvolution(operation: FusedUpConvolution): void {
    const { input, output, inChannels, outChannels, activation } = operation;
    const [places, depth] = this.#layout(this.#partsOf(input));
    const phases = phaseKernels(operation).map((weights) =>
      this.memory.put(packWindows({ weights, outChannels, inChannels, kernel: 2 }, { places, depth })),
    );
    const bias = this.memory.put(padBias(operation.bias));
    const finish = finishOf(activation);
    const made = { output, channels: outChannels, share: this.#shareOf(output) };
    this.#step({ kind: 'up', input: this.#whole(input), phases, bias, finish, ...made });
  }

  #layout(parts: readonly Part[]): readonly [places: readonly number[], depth: number] {
    const widths = parts.map(({ name }) => this.#channels.get(name) ?? 0);
    return [channelPlaces(widths), widths.reduce((sum, width) => sum + padded(width), 0)];
  }
}
