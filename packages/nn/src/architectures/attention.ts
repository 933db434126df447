/**
 * Attention inside decoders: a gate per channel and a gate per pixel, under segmentation_models.pytorch's names where it has them.
 */
import { type Conv2d, convolution, type Layer, pointwise } from '../layers.js';
import type { Ops } from '../ops.js';

export const attentionTypes = ['scse', 'cbam'] as const;
export type AttentionType = (typeof attentionTypes)[number];

/** Something that a decoder puts behind a map; it keeps the map's shape. */
export interface Attention {
  readonly layers: readonly Layer[];
  forward<T>(ops: Ops<T>, x: T): T;
}

const none: Attention = { layers: [], forward: (_, x) => x };

/** Channels of the hidden layer of a channel gate. */
const reduced = (channels: number): number => Math.max(1, Math.floor(channels / 16));

/** Concurrent spatial and channel squeeze-and-excitation (Roy et al. 2018): both gates see the map, their results are added. */
function scse(name: string, channels: number): Attention {
  const squeeze = pointwise(`${name}.cSE.1`, channels, reduced(channels));
  const excite = pointwise(`${name}.cSE.3`, reduced(channels), channels);
  const spatial = pointwise(`${name}.sSE.0`, channels, 1);
  return {
    layers: [squeeze, excite, spatial],
    forward<T>(ops: Ops<T>, x: T): T {
      const hidden = ops.activate(ops.conv2d(ops.globalAveragePool(x), squeeze), 'relu');
      const byChannel = ops.mul(x, ops.activate(ops.conv2d(hidden, excite), 'sigmoid'));
      return ops.add(byChannel, ops.mul(x, ops.activate(ops.conv2d(x, spatial), 'sigmoid')));
    },
  };
}

/** The convolutional block attention module (Woo et al. 2018): first the channel gate, then the pixel gate, each from mean and maximum. */
function cbam(name: string, channels: number): Attention {
  const squeeze = pointwise(`${name}.channel.fc1`, channels, reduced(channels), false);
  const excite = pointwise(`${name}.channel.fc2`, reduced(channels), channels, false);
  const spatial: Conv2d = convolution({
    name: `${name}.spatial.conv`,
    inChannels: 2,
    outChannels: 1,
    kernel: 7,
    initialisation: 'he-uniform-fan-in',
  });
  return {
    layers: [squeeze, excite, spatial],
    forward<T>(ops: Ops<T>, x: T): T {
      const perceptron = (pooled: T): T => ops.conv2d(ops.activate(ops.conv2d(pooled, squeeze), 'relu'), excite);
      const sum = ops.add(perceptron(ops.globalAveragePool(x)), perceptron(ops.globalMaxPool(x)));
      const refined = ops.mul(x, ops.activate(sum, 'sigmoid'));
      const pooled = ops.cat([ops.channelMean(refined), ops.channelMax(refined)]);
      return ops.mul(refined, ops.activate(ops.conv2d(pooled, spatial), 'sigmoid'));
    },
  };
}

/** Builds the attention of a map; without a type it passes the map on. `name` is the place, as in `decoder.blocks.0.attention1`. */
export function attentionOf(type: AttentionType | undefined, name: string, channels: number): Attention {
  if (type === undefined) return none;
  return (type === 'scse' ? scse : cbam)(`${name}.attention`, channels);
}
