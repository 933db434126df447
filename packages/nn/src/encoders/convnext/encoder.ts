/**
 * ConvNeXt encoders as segmentation_models.pytorch wraps those of timm (`tu-convnext_tiny`): four stages of blocks, from 1/4 of the
 * input's size to 1/32.
 */
import { convolution, type Layer, layerNormalisation } from '../../layers.js';
import type { Ops } from '../../ops.js';
import { type Encoder, type EncoderOptions, type FeatureMaps, imagenetNormalisation } from '../encoder.js';
import { type ConvNeXtBlock, convNeXtBlock, convNeXtEps } from './block.js';

/** A ConvNeXt in numbers, stage by stage. */
export interface ConvNeXtVariant {
  readonly name: string;
  readonly depths: readonly number[];
  readonly channels: readonly number[];
}

/** Every ConvNeXt encoder, in the order that `encoderNames` lists them. */
export const convNeXtVariants: readonly ConvNeXtVariant[] = [
  { name: 'tu-convnext_tiny', depths: [3, 3, 9, 3], channels: [96, 192, 384, 768] },
];

/** What stands between two stages, and in front of the first. */
interface Step {
  readonly layers: readonly Layer[];
  forward<T>(ops: Ops<T>, x: T): T;
}

/** A convolution of patches that do not overlap. */
const patches = (name: string, inChannels: number, outChannels: number, side: number) =>
  convolution({
    name,
    inChannels,
    outChannels,
    kernel: side,
    stride: side,
    padding: [0, 0, 0, 0],
    bias: true,
    initialisation: 'transformer',
  });

function stem(prefix: string, outChannels: number): Step {
  const conv = patches(`${prefix}stem_0`, 3, outChannels, 4);
  const norm = layerNormalisation(`${prefix}stem_1`, outChannels, convNeXtEps);
  return { layers: [conv, norm], forward: (ops, x) => ops.layerNorm(ops.conv2d(x, conv), norm) };
}

function downsample(stage: string, inChannels: number, outChannels: number): Step {
  const norm = layerNormalisation(`${stage}.downsample.0`, inChannels, convNeXtEps);
  const conv = patches(`${stage}.downsample.1`, inChannels, outChannels, 2);
  return { layers: [norm, conv], forward: (ops, x) => ops.conv2d(ops.layerNorm(x, norm), conv) };
}

/** A ConvNeXt encoder; its feature maps are the four stages, so that there is none at 1/2. */
export function buildConvNeXt(variant: ConvNeXtVariant, { dropPathRate = 0 }: EncoderOptions = {}): Encoder {
  const prefix = 'encoder.model.';
  const last = variant.depths.reduce((sum, depth) => sum + depth, 0) - 1;
  let inChannels = 3;
  let position = 0;
  const stages = variant.depths.map((depth, index) => {
    const name = `${prefix}stages_${index}`;
    const channels = variant.channels[index] ?? 0;
    const enter = index === 0 ? stem(prefix, channels) : downsample(name, inChannels, channels);
    inChannels = channels;
    const blocks = Array.from(
      { length: depth },
      (_, block): ConvNeXtBlock =>
        convNeXtBlock(`${name}.blocks.${block}`, channels, (dropPathRate * position++) / last),
    );
    return { enter, blocks };
  });
  return {
    name: variant.name,
    inputMultiple: 32,
    featureChannels: [0, ...variant.channels],
    layers: stages.flatMap(({ enter, blocks }) => [...enter.layers, ...blocks.flatMap(({ layers }) => layers)]),
    idle: [],
    normalisation: imagenetNormalisation,
    features<T>(ops: Ops<T>, input: T): FeatureMaps<T> {
      let x = input;
      const features: (T | undefined)[] = [undefined];
      for (const { enter, blocks } of stages) {
        x = enter.forward(ops, x);
        for (const block of blocks) x = block.forward(ops, x);
        features.push(x);
      }
      return features;
    },
  };
}
