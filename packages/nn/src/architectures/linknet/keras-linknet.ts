/**
 * The Linknet decoder (Chaurasia & Culurciello 2017) as segmentation_models for Keras lays it out
 * (`decoder_block_type='upsampling'`): channels squeezed to a quarter, twice the size by repeating pixels, widened to the encoder's
 * map and added to it. The skips are expanded maps, so this Linknet is wide where its namesake is light.
 */
import type { Encoder, FeatureMaps } from '../../encoders/encoder.js';
import type { Ops } from '../../ops.js';
import type { Decoder } from '../architecture.js';
import { kerasConvNormRelu } from '../conv-norm.js';

/** Channels in front of the head, at full resolution. */
const finalFilters = 16;

/** `decoder.stage<i>a`, `b` and `c` are Keras' `decoder_stage<i>a`, `b` and `c`. */
export function buildKerasLinknet(encoder: Encoder): Decoder {
  const channels = [...[...encoder.featureChannels].reverse(), finalFilters];
  const widths = channels.slice(1);
  const stages = widths.map((outChannels, index) => {
    const inChannels = channels[index] ?? 0;
    const squeezed = Math.floor(inChannels / 4);
    return {
      squeeze: kerasConvNormRelu(`decoder.stage${index}a`, inChannels, squeezed, 1),
      double: kerasConvNormRelu(`decoder.stage${index}b`, squeezed, squeezed),
      widen: kerasConvNormRelu(`decoder.stage${index}c`, squeezed, outChannels, 1),
    };
  });
  return {
    layers: stages.flatMap(({ squeeze, double, widen }) => [...squeeze.layers, ...double.layers, ...widen.layers]),
    idle: [],
    maps: widths.map((width, index) => ({ channels: width, downsample: 2 ** (widths.length - 1 - index) })),
    headKernel: 3,
    forward<T>(ops: Ops<T>, features: FeatureMaps<T>): readonly T[] {
      const [deepest, ...skips] = [...features].reverse();
      if (deepest === undefined) throw new RangeError('a Linknet needs at least one feature map');
      let x: T = deepest;
      return stages.map(({ squeeze, double, widen }, index) => {
        x = widen.forward(ops, double.forwardUpsampled(ops, squeeze.forward(ops, x), undefined));
        const skip = skips[index];
        if (skip !== undefined) x = ops.add(x, skip);
        return x;
      });
    },
  };
}
