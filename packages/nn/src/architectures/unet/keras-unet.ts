/**
 * The Unet decoder (Ronneberger et al. 2015) as segmentation_models for Keras lays it out (`decoder_block_type='upsampling'`): five
 * times twice the size by repeating pixels, the encoder's map joined behind, two convolutions.
 */
import type { Encoder, FeatureMaps } from '../../encoders/encoder.js';
import type { Ops } from '../../ops.js';
import type { Decoder } from '../architecture.js';
import { kerasConvNormRelu } from '../conv-norm.js';

/** Widths of the stages, coarsest first. */
const filters = [256, 128, 64, 32, 16] as const;

/** `decoder.stage<i>a` and `decoder.stage<i>b` are Keras' `decoder_stage<i>a` and `decoder_stage<i>b`. */
export function buildKerasUnet(encoder: Encoder): Decoder {
  const coarseToFine = [...encoder.featureChannels].reverse();
  const stages = filters.map((outChannels, index) => {
    const below = index === 0 ? coarseToFine[0] : filters[index - 1];
    const joined = (below ?? 0) + (coarseToFine[index + 1] ?? 0);
    return {
      first: kerasConvNormRelu(`decoder.stage${index}a`, joined, outChannels),
      second: kerasConvNormRelu(`decoder.stage${index}b`, outChannels, outChannels),
    };
  });
  return {
    layers: stages.flatMap(({ first, second }) => [...first.layers, ...second.layers]),
    idle: [],
    maps: filters.map((channels, index) => ({ channels, downsample: 2 ** (filters.length - 1 - index) })),
    headKernel: 3,
    forward<T>(ops: Ops<T>, features: FeatureMaps<T>): readonly T[] {
      const [deepest, ...skips] = [...features].reverse();
      if (deepest === undefined) throw new RangeError('a Unet needs at least one feature map');
      let x: T = deepest;
      return stages.map(({ first, second }, index) => {
        x = second.forward(ops, first.forwardUpsampled(ops, x, skips[index]));
        return x;
      });
    },
  };
}
