/**
 * Mix Transformer encoders (Xie et al. 2021, arXiv:2105.15203, SegFormer) as segmentation_models.pytorch has them: four stages of
 * blocks behind overlapping patches, from 1/4 of the input's size to 1/32.
 */
import { convolution, type Layer, layerNormalisation } from '../../layers.js';
import type { Ops } from '../../ops.js';
import { type Encoder, type EncoderOptions, type FeatureMaps, imagenetNormalisation } from '../encoder.js';
import { blockEps, type MixBlock, mixBlock } from './block.js';

/** A Mix Transformer in numbers, stage by stage (table 6 of the paper). */
export interface MixTransformerVariant {
  readonly name: string;
  readonly depths: readonly number[];
  readonly channels: readonly number[];
}

/** Every Mix Transformer encoder, in the order that `encoderNames` lists them. */
export const mixTransformerVariants: readonly MixTransformerVariant[] = [
  { name: 'mit_b0', depths: [2, 2, 2, 2], channels: [32, 64, 160, 256] },
  { name: 'mit_b2', depths: [3, 4, 6, 3], channels: [64, 128, 320, 512] },
];

/** The same in all of them. */
const heads = [1, 2, 5, 8];
const reductions = [8, 4, 2, 1];

/** Side and stride of the patches that a stage begins with; they overlap, so that their borders leave no seams. */
const patches = [
  { kernel: 7, stride: 4 },
  { kernel: 3, stride: 2 },
  { kernel: 3, stride: 2 },
  { kernel: 3, stride: 2 },
];

interface Stage {
  readonly embedding: readonly Layer[];
  readonly rest: readonly Layer[];
  forward<T>(ops: Ops<T>, x: T): T;
}

/** A Mix Transformer encoder; its feature maps are the four stages, so that there is none at 1/2. */
export function buildMixTransformer(
  variant: MixTransformerVariant,
  { dropPathRate = 0.1 }: EncoderOptions = {},
): Encoder {
  const last = variant.depths.reduce((sum, depth) => sum + depth, 0) - 1;
  let position = 0;
  const stages = patches.map(({ kernel, stride }, index): Stage => {
    const number = index + 1;
    const channels = variant.channels[index] ?? 0;
    const embed = convolution({
      name: `encoder.patch_embed${number}.proj`,
      inChannels: variant.channels[index - 1] ?? 3,
      outChannels: channels,
      kernel,
      stride,
      bias: true,
      initialisation: 'he-normal-fan-out',
    });
    const embedNorm = layerNormalisation(`encoder.patch_embed${number}.norm`, channels);
    const blocks = Array.from(
      { length: variant.depths[index] ?? 0 },
      (_, block): MixBlock =>
        mixBlock({
          name: `encoder.block${number}.${block}`,
          channels,
          heads: heads[index] ?? 1,
          reduction: reductions[index] ?? 1,
          dropPathRate: (dropPathRate * position++) / last,
        }),
    );
    const norm = layerNormalisation(`encoder.norm${number}`, channels, blockEps);
    return {
      embedding: [embed, embedNorm],
      rest: [...blocks.flatMap(({ layers }) => layers), norm],
      forward<T>(ops: Ops<T>, input: T): T {
        let x = ops.layerNorm(ops.conv2d(input, embed), embedNorm);
        for (const block of blocks) x = block.forward(ops, x);
        return ops.layerNorm(x, norm);
      },
    };
  });
  return {
    name: variant.name,
    inputMultiple: 32,
    featureChannels: [0, ...variant.channels],
    layers: [...stages.flatMap(({ embedding }) => embedding), ...stages.flatMap(({ rest }) => rest)],
    idle: [],
    normalisation: imagenetNormalisation,
    features<T>(ops: Ops<T>, input: T): FeatureMaps<T> {
      let x = input;
      return [
        undefined,
        ...stages.map((stage) => {
          x = stage.forward(ops, x);
          return x;
        }),
      ];
    },
  };
}
