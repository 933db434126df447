/**
 * Layers are plain descriptions: a name in the state dict and the numbers that fix their arithmetic. The same
 * description yields the parameters (name, shape, initial values) and is what every interpreter of `Ops` receives.
 */

/** Zero padding in pixels: top, left, bottom, right. */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];

/** How a parameter starts: one value, a normal of mean 0, or uniform in [-bound, bound). */
export type InitialValue =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'uniform'; readonly bound: number };

/** One entry of a state dict. `parameter` entries are trained, `buffer` entries are kept by batch normalisation. */
export interface ParameterSpec {
  readonly name: string;
  /** Row-major; convolution kernels are out x in / groups x height x width, scalars are `[]`. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int64';
  readonly role: 'parameter' | 'buffer';
  readonly initial: InitialValue;
}

export interface Conv2d {
  readonly kind: 'conv2d';
  /** State-dict prefix: `<name>.weight`, `<name>.bias`. */
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: Padding;
  readonly groups: number;
  readonly bias: boolean;
  readonly initial: InitialValue;
  /** Where these input channels begin in the kernel that the state holds; undefined: the kernel has no others. See `inputSlice`. */
  readonly from?: number;
}

/** What a batch normalisation computes with; see `BatchNorm`. */
export type NormNumbers = Pick<BatchNorm, 'eps' | 'momentum'>;

export interface BatchNorm {
  readonly kind: 'batchNorm';
  /** State-dict prefix: `<name>.weight`, `.bias`, `.running_mean`, `.running_var`, `.num_batches_tracked`. */
  readonly name: string;
  readonly channels: number;
  /** Added to the variance. */
  readonly eps: number;
  /** Share of the batch's statistics in the new running statistics (PyTorch's convention). */
  readonly momentum: number;
}

/** A transposed convolution, the adjoint of a convolution of the same numbers; kernels are stored in x out x height x width. */
export interface ConvTranspose2d {
  readonly kind: 'convTranspose2d';
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  /** Pixels cut off each side of the full result. */
  readonly crop: number;
  readonly initial: InitialValue;
}

/** Group normalisation (Wu & He 2018): each sample by itself, over groups of channels. */
export interface GroupNorm {
  readonly kind: 'groupNorm';
  readonly name: string;
  readonly channels: number;
  readonly groups: number;
  readonly eps: number;
}

/** Layer normalisation (Ba et al. 2016) over the channels of each position by itself. */
export interface LayerNorm {
  readonly kind: 'layerNorm';
  readonly name: string;
  readonly channels: number;
  readonly eps: number;
}

/** A trained factor per channel, `<name>.gamma` (layer scale, Touvron et al. 2021, arXiv:2103.17239). */
export interface LayerScale {
  readonly kind: 'layerScale';
  readonly name: string;
  readonly channels: number;
  readonly initial: InitialValue;
}

/** A matrix over the channels of each position, with bias; `<name>.weight` is out x in. */
export interface Linear {
  readonly kind: 'linear';
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly initial: InitialValue;
}

/** How an attention divides its channels; it has no weights. */
export interface MultiHead {
  /** Of the query, the keys and the values. */
  readonly channels: number;
  /** Each has `channels` / `heads` channels in a row. */
  readonly heads: number;
}

export type Layer = Conv2d | BatchNorm | ConvTranspose2d | GroupNorm | LayerNorm | LayerScale | Linear;

/** How convolution kernels are drawn; see `convolution`. */
export type KernelInitialisation = 'he-normal-fan-out' | 'he-uniform-fan-in' | 'glorot-uniform' | 'transformer';

export interface ConvolutionOptions {
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: Padding;
  readonly groups?: number;
  readonly bias?: boolean;
  readonly initialisation: KernelInitialisation;
}

/**
 * How transformers and ConvNeXt start their matrices and kernels. Their packages cut this normal off at -2 and 2, which is at a hundred
 * deviations, so that nothing is ever cut.
 */
export const transformerInitial: InitialValue = { kind: 'normal', std: 0.02 };

/**
 * Describes a square convolution; padding defaults to symmetric (`kernel / 2`, rounded down), stride and groups to 1.
 * Kernels start as normal with std sqrt(2 / (k² out / groups)) (`he-normal-fan-out`, as EfficientNet in timm), uniform with
 * bound sqrt(6 / (k² in / groups)) (`he-uniform-fan-in`, He et al. 2015, as the decoders of segmentation_models.pytorch), uniform
 * with bound sqrt(6 / (fan in + fan out)) (`glorot-uniform`, Glorot & Bengio 2010, as its heads) or `transformerInitial`.
 *
 * @example
 * convolution({ name: 'stem', inChannels: 3, outChannels: 32, kernel: 3, stride: 2, initialisation: 'he-normal-fan-out' });
 */
export function convolution(options: ConvolutionOptions): Conv2d {
  const { name, inChannels, outChannels, kernel, stride = 1, groups = 1, bias = false } = options;
  const half = Math.floor(kernel / 2);
  const area = kernel * kernel;
  const fanIn = (area * inChannels) / groups;
  const initials: Readonly<Record<KernelInitialisation, InitialValue>> = {
    'he-normal-fan-out': { kind: 'normal', std: Math.sqrt(2 / Math.floor((area * outChannels) / groups)) },
    'he-uniform-fan-in': { kind: 'uniform', bound: Math.sqrt(6 / fanIn) },
    'glorot-uniform': { kind: 'uniform', bound: Math.sqrt(6 / (fanIn + area * outChannels)) },
    transformer: transformerInitial,
  };
  const initial = initials[options.initialisation];
  const padding: Padding = options.padding ?? [half, half, half, half];
  return { kind: 'conv2d', name, inChannels, outChannels, kernel, stride, padding, groups, bias, initial };
}

