/**
 * The first EfficientNets: compound scaling of widths and depths (Tan & Le 2019, arXiv:1905.11946, table 1) and the Lite
 * family's exceptions, under the names that segmentation_models.pytorch gives them.
 */
import { imagenetNormalisation, type Normalisation } from '../encoder.js';
import { scaleChannels } from './scale-channels.js';
import type { StageNumbers, Variant } from './variant.js';

type Base = Omit<StageNumbers, 'block' | 'squeeze'>;

/** B0, and with it Lite0 but for the squeeze. */
export const baseStages: readonly Base[] = [
  { repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 16 },
  { repeats: 2, kernel: 3, stride: 2, expansion: 6, channels: 24 },
  { repeats: 2, kernel: 5, stride: 2, expansion: 6, channels: 40 },
  { repeats: 3, kernel: 3, stride: 2, expansion: 6, channels: 80 },
  { repeats: 3, kernel: 5, stride: 1, expansion: 6, channels: 112 },
  { repeats: 4, kernel: 5, stride: 2, expansion: 6, channels: 192 },
  { repeats: 1, kernel: 3, stride: 1, expansion: 6, channels: 320 },
];

/** Width and depth multipliers of B0 to B7; Lite0 to Lite4 use the first five. */
const scaling: readonly (readonly [width: number, depth: number])[] = [
  [1.0, 1.0],
  [1.0, 1.1],
  [1.1, 1.2],
  [1.2, 1.4],
  [1.4, 1.8],
  [1.6, 2.2],
  [1.8, 2.6],
  [2.0, 3.1],
];

const symmetricUnit: Normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/** timm keeps TensorFlow's, whose weights these are; segmentation_models.pytorch does not. */
const numbersOf = (family: Variant['family']): Variant['numbers'] =>
  family === 'universal' ? 'tensorflow' : 'pytorch';

/** B0 to B7. */
export function originalVariants(family: Variant['family']): readonly Variant[] {
  return scaling.map(([width, depth], index) => ({
    name: family === 'native' ? `timm-efficientnet-b${index}` : `tu-tf_efficientnet_b${index}`,
    stem: scaleChannels(32, width),
    stages: baseStages.map((stage) => ({
      ...stage,
      block: 'inverted',
      repeats: Math.ceil(stage.repeats * depth),
      channels: scaleChannels(stage.channels, width),
      squeeze: true,
    })),
    head: scaleChannels(1280, width),
    family,
    numbers: numbersOf(family),
    activation: 'silu',
    normalisation: imagenetNormalisation,
    keras: family === 'universal',
  }));
}

/** Lite0 to Lite4: no squeeze-and-excitation, ReLU6, and neither stem, head nor the depth of the first and last stage scaled. */
export function liteVariants(family: Variant['family']): readonly Variant[] {
  const ends = [0, baseStages.length - 1];
  return scaling.slice(0, 5).map(([width, depth], index) => ({
    name: `${family === 'native' ? 'timm' : 'tu'}-tf_efficientnet_lite${index}`,
    stem: 32,
    stages: baseStages.map((stage, at) => ({
      ...stage,
      block: 'inverted',
      repeats: ends.includes(at) ? stage.repeats : Math.ceil(stage.repeats * depth),
      channels: scaleChannels(stage.channels, width),
      squeeze: false,
    })),
    head: 1280,
    family,
    numbers: numbersOf(family),
    activation: 'relu6',
    normalisation: symmetricUnit,
    keras: false,
  }));
}
