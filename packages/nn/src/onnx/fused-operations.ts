/** The operations that `fusedGraph` makes of a network. Maps are N x channels x height x width. */

/** `clamp` keeps values within low..high, infinite for no bound; `silu` is x times its sigmoid. */
export type FusedActivation =
  | { readonly kind: 'clamp'; readonly low: number; readonly high: number }
  | { readonly kind: 'sigmoid' }
  | { readonly kind: 'silu' };

export interface FusedConvolution {
  readonly kind: 'convolution';
  readonly input: string;
  readonly output: string;
  /** out x in x kernel x kernel; out x 1 x kernel x kernel where each channel has a kernel of its own. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly outChannels: number;
  readonly inChannels: number;
  readonly kernel: number;
  readonly stride: number;
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  readonly depthwise: boolean;
  readonly activation: FusedActivation;
}

/** A transposed convolution of 4 x 4 with stride 2 and padding 1: a map of twice the sides. */
export interface FusedUpConvolution {
  readonly kind: 'up-convolution';
  readonly input: string;
  readonly output: string;
  /** in x out x 4 x 4. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly outChannels: number;
  readonly inChannels: number;
  readonly activation: FusedActivation;
}

/** Each group of neighbouring channels to a mean of 0 and a variance of 1 over all pixels, then a factor and a summand for each channel. */
export interface FusedGroupNorm {
  readonly kind: 'group-norm';
  readonly input: string;
  readonly output: string;
  readonly groups: number;
  readonly epsilon: number;
  readonly factors: Float32Array;
  readonly summands: Float32Array;
  readonly activation: FusedActivation;
}

export type FusedOperation =
  | FusedConvolution
  | FusedUpConvolution
  /** The sum of two maps of one shape. */
  | {
      readonly kind: 'add';
      readonly inputs: readonly [string, string];
      readonly output: string;
      readonly activation: FusedActivation;
    }
  /** The mean of each channel, a map of one pixel. */
  | { readonly kind: 'mean'; readonly input: string; readonly output: string }
  /** The largest of each channel in 3 x 3 pixels, at every second pixel; no number of the map is below zero, which counts beyond its border. */
  | { readonly kind: 'pool'; readonly input: string; readonly output: string }
  /** A map times a map of one pixel, channel by channel. */
  | { readonly kind: 'scale'; readonly input: string; readonly factors: string; readonly output: string }
  /** Each pixel repeated 2 x 2. */
  | { readonly kind: 'enlarge'; readonly input: string; readonly output: string }
  /** Bilinear interpolation to `factor` times the sides, corners on corners. */
  | { readonly kind: 'stretch'; readonly input: string; readonly factor: number; readonly output: string }
  | FusedGroupNorm
  /** Channels of several maps, one after the other. */
  | { readonly kind: 'join'; readonly inputs: readonly string[]; readonly output: string };

export interface FusedGraph {
  /** The image, N x 3 x H x W. */
  readonly input: string;
  /** The logits, N x classes x H x W. */
  readonly output: string;
  /** Each after those that it needs. */
  readonly operations: readonly FusedOperation[];
}
