/**
 * EfficientNetV2 (Tan & Le 2021, arXiv:2104.00298, table 4 for S; B0 to B3 are scaled versions of a base of their own, as in the authors'
 * code) with TensorFlow's padding and numbers: timm's `tf_efficientnetv2_*`.
 */
import { imagenetNormalisation, type Normalisation } from '../encoder.js';
import { scaleChannels } from './scale-channels.js';
import type { BlockKind, StageNumbers, Variant } from './variant.js';

type Row = readonly [block: BlockKind, repeats: number, stride: number, expansion: number, channels: number];

const base: readonly Row[] = [
  ['plain', 1, 1, 1, 16],
  ['fused', 2, 2, 4, 32],
  ['fused', 2, 2, 4, 48],
  ['inverted', 3, 2, 4, 96],
  ['inverted', 5, 1, 6, 112],
  ['inverted', 8, 2, 6, 192],
];

const small: readonly Row[] = [
  ['plain', 2, 1, 1, 24],
  ['fused', 4, 2, 4, 48],
  ['fused', 4, 2, 4, 64],
  ['inverted', 6, 2, 4, 128],
  ['inverted', 9, 1, 6, 160],
  ['inverted', 15, 2, 6, 256],
];

/** Width and depth multipliers of B0 to B3. */
const scaling: readonly (readonly [width: number, depth: number])[] = [
  [1.0, 1.0],
  [1.0, 1.1],
  [1.1, 1.2],
  [1.2, 1.4],
];

/** B0 to B3 were trained on ImageNet's mean and deviation, S on [-1, 1] (timm's `default_cfgs`). */
const symmetricUnit: Normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

function stages(rows: readonly Row[], width: number, depth: number): readonly StageNumbers[] {
  return rows.map(([block, repeats, stride, expansion, channels]) => ({
    block,
    repeats: Math.ceil(repeats * depth),
    kernel: 3,
    stride,
    expansion,
    channels: scaleChannels(channels, width, 0),
    squeeze: block === 'inverted',
  }));
}

const common = { family: 'universal', numbers: 'tensorflow', activation: 'silu', keras: false } as const;

/** B0 to B3 and S. */
export function secondVariants(): readonly Variant[] {
  return [
    ...scaling.map(
      ([width, depth], index): Variant => ({
        ...common,
        name: `tu-tf_efficientnetv2_b${index}`,
        stem: scaleChannels(32, width, 0),
        stages: stages(base, width, depth),
        head: scaleChannels(1280, width, 0),
        normalisation: imagenetNormalisation,
      }),
    ),
    {
      ...common,
      name: 'tu-tf_efficientnetv2_s',
      stem: 24,
      stages: stages(small, 1, 1),
      head: 1280,
      normalisation: symmetricUnit,
    },
  ];
}
