/**
 * Builds an EfficientNet encoder from its variant: stem, seven stages of inverted residuals, and the head's
 * parameters where segmentation_models.pytorch keeps them.
 */
import { batchNormalisation, convolution, type Layer, type Padding, samePadding } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Encoder, EncoderOptions } from '../encoder.js';
import { type Block, invertedResidual } from './block.js';
import { baseStages, scaleChannels, type Variant } from './variants.js';

/** Stages whose output is the last one before the next halving. */
const featureStages = [1, 2, 4, 6] as const;

function stageDepth(variant: Variant, stage: number, repeats: number): number {
  const fixed = variant.lite && (stage === 0 || stage === baseStages.length - 1);
  return fixed ? repeats : Math.ceil(repeats * variant.depth);
}

/**
 * An EfficientNet encoder. `native` variants pad symmetrically, return the stem as their finest feature map and drop paths
 * up to 0.2 in training; `universal` variants pad as TensorFlow does, return stage 0 instead and drop none
 * (the defaults of segmentation_models.pytorch for `timm-*` and `tu-*` encoders).
 */
export function buildEfficientNet(variant: Variant, options: EncoderOptions = {}): Encoder {
  const universal = variant.layout === 'universal';
  const prefix = universal ? 'encoder.model.' : 'encoder.';
  const eps = universal ? 1e-3 : 1e-5;
  const dropPathRate = options.dropPathRate ?? (universal ? 0 : 0.2);
  const padding = (kernel: number, stride: number): Padding => {
    const half = Math.floor(kernel / 2);
    return universal ? samePadding(kernel, stride) : [half, half, half, half];
  };

  const stemChannels = variant.lite ? 32 : scaleChannels(32, variant.width);
  const stem = convolution({
    name: `${prefix}conv_stem`,
    inChannels: 3,
    outChannels: stemChannels,
    kernel: 3,
    stride: 2,
    padding: padding(3, 2),
    initialisation: 'he-normal-fan-out',
  });
  const stemNorm = batchNormalisation(`${prefix}bn1`, stemChannels, eps);

  const depths = baseStages.map((stage, index) => stageDepth(variant, index, stage.repeats));
  const total = depths.reduce((sum, depth) => sum + depth, 0);
  const stages: (readonly Block[])[] = [];
  const stageChannels: number[] = [];
  let inChannels = stemChannels;
  let position = 0;
  for (const [index, stage] of baseStages.entries()) {
    const outChannels = scaleChannels(stage.channels, variant.width);
    const blocks: Block[] = [];
    for (let repeat = 0; repeat < (depths[index] ?? 0); repeat++) {
      const stride = repeat === 0 ? stage.stride : 1;
      blocks.push(
        invertedResidual({
          name: `${prefix}blocks.${index}.${repeat}`,
          inChannels,
          outChannels,
          kernel: stage.kernel,
          stride,
          expansion: stage.expansion,
          padding: padding(stage.kernel, stride),
          squeezeChannels: variant.lite ? 0 : Math.round(inChannels * 0.25),
          activation: variant.activation,
          eps,
          dropPathRate: (dropPathRate * position) / total,
        }),
      );
      inChannels = outChannels;
      position++;
    }
    stages.push(blocks);
    stageChannels.push(outChannels);
  }

  const headChannels = variant.lite ? 1280 : scaleChannels(1280, variant.width);
  const head: readonly Layer[] = universal
    ? []
    : [
        convolution({
          name: `${prefix}conv_head`,
          inChannels,
          outChannels: headChannels,
          kernel: 1,
          initialisation: 'he-normal-fan-out',
        }),
        batchNormalisation(`${prefix}bn2`, headChannels, eps),
      ];

  return {
    name: variant.name,
    inputMultiple: 32,
    featureChannels: [
      universal ? (stageChannels[0] ?? 0) : stemChannels,
      ...featureStages.map((stage) => stageChannels[stage] ?? 0),
    ],
    layers: [stem, stemNorm, ...stages.flat().flatMap((block) => block.layers), ...head],
    idle: head,
    normalisation: variant.normalisation,
    features<T>(ops: Ops<T>, input: T): readonly T[] {
      let x = ops.batchNorm(ops.conv2d(input, stem), stemNorm, variant.activation);
      const features: T[] = universal ? [] : [x];
      for (const [index, blocks] of stages.entries()) {
        for (const block of blocks) x = block.forward(ops, x);
        if (featureStages.some((stage) => stage === index) || (universal && index === 0)) features.push(x);
      }
      return features;
    },
  };
}
