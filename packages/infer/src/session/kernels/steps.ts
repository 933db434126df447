/** What a network is computed by: steps in order, each of which a kernel takes. */
import type { FusedConvolution } from '@ftuseg/nn';
import type { Finish } from './kernels.js';

/** Some channels of what a convolution sees: a map as it is (shift 0), or with each pixel repeated 2 x 2 (shift 1). */
export interface Part {
  readonly name: string;
  readonly shift: 0 | 1;
}

export interface Output {
  readonly output: string;
  /** Of the output. */
  readonly channels: number;
  /** A side of the output, as a share of the image's; 0 for a map of one pixel. */
  readonly share: number;
}

interface Weighted extends Output {
  readonly weights: number;
  readonly bias: number;
  readonly finish: Finish;
}

/** A convolution that looks at whole maps. */
interface Windowed extends Weighted {
  readonly input: string;
  readonly kernel: number;
  readonly stride: number;
  readonly pads: FusedConvolution['pads'];
}

/** Pixels in a side of the tiles of a convolution by Winograd: 6 for four of the result, 8 for six, and with stride 2 9 for four. */
export type TilePixels = 6 | 8 | 9;

/** A 3 x 3 convolution with stride 1 or 2. */
export interface WinogradStep extends Weighted {
  readonly kind: 'winograd';
  readonly pixels: TilePixels;
  readonly pads: FusedConvolution['pads'];
  readonly parts: readonly Part[];
  /** Zeros: a pixel of all parts, and a bias of none. */
  readonly zeros: number;
}

/** A 3 x 3 convolution with stride 1 to one channel or two. */
export interface NarrowStep extends Weighted {
  readonly kind: 'narrow';
  readonly input: string;
}

/** Any other convolution, as a product of what it sees and its weights. */
export interface WindowsStep extends Windowed {
  readonly kind: 'windows';
  /** Sums of quarters of the weights, where seven products of quarters are worth it. */
  readonly quarters: number | undefined;
}

/** A convolution whose channels have kernels of their own. */
export interface DepthwiseStep extends Windowed {
  readonly kind: 'depthwise';
}

/** A transposed convolution of 4 x 4: each of the four pixels that one becomes is a convolution of 2 x 2. */
export interface UpStep extends Output {
  readonly kind: 'up';
  readonly input: string;
  /** Of the pixels in order: upper left, upper right, lower left, lower right. */
  readonly phases: readonly number[];
  readonly bias: number;
  readonly finish: Finish;
}

/** The largest of 3 x 3 at every second pixel. */
export interface PoolStep extends Output {
  readonly kind: 'pool';
  readonly input: string;
}

export interface GroupNormStep extends Output {
  readonly kind: 'group-norm';
  readonly input: string;
  /** Of a group. */
  readonly groupChannels: number;
  readonly epsilon: number;
  readonly factors: number;
  readonly summands: number;
  readonly finish: Finish;
}

/** Parts that are put together in one map. */
export interface PlaceStep extends Output {
  readonly kind: 'place';
  readonly parts: readonly Part[];
}

export type Computed =
  | WinogradStep
  | NarrowStep
  | WindowsStep
  | DepthwiseStep
  | UpStep
  | PoolStep
  | GroupNormStep
  | PlaceStep
  | (Output & { readonly kind: 'add'; readonly inputs: readonly [string, string]; readonly finish: Finish })
  | (Output & { readonly kind: 'stretch'; readonly input: string; readonly factor: number })
  | (Output & { readonly kind: 'mean'; readonly input: string })
  | (Output & { readonly kind: 'scale'; readonly input: string; readonly factors: string });

export interface CompiledNetwork {
  readonly input: string;
  readonly output: string;
  /** Of the input. */
  readonly channels: number;
  readonly classes: number;
  readonly steps: readonly Computed[];
}

/** The maps that a step looks at. */
export function inputsOf(step: Computed): readonly string[] {
  switch (step.kind) {
    case 'winograd':
    case 'place':
      return step.parts.map(({ name }) => name);
    case 'add':
      return step.inputs;
    case 'scale':
      return [step.input, step.factors];
    default:
      return [step.input];
  }
}
