/**
 * EfficientNet encoders as segmentation_models.pytorch has them: feature maps are the outputs of stages.
 */
import type { Ops } from '../../ops.js';
import type { Encoder, EncoderOptions } from '../encoder.js';
import { bodyLayers, buildTrunk } from './trunk.js';
import { endsScale, type Variant } from './variant.js';

/**
 * An EfficientNet encoder. `native` variants return the stem as their finest feature map, keep the head's parameters and drop
 * paths up to 0.2 in training; `universal` variants return stage 0 instead and drop none (the defaults of segmentation_models.pytorch for `timm-*` and `tu-*` encoders).
 */
export function buildEfficientNet(variant: Variant, options: EncoderOptions = {}): Encoder {
  const universal = variant.family === 'universal';
  const trunk = buildTrunk(variant, {
    norm: { eps: variant.numbers === 'tensorflow' ? 1e-3 : 1e-5, momentum: 0.1 },
    dropPathRate: options.dropPathRate ?? (universal ? 0 : 0.2),
  });
  const { stem, stages } = trunk;
  const head = universal ? [] : trunk.head.layers;
  // The stem of the `native` family stands for stage 0, which is as fine.
  const taken = (index: number): boolean => (universal || index > 0) && endsScale(variant.stages, index);
  const widths = stages.filter((_, index) => taken(index)).map(({ outChannels }) => outChannels);
  return {
    name: variant.name,
    inputMultiple: 32,
    featureChannels: universal ? widths : [stem.outChannels, ...widths],
    layers: [...bodyLayers(trunk), ...head],
    idle: head,
    normalisation: variant.normalisation,
    features<T>(ops: Ops<T>, input: T): readonly T[] {
      let x = stem.forward(ops, input);
      const features: T[] = universal ? [] : [x];
      for (const [index, { blocks }] of stages.entries()) {
        for (const block of blocks) x = block.contract(ops, block.expand(ops, x), x);
        if (taken(index)) features.push(x);
      }
      return features;
    },
  };
}
