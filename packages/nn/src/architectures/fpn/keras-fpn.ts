/**
 * The feature pyramid network (Lin et al. 2017; Kirillov et al. 2017) as segmentation_models for Keras lays it out
 * (`pyramid_aggregation='concat'`): a pyramid from 1/16 to 1/2, each level convolved twice at its own size, all joined at 1/2,
 * convolved, and enlarged bilinearly in front of the head.
 */
import type { Encoder, FeatureMaps } from '../../encoders/encoder.js';
import { pointwise } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Decoder } from '../architecture.js';
import { kerasConvNormRelu } from '../conv-norm.js';

const pyramidChannels = 256;
const segmentationChannels = 128;

/**
 * `decoder.p<n>.conv` (and `decoder.p5.pre_conv`) are Keras' `fpn_stage_p<n>_conv`, `decoder.segm_stage<n>a` and `b` its
 * `segm_stage<n>a` and `b`, `decoder.final_stage` its `final_stage`.
 *
 * **Order.** `final_stage` sees the levels coarsest first; Keras joins them finest first. The network is the same, and so that
 * the three coarser ones can be joined while they are small: weights of Keras need their blocks of 128 input channels turned around.
 */
export function buildKerasFpn(encoder: Encoder): Decoder {
  const [deepest = 0, ...skips] = [...encoder.featureChannels].reverse();
  const preConv = pointwise('decoder.p5.pre_conv', deepest, pyramidChannels);
  const levels = skips.map((width, index) => {
    const stage = 5 - index;
    return {
      lateral: pointwise(`decoder.p${stage}.conv`, width, pyramidChannels),
      first: kerasConvNormRelu(`decoder.segm_stage${stage}a`, pyramidChannels, segmentationChannels),
      second: kerasConvNormRelu(`decoder.segm_stage${stage}b`, segmentationChannels, segmentationChannels),
    };
  });
  const final = kerasConvNormRelu('decoder.final_stage', levels.length * segmentationChannels, segmentationChannels);
  return {
    layers: [
      preConv,
      ...levels.map(({ lateral }) => lateral),
      ...levels.flatMap(({ first, second }) => [...first.layers, ...second.layers]),
      ...final.layers,
    ],
    idle: [],
    maps: [
      ...levels.map((_, index) => ({ channels: pyramidChannels, downsample: 2 ** (levels.length - index) })),
      { channels: segmentationChannels, downsample: 1 },
    ],
    headKernel: 3,
    forward<T>(ops: Ops<T>, features: FeatureMaps<T>): readonly T[] {
      const [top, ...maps] = [...features].reverse();
      if (top === undefined) throw new RangeError('a feature pyramid needs feature maps');
      let above = ops.conv2d(top, preConv);
      const pyramid = levels.map(({ lateral }, index) => {
        above = ops.add(ops.upsampleNearest2x(above), ops.conv2d(maps[index] as T, lateral));
        return above;
      });
      const parts = levels.map(({ first, second }, index) =>
        second.forward(ops, first.forward(ops, pyramid[index] as T)),
      );
      const finest = parts.pop();
      const coarser = parts.reduce((joined, part) => ops.cat([ops.upsampleNearest2x(joined), part]));
      const merged = final.forwardUpsampled(ops, coarser, finest);
      return [...pyramid, ops.upsampleBilinear(merged, 2, 'half_pixel')];
    },
  };
}
