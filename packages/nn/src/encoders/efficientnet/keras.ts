/**
 * EfficientNet encoders as segmentation_models for Keras takes them from the package efficientnet 1.1: skip connections are
 * expanded maps inside the first block of a stage, many times wider than the stage's output, and the deepest map is the head's.
 */
import { kerasNorm } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Encoder, EncoderOptions } from '../encoder.js';
import { bodyLayers, buildTrunk } from './trunk.js';
import type { Variant } from './variant.js';

/**
 * An encoder with TensorFlow's padding under timm's names, so that timm's `tf_efficientnet_*` weights load. Batch normalisation has
 * Keras' numbers, training drops paths up to 0.2, and the head (`conv_head`, `bn2`) is part of the network.
 */
export function buildKerasEfficientNet(variant: Variant, { dropPathRate = 0.2 }: EncoderOptions = {}): Encoder {
  const trunk = buildTrunk(variant, { norm: kerasNorm, dropPathRate });
  const { stem, stages, head } = trunk;
  // Keras' `block2a_expand_activation`, `block3a_...`, `block4a_...` and `block6a_...`: a stage's first block expands before it halves.
  const halves = (index: number): boolean => variant.stages[index]?.stride === 2;
  return {
    name: variant.name,
    inputMultiple: 32,
    featureChannels: [
      ...stages.flatMap(({ blocks }, index) => (halves(index) ? [blocks[0]?.expandedChannels ?? 0] : [])),
      head.outChannels,
    ],
    layers: [...bodyLayers(trunk), ...head.layers],
    idle: [],
    normalisation: variant.normalisation,
    features<T>(ops: Ops<T>, input: T): readonly T[] {
      let x = stem.forward(ops, input);
      const features: T[] = [];
      for (const [index, { blocks }] of stages.entries()) {
        for (const [repeat, block] of blocks.entries()) {
          const expanded = block.expand(ops, x);
          if (repeat === 0 && halves(index)) features.push(expanded);
          x = block.contract(ops, expanded, x);
        }
      }
      return [...features, head.forward(ops, x)];
    },
  };
}
