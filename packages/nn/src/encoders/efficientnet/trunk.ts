/**
 * The EfficientNet network itself: stem, stages of blocks, and the head in front of the classifier. The layouts
 * differ in which of its maps they take.
 */
import {
  batchNormalisation,
  convolution,
  type Layer,
  type NormNumbers,
  type Padding,
  samePadding,
} from '../../layers.js';
import type { Ops } from '../../ops.js';
import { type Block, type BlockOptions, invertedResidual } from './block.js';
import { fusedResidual, plainBlock } from './fused-block.js';
import type { BlockKind, Variant } from './variant.js';

export interface Stage {
  readonly blocks: readonly Block[];
  readonly outChannels: number;
}

/** A convolution with its normalisation and activation. */
export interface Step {
  readonly layers: readonly Layer[];
  readonly outChannels: number;
  forward<T>(ops: Ops<T>, x: T): T;
}

export interface Trunk {
  /** To 1/2 of the input's size. */
  readonly stem: Step;
  readonly stages: readonly Stage[];
  /** The 1 x 1 convolution on the last stage (timm: `conv_head`, `bn2`; Keras: `top_conv`, `top_bn`). */
  readonly head: Step;
}

export interface TrunkOptions {
  readonly norm: NormNumbers;
  /** Of the last block, growing linearly from 0. */
  readonly dropPathRate: number;
}

const builders: Readonly<Record<BlockKind, (options: BlockOptions) => Block>> = {
  inverted: invertedResidual,
  fused: fusedResidual,
  plain: plainBlock,
};

/** Names are timm's, behind the family's prefix. */
export function buildTrunk(variant: Variant, { norm, dropPathRate }: TrunkOptions): Trunk {
  const prefix = variant.family === 'universal' ? 'encoder.model.' : 'encoder.';
  const padding = (kernel: number, stride: number): Padding => {
    const half = Math.floor(kernel / 2);
    return variant.numbers === 'tensorflow' ? samePadding(kernel, stride) : [half, half, half, half];
  };
  const step = (
    names: readonly [convolution: string, norm: string],
    [inChannels, outChannels]: readonly [number, number],
    [kernel, stride]: readonly [number, number],
  ): Step => {
    const conv = convolution({
      name: `${prefix}${names[0]}`,
      inChannels,
      outChannels,
      kernel,
      stride,
      padding: padding(kernel, stride),
      initialisation: 'he-normal-fan-out',
    });
    const bn = batchNormalisation(`${prefix}${names[1]}`, outChannels, norm.eps, norm.momentum);
    return {
      layers: [conv, bn],
      outChannels,
      forward: (ops, x) => ops.batchNorm(ops.conv2d(x, conv), bn, variant.activation),
    };
  };

  const stem = step(['conv_stem', 'bn1'], [3, variant.stem], [3, 2]);
  const total = variant.stages.reduce((sum, { repeats }) => sum + repeats, 0);
  let inChannels = stem.outChannels;
  let position = 0;
  const stages = variant.stages.map((stage, index): Stage => {
    const outChannels = stage.channels;
    const blocks = Array.from({ length: stage.repeats }, (_, repeat): Block => {
      const stride = repeat === 0 ? stage.stride : 1;
      const block = builders[stage.block]({
        name: `${prefix}blocks.${index}.${repeat}`,
        inChannels,
        outChannels,
        kernel: stage.kernel,
        stride,
        expansion: stage.expansion,
        padding: padding(stage.kernel, stride),
        squeezeChannels: stage.squeeze ? Math.round(inChannels * 0.25) : 0,
        activation: variant.activation,
        norm,
        dropPathRate: (dropPathRate * position++) / total,
      });
      inChannels = outChannels;
      return block;
    });
    return { blocks, outChannels };
  });
  return { stem, stages, head: step(['conv_head', 'bn2'], [inChannels, variant.head], [1, 1]) };
}

/** The layers of a trunk in state-dict order, without the head. */
export function bodyLayers({ stem, stages }: Trunk): readonly Layer[] {
  return [...stem.layers, ...stages.flatMap(({ blocks }) => blocks.flatMap(({ layers }) => layers))];
}
