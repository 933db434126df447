/**
 * Efficient self-attention (Xie et al. 2021, arXiv:2105.15203, section 3.1): every position asks, but of a map that was shrunk, so that
 * the cost does not grow with the square of the picture's area.
 */
import { convolution, type Layer, layerNormalisation, linear, transformerInitial } from '../../layers.js';
import type { Ops } from '../../ops.js';

export interface SelfAttention {
  readonly layers: readonly Layer[];
  forward<T>(ops: Ops<T>, x: T): T;
}

export interface SelfAttentionOptions {
  /** Prefix of its weights, as in `encoder.block1.0.attn`. */
  readonly name: string;
  readonly channels: number;
  readonly heads: number;
  /** The side of what is asked is divided by this; 1: it is the map itself. */
  readonly reduction: number;
}

export function efficientSelfAttention({ name, channels, heads, reduction }: SelfAttentionOptions): SelfAttention {
  const query = linear(`${name}.q`, channels, channels, transformerInitial);
  const keyValue = linear(`${name}.kv`, channels, 2 * channels, transformerInitial);
  const project = linear(`${name}.proj`, channels, channels, transformerInitial);
  const shrink =
    reduction === 1
      ? undefined
      : {
          conv: convolution({
            name: `${name}.sr`,
            inChannels: channels,
            outChannels: channels,
            kernel: reduction,
            stride: reduction,
            padding: [0, 0, 0, 0],
            bias: true,
            initialisation: 'he-normal-fan-out',
          }),
          norm: layerNormalisation(`${name}.norm`, channels),
        };
  return {
    layers: [query, keyValue, project, ...(shrink === undefined ? [] : [shrink.conv, shrink.norm])],
    forward<T>(ops: Ops<T>, x: T): T {
      const asked = shrink === undefined ? x : ops.layerNorm(ops.conv2d(x, shrink.conv), shrink.norm);
      const mixed = ops.attention(ops.linear(x, query), ops.linear(asked, keyValue), { channels, heads });
      return ops.linear(mixed, project);
    },
  };
}
