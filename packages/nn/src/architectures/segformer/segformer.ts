/**
 * The all-MLP head of SegFormer (Xie et al. 2021, arXiv:2105.15203, section 3.2) as segmentation_models.pytorch lays it out: each
 * feature map through a matrix to 256 channels, all brought to 1/4 and joined, and a 1 x 1 convolution over them.
 */
import type { Encoder, FeatureMaps } from '../../encoders/encoder.js';
import { batchNormalisation, convolution, inputSlice, linear } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Decoder, DecoderOptions } from '../architecture.js';
import { attentionOf } from '../attention.js';

const headChannels = 256;
/** Of the map that the head makes, in input pixels. */
const headDownsample = 4;

export function buildSegformer(encoder: Encoder, { attention }: DecoderOptions): Decoder {
  const levels = encoder.featureChannels
    .map((channels, index) => ({ channels, index, downsample: 2 ** (index + 1) }))
    .filter(({ channels }) => channels > 0)
    .reverse()
    .map((level, place) => ({
      ...level,
      matrix: linear(`decoder.mlp_stage.${place}.linear`, level.channels, headChannels),
    }));
  const fuse = convolution({
    name: 'decoder.fuse_stage.0',
    inChannels: levels.length * headChannels,
    outChannels: headChannels,
    kernel: 1,
    initialisation: 'he-uniform-fan-in',
  });
  const norm = batchNormalisation('decoder.fuse_stage.1', headChannels);
  const gate = attentionOf(attention, 'decoder.attention1', headChannels);
  const coarser = levels.filter(({ downsample }) => downsample > headDownsample);
  return {
    layers: [...levels.map(({ matrix }) => matrix), fuse, norm, ...gate.layers],
    idle: [],
    maps: [
      ...coarser.map(({ downsample }) => ({ channels: headChannels, downsample })),
      { channels: headChannels, downsample: headDownsample },
    ],
    headKernel: 1,
    /**
     * Resizing, matrices and the convolution are linear and touch either positions or channels, so that their order is free: each map
     * is convolved where it is smallest. Done as written in the paper, the convolution alone takes three times the work.
     */
    forward<T>(ops: Ops<T>, features: FeatureMaps<T>): readonly T[] {
      const projected = levels.map(({ index, downsample, matrix }) => {
        const feature = features[index];
        if (feature === undefined) throw new RangeError(`no feature map ${index}`);
        const finer = downsample < headDownsample;
        return ops.linear(
          finer ? ops.upsampleBilinear(feature, downsample / headDownsample, 'half_pixel') : feature,
          matrix,
        );
      });
      const fused = projected
        .map((map, place) => {
          const part = ops.conv2d(map, inputSlice(fuse, place * headChannels, headChannels));
          const factor = (levels[place]?.downsample ?? headDownsample) / headDownsample;
          return factor > 1 ? ops.upsampleBilinear(part, factor, 'half_pixel') : part;
        })
        .reduce((sum, part) => ops.add(sum, part));
      const x = gate.forward(ops, ops.batchNorm(fused, norm, 'relu'));
      return [...projected.slice(0, coarser.length), x];
    },
  };
}
