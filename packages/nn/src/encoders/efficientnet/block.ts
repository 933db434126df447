/**
 * The inverted residual block of MobileNetV2 with squeeze-and-excitation (Sandler et al. 2018, Hu et al. 2018): layers
 * under timm's names and their arithmetic. Expansion 1 is timm's depthwise-separable block, which has no expanding convolution.
 */
import {
  type BatchNorm,
  batchNormalisation,
  type Conv2d,
  type ConvolutionOptions,
  convolution,
  type Layer,
  type NormNumbers,
  type Padding,
} from '../../layers.js';
import type { Activation, Ops } from '../../ops.js';

export interface BlockOptions {
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly expansion: number;
  readonly padding: Padding;
  /** Width of the squeeze, or 0 for none. */
  readonly squeezeChannels: number;
  readonly activation: Activation;
  readonly norm: NormNumbers;
  readonly dropPathRate: number;
}

export interface Block {
  readonly layers: readonly Layer[];
  /** Channels of the expanded map. */
  readonly expandedChannels: number;
  /** The expanding convolution with its normalisation and activation; a block without one hands `x` on. */
  expand<T>(ops: Ops<T>, x: T): T;
  /** The rest of the block, from its input and the expanded map. */
  contract<T>(ops: Ops<T>, expanded: T, input: T): T;
}

/** Builds one block; the shortcut exists where stride is 1 and the widths agree. */
export function invertedResidual(options: BlockOptions): Block {
  const { name, inChannels, outChannels, kernel, stride, expansion, padding, activation, dropPathRate } = options;
  const middle = inChannels * expansion;
  const separable = expansion === 1;
  const conv = (suffix: string, rest: Omit<ConvolutionOptions, 'name' | 'initialisation'>): Conv2d =>
    convolution({ name: `${name}.${suffix}`, initialisation: 'he-normal-fan-out', ...rest });
  const norm = (suffix: string, channels: number): BatchNorm =>
    batchNormalisation(`${name}.${suffix}`, channels, options.norm.eps, options.norm.momentum);

  const expand = separable
    ? undefined
    : {
        conv: conv('conv_pw', { inChannels, outChannels: middle, kernel: 1 }),
        norm: norm('bn1', middle),
      };
  const depthwise = {
    conv: conv('conv_dw', { inChannels: middle, outChannels: middle, kernel, stride, padding, groups: middle }),
    norm: norm(separable ? 'bn1' : 'bn2', middle),
  };
  const squeeze =
    options.squeezeChannels === 0
      ? undefined
      : {
          reduce: conv('se.conv_reduce', {
            inChannels: middle,
            outChannels: options.squeezeChannels,
            kernel: 1,
            bias: true,
          }),
          expand: conv('se.conv_expand', {
            inChannels: options.squeezeChannels,
            outChannels: middle,
            kernel: 1,
            bias: true,
          }),
        };
  const project = {
    conv: conv(separable ? 'conv_pw' : 'conv_pwl', { inChannels: middle, outChannels, kernel: 1 }),
    norm: norm(separable ? 'bn2' : 'bn3', outChannels),
  };
  const shortcut = stride === 1 && inChannels === outChannels;

  return {
    layers: [
      ...(expand === undefined ? [] : [expand.conv, expand.norm]),
      depthwise.conv,
      depthwise.norm,
      ...(squeeze === undefined ? [] : [squeeze.reduce, squeeze.expand]),
      project.conv,
      project.norm,
    ],
    expandedChannels: middle,
    expand: (ops, x) => (expand === undefined ? x : ops.batchNorm(ops.conv2d(x, expand.conv), expand.norm, activation)),
    contract<T>(ops: Ops<T>, expanded: T, input: T): T {
      let x = ops.batchNorm(ops.conv2d(expanded, depthwise.conv), depthwise.norm, activation);
      if (squeeze !== undefined) {
        const hidden = ops.activate(ops.conv2d(ops.globalAveragePool(x), squeeze.reduce), activation);
        x = ops.mul(x, ops.activate(ops.conv2d(hidden, squeeze.expand), 'sigmoid'));
      }
      x = ops.batchNorm(ops.conv2d(x, project.conv), project.norm, 'identity');
      return shortcut ? ops.add(ops.dropPath(x, dropPathRate), input) : x;
    },
  };
}
