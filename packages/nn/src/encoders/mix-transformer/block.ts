/**
 * The block of a Mix Transformer (Xie et al. 2021, arXiv:2105.15203, section 3.1): efficient self-attention, then a perceptron with a
 * 3 x 3 depthwise convolution inside (Mix-FFN), which tells positions apart. Names are segmentation_models.pytorch's.
 */
import { convolution, type Layer, layerNormalisation, linear, transformerInitial } from '../../layers.js';
import type { Ops } from '../../ops.js';
import { efficientSelfAttention, type SelfAttentionOptions } from './attention.js';

/** Of the normalisations between blocks and their parts; the others have PyTorch's default. */
export const blockEps = 1e-6;
/** Of the perceptron's hidden layer. */
const expansion = 4;

export interface MixBlock {
  readonly layers: readonly Layer[];
  forward<T>(ops: Ops<T>, x: T): T;
}

export interface MixBlockOptions extends SelfAttentionOptions {
  readonly dropPathRate: number;
}

/** `name` is its place, as in `encoder.block1.0`. */
export function mixBlock({ name, channels, heads, reduction, dropPathRate }: MixBlockOptions): MixBlock {
  const firstNorm = layerNormalisation(`${name}.norm1`, channels, blockEps);
  const attention = efficientSelfAttention({ name: `${name}.attn`, channels, heads, reduction });
  const secondNorm = layerNormalisation(`${name}.norm2`, channels, blockEps);
  const hidden = expansion * channels;
  const widen = linear(`${name}.mlp.fc1`, channels, hidden, transformerInitial);
  const depthwise = convolution({
    name: `${name}.mlp.dwconv.dwconv`,
    inChannels: hidden,
    outChannels: hidden,
    kernel: 3,
    groups: hidden,
    bias: true,
    initialisation: 'he-normal-fan-out',
  });
  const narrow = linear(`${name}.mlp.fc2`, hidden, channels, transformerInitial);
  return {
    layers: [firstNorm, ...attention.layers, secondNorm, widen, depthwise, narrow],
    forward<T>(ops: Ops<T>, input: T): T {
      const attended = attention.forward(ops, ops.layerNorm(input, firstNorm));
      const x = ops.add(input, ops.dropPath(attended, dropPathRate));
      const mixed = ops.gelu(ops.conv2d(ops.linear(ops.layerNorm(x, secondNorm), widen), depthwise));
      return ops.add(x, ops.dropPath(ops.linear(mixed, narrow), dropPathRate));
    },
  };
}