/**
 * A convolution of some of another's input channels: the convolution of a concatenation is the sum of those of its parts, and a part
 * that is small before it is enlarged is cheaper to convolve there. It has no parameters of its own; `layer` has one group and no bias.
 */
export function inputSlice(layer: Conv2d, from: number, inChannels: number): Conv2d {
  return { ...layer, from, inChannels };
}

/** Describes a batch normalisation; `eps` 1e-5 and `momentum` 0.1 are PyTorch's defaults. */
export function batchNormalisation(name: string, channels: number, eps = 1e-5, momentum = 0.1): BatchNorm {
  return { kind: 'batchNorm', name, channels, eps, momentum };
}

/** Keras' defaults: eps 1e-3 and momentum 0.99, which is 0.01 in PyTorch's convention. */
export const kerasNorm: NormNumbers = { eps: 1e-3, momentum: 0.01 };

/**
 * TensorFlow's "SAME" padding of a convolution whose input size is a multiple of its stride; the odd pixel goes to
 * the bottom and right. (For other sizes TensorFlow pads differently, which is why models here declare `inputMultiple`.)
 */
export function samePadding(kernel: number, stride: number): Padding {
  const total = Math.max(kernel - stride, 0);
  const before = Math.floor(total / 2);
  return [before, before, total - before, total - before];
}

/** The largest-value window that a pooling looks at; pixels outside the image never win. */
export interface Pooling {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: Padding;
}

/** A 1 x 1, stride-1 convolution followed by nothing, as gates and heads use it; He uniform over fan-in unless told. */
export function pointwise(name: string, inChannels: number, outChannels: number, bias = true): Conv2d {
  return convolution({ name, inChannels, outChannels, kernel: 1, bias, initialisation: 'he-uniform-fan-in' });
}

/** Describes a transposed convolution with bias; its kernels start as PyTorch's do (uniform, bound 1 / sqrt(fan in)). */
export function transposedConvolution(
  name: string,
  inChannels: number,
  outChannels: number,
  { kernel, stride, crop }: Pick<ConvTranspose2d, 'kernel' | 'stride' | 'crop'>,
): ConvTranspose2d {
  const initial = { kind: 'uniform', bound: 1 / Math.sqrt(outChannels * kernel * kernel) } as const;
  return { kind: 'convTranspose2d', name, inChannels, outChannels, kernel, stride, crop, initial };
}

/** Describes a group normalisation; `eps` 1e-5 is PyTorch's default. */
export function groupNormalisation(name: string, channels: number, groups: number, eps = 1e-5): GroupNorm {
  return { kind: 'groupNorm', name, channels, groups, eps };
}

/** Describes a layer normalisation; `eps` 1e-5 is PyTorch's default. */
export function layerNormalisation(name: string, channels: number, eps = 1e-5): LayerNorm {
  return { kind: 'layerNorm', name, channels, eps };
}

/** Describes a layer scale that starts at `value` for every channel. */
export function layerScale(name: string, channels: number, value: number): LayerScale {
  return { kind: 'layerScale', name, channels, initial: { kind: 'constant', value } };
}

/** Describes a matrix with bias, Glorot uniform (Glorot & Bengio 2010) unless told. */
export function linear(name: string, inChannels: number, outChannels: number, initial?: InitialValue): Linear {
  const bound = Math.sqrt(6 / (inChannels + outChannels));
  return { kind: 'linear', name, inChannels, outChannels, initial: initial ?? { kind: 'uniform', bound } };
}

const one: InitialValue = { kind: 'constant', value: 1 };
const zero: InitialValue = { kind: 'constant', value: 0 };

function trained(name: string, shape: readonly number[], initial: InitialValue): ParameterSpec {
  return { name, shape, dtype: 'float32', role: 'parameter', initial };
}

/** The state-dict entries of one layer, in PyTorch's order. */
export function layerParameters(layer: Layer): readonly ParameterSpec[] {
  const { name } = layer;
  switch (layer.kind) {
    case 'conv2d': {
      const { kernel, inChannels, outChannels, groups, initial } = layer;
      const weight = trained(`${name}.weight`, [outChannels, inChannels / groups, kernel, kernel], initial);
      return layer.bias ? [weight, trained(`${name}.bias`, [outChannels], zero)] : [weight];
    }
    case 'convTranspose2d': {
      const { kernel, inChannels, outChannels, initial } = layer;
      const weight = trained(`${name}.weight`, [inChannels, outChannels, kernel, kernel], initial);
      return [weight, trained(`${name}.bias`, [outChannels], zero)];
    }
    case 'linear':
      return [
        trained(`${name}.weight`, [layer.outChannels, layer.inChannels], layer.initial),
        trained(`${name}.bias`, [layer.outChannels], zero),
      ];
    case 'layerScale':
      return [trained(`${name}.gamma`, [layer.channels], layer.initial)];
    case 'layerNorm':
    case 'groupNorm':
      return [trained(`${name}.weight`, [layer.channels], one), trained(`${name}.bias`, [layer.channels], zero)];
    case 'batchNorm': {
      const shape = [layer.channels];
      return [
        trained(`${name}.weight`, shape, one),
        trained(`${name}.bias`, shape, zero),
        { name: `${name}.running_mean`, shape, dtype: 'float32', role: 'buffer', initial: zero },
        { name: `${name}.running_var`, shape, dtype: 'float32', role: 'buffer', initial: one },
        { name: `${name}.num_batches_tracked`, shape: [], dtype: 'int64', role: 'buffer', initial: zero },
      ];
    }
  }
}
