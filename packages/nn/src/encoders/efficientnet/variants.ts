/**
 * The EfficientNet family in numbers: compound scaling of widths and depths (Tan & Le 2019, arXiv:1905.11946, table 1)
 * and the Lite family's exceptions, under the names that segmentation_models.pytorch gives them.
 */
import type { Activation } from '../../ops.js';
import { imagenetNormalisation, type Normalisation } from '../encoder.js';

/** One stage of the base network B0: `repeats` blocks, of which the first has the stride. */
export interface Stage {
  readonly repeats: number;
  readonly kernel: number;
  readonly stride: number;
  readonly expansion: number;
  readonly channels: number;
}

/** How one encoder differs from B0. */
export interface Variant {
  readonly name: string;
  readonly width: number;
  readonly depth: number;
  /** Lite: no squeeze-and-excitation, ReLU6, stem, head, first and last stage not scaled. */
  readonly lite: boolean;
  /** `universal` is the `tu-` family: SAME padding, eps 1e-3, names under `encoder.model.`, no head, features of stage 0. */
  readonly family: 'native' | 'universal';
  readonly activation: Activation;
  readonly normalisation: Normalisation;
}

export const baseStages: readonly Stage[] = [
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

/** Every EfficientNet encoder, in the order that `encoderNames` lists them. */
export const variants: readonly Variant[] = (['native', 'universal'] as const).flatMap((family) => [
  ...scaling.map(([width, depth], index): Variant => {
    const name = family === 'native' ? `timm-efficientnet-b${index}` : `tu-tf_efficientnet_b${index}`;
    return { name, width, depth, lite: false, family, activation: 'silu', normalisation: imagenetNormalisation };
  }),
  ...scaling.slice(0, 5).map(([width, depth], index): Variant => {
    const name = `${family === 'native' ? 'timm' : 'tu'}-tf_efficientnet_lite${index}`;
    return { name, width, depth, lite: true, family, activation: 'relu6', normalisation: symmetricUnit };
  }),
]);

/** Scales a width and rounds to a multiple of 8, never losing more than a tenth of it. */
export function scaleChannels(channels: number, width: number): number {
  const wanted = channels * width;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}
