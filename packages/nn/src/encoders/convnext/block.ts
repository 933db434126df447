/**
 * The block of ConvNeXt (Liu et al. 2022, arXiv:2201.03545, figure 4) under timm's names: a 7 x 7 depthwise convolution, layer
 * normalisation, a perceptron of four times the width at each position, and layer scale.
 */
import { convolution, type Layer, layerNormalisation, layerScale, linear, transformerInitial } from '../../layers.js';
import type { Ops } from '../../ops.js';

/** timm's, in every normalisation of ConvNeXt. */
export const convNeXtEps = 1e-6;
/** Of the perceptron's hidden layer. */
const expansion = 4;
/** Where layer scale starts (section A.1). */
const initialScale = 1e-6;

export interface ConvNeXtBlock {
  readonly layers: readonly Layer[];
  forward<T>(ops: Ops<T>, x: T): T;
}

/** `name` is its place, as in `encoder.model.stages_0.blocks.0`. */
export function convNeXtBlock(name: string, channels: number, dropPathRate: number): ConvNeXtBlock {
  const depthwise = convolution({
    name: `${name}.conv_dw`,
    inChannels: channels,
    outChannels: channels,
    kernel: 7,
    groups: channels,
    bias: true,
    initialisation: 'transformer',
  });
  const norm = layerNormalisation(`${name}.norm`, channels, convNeXtEps);
  const widen = linear(`${name}.mlp.fc1`, channels, expansion * channels, transformerInitial);
  const narrow = linear(`${name}.mlp.fc2`, expansion * channels, channels, transformerInitial);
  const scale = layerScale(name, channels, initialScale);
  return {
    // A module's own parameters come before those of its parts.
    layers: [scale, depthwise, norm, widen, narrow],
    forward<T>(ops: Ops<T>, input: T): T {
      const x = ops.layerNorm(ops.conv2d(input, depthwise), norm);
      const mixed = ops.linear(ops.gelu(ops.linear(x, widen)), narrow);
      return ops.add(ops.dropPath(ops.scaleChannels(mixed, scale), dropPathRate), input);
    },
  };
}
