/**
 * The feature pyramid network for segmentation (Lin et al. 2017; Kirillov et al. 2017, panoptic FPN) as segmentation_models.pytorch
 * lays it out: a pyramid of 256 channels from 1/32 to 1/4, each level convolved up to 1/4, and their sum.
 */
import type { Encoder, FeatureMaps } from '../../encoders/encoder.js';
import { convolution, groupNormalisation, type Layer, pointwise } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Decoder, DecoderOptions } from '../architecture.js';
import { attentionOf } from '../attention.js';

const pyramidChannels = 256;
const segmentationChannels = 128;
const groups = 32;
const dropout = 0.2;

interface Branch {
  readonly layers: readonly Layer[];
  forward<T>(ops: Ops<T>, x: T): T;
}

/** Convolution, group normalisation, ReLU; each but the level that is at 1/4 already doubles the size. */
function segmentationBranch(name: string, doublings: number): Branch {
  const blocks = Array.from({ length: Math.max(1, doublings) }, (_, index) => {
    const prefix = `${name}.block.${index}.block`;
    return {
      conv: convolution({
        name: `${prefix}.0`,
        inChannels: index === 0 ? pyramidChannels : segmentationChannels,
        outChannels: segmentationChannels,
        kernel: 3,
        initialisation: 'he-uniform-fan-in',
      }),
      norm: groupNormalisation(`${prefix}.1`, segmentationChannels, groups),
    };
  });
  return {
    layers: blocks.flatMap(({ conv, norm }) => [conv, norm]),
    forward<T>(ops: Ops<T>, input: T): T {
      let x = input;
      for (const { conv, norm } of blocks) {
        x = ops.groupNorm(ops.conv2d(x, conv), norm, 'relu');
        if (doublings > 0) x = ops.upsampleBilinear(x, 2);
      }
      return x;
    },
  };
}

export function buildFpn(encoder: Encoder, { attention }: DecoderOptions): Decoder {
  const channels = [...encoder.featureChannels].reverse().slice(0, 4);
  const laterals = channels.map((width, index) =>
    pointwise(index === 0 ? 'decoder.p5' : `decoder.p${5 - index}.skip_conv`, width, pyramidChannels),
  );
  const gates = channels.map((_, index) => attentionOf(attention, `decoder.p${5 - index}.attention1`, pyramidChannels));
  const branches = channels.map((_, index) => segmentationBranch(`decoder.seg_blocks.${index}`, 3 - index));
  return {
    layers: [
      ...laterals.flatMap((lateral, index) => [lateral, ...(gates[index]?.layers ?? [])]),
      ...branches.flatMap(({ layers }) => layers),
    ],
    idle: [],
    maps: [
      ...[32, 16, 8].map((downsample) => ({ channels: pyramidChannels, downsample })),
      { channels: segmentationChannels, downsample: 4 },
    ],
    headKernel: 1,
    forward<T>(ops: Ops<T>, features: FeatureMaps<T>): readonly T[] {
      const coarseToFine = [...features].reverse();
      const pyramid: T[] = [];
      for (const [index, lateral] of laterals.entries()) {
        const feature = coarseToFine[index];
        const above = pyramid[index - 1];
        if (feature === undefined) throw new RangeError('a feature pyramid needs four feature maps');
        const own = ops.conv2d(feature, lateral);
        const sum = above === undefined ? own : ops.add(ops.upsampleNearest2x(above), own);
        pyramid.push(gates[index]?.forward(ops, sum) ?? sum);
      }
      const merged = branches
        .map((branch, index) => branch.forward(ops, pyramid[index] as T))
        .reduce((sum, part) => ops.add(sum, part));
      return [...pyramid.slice(0, 3), ops.dropChannels(merged, dropout)];
    },
  };
}
