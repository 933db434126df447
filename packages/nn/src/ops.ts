/**
 * The operators that networks are written in. A network calls them through this interface and never learns whether
 * libtorch runs them (`TorchOps`), an ONNX graph is written (`OnnxOps`) or shapes are counted (`ShapeOps`).
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
} from './layers.js';

/** What follows a normalisation; `silu` is x * sigmoid(x), `relu6` is min(max(x, 0), 6). */
export type Activation = 'identity' | 'relu' | 'relu6' | 'silu' | 'sigmoid';

/**
 * Where pixels of an enlarged map lie, in ONNX's words: `align_corners` puts corner pixels onto corner pixels, `half_pixel` the edges of the
 * map onto its edges, as TensorFlow 2 does.
 */
export type ResizeCoordinates = 'align_corners' | 'half_pixel';

/**
 * An interpreter of networks over its own kind of value `T`. Every value is a feature map N x C x H x W, and
 * operators never change the values they are given.
 */
export interface Ops<T> {
  /** Enters the network. Throws `FtuError` where height or width is known and not a multiple of `multiple`. */
  input(x: T, multiple: number): T;
  /** Cross-correlation with the layer's kernel, stride, explicit zero padding and groups. */
  conv2d(x: T, layer: Conv2d): T;
  /** Batch normalisation and, in the same breath, its activation (so that an interpreter may fuse or reuse memory). */
  batchNorm(x: T, layer: BatchNorm, activation: Activation): T;
  /** The adjoint of a convolution: height and width become (n - 1) stride + kernel - 2 crop. */
  convTranspose2d(x: T, layer: ConvTranspose2d): T;
  /** Group normalisation and its activation. */
  groupNorm(x: T, layer: GroupNorm, activation: Activation): T;
  /** Each position's channels, brought to mean 0 and variance 1 and then scaled and shifted per channel. */
  layerNorm(x: T, layer: LayerNorm): T;
  /** A matrix over the channels of each position, and a bias. */
  linear(x: T, layer: Linear): T;
  /** Each channel times its trained factor. */
  scaleChannels(x: T, layer: LayerScale): T;
  activate(x: T, activation: Activation): T;
  /** The Gaussian error linear unit x (1 + erf(x / sqrt(2))) / 2 (Hendrycks & Gimpel 2016), exact. */
  gelu(x: T): T;
  /**
   * Multi-head scaled dot-product attention (Vaswani et al. 2017, equation 1) of every position of `query`, N x C x H x W, over all
   * positions of `keyValue`, N x 2C x h x w, whose first C channels are keys and the others values.
   */
  attention(query: T, keyValue: T, numbers: MultiHead): T;
  /** Element-wise sum of two maps of one shape. */
  add(a: T, b: T): T;
  /** Element-wise product; `gate` may be N x C x 1 x 1 or N x 1 x H x W. */
  mul(x: T, gate: T): T;
  /** Concatenation along channels. */
  cat(parts: readonly T[]): T;
  /** Mean over height and width: N x C x 1 x 1. */
  globalAveragePool(x: T): T;
  /** Largest value over height and width: N x C x 1 x 1. */
  globalMaxPool(x: T): T;
  /** Mean over the channels: N x 1 x H x W. */
  channelMean(x: T): T;
  /** Largest value over the channels: N x 1 x H x W. */
  channelMax(x: T): T;
  /** Largest value of each window. */
  maxPool(x: T, pooling: Pooling): T;
  /** Doubles height and width by repeating pixels. */
  upsampleNearest2x(x: T): T;
  /**
   * The convolution of `cat([upsampleNearest2x(x), skip])`, or of the enlarged `x` alone; an interpreter may know a shorter way.
   * `layer` is 3 x 3 with stride 1, padding 1 and no bias.
   */
  upsampledConv2d(x: T, skip: T | undefined, layer: Conv2d): T;
  /**
   * Multiplies height and width by `factor`, bilinearly; `coordinates` default to `align_corners`. A factor of 1/2 with `half_pixel`
   * gives the mean of every 2 x 2 pixels.
   */
  upsampleBilinear(x: T, factor: number, coordinates?: ResizeCoordinates): T;
  /** Stochastic depth (Huang et al. 2016): while training drops whole samples of a residual branch with probability `rate`. */
  dropPath(x: T, rate: number): T;
  /** Spatial dropout (Tompson et al. 2015): while training zeroes whole channels with probability `rate`, and scales the others. */
  dropChannels(x: T, rate: number): T;
}
