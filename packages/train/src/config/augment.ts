/** How training windows are changed: four presets, each number of which can be set by itself. */
import { z } from 'zod';

const fraction = z.number().min(0).max(1);
const strength = (most: number) => z.number().min(0).max(most);

/** Everything that may be drawn for a window; 0, 1 for `zoom` or `false` switches a change off. */
const fields = {
  drawnPer: z
    .enum(['window', 'epoch'])
    .describe(
      "'epoch': mirroring, quarter turns and the branch of 'one-of' are the same for all windows of an epoch, as in the reference solution",
    ),
  flips: z.boolean().describe('mirror left-right and top-bottom, each with probability 1/2'),
  quarterTurns: fraction.describe('share of samples that are turned by 90, 180 or 270 degrees'),
  zoom: z
    .number()
    .min(1)
    .max(3)
    .describe('largest magnification, log-uniform from 1/zoom: random micrometres per pixel'),
  rotation: strength(180).describe('largest free rotation, degrees'),
  rotationChance: fraction.describe('share of samples that are rotated freely'),
  elastic: strength(0.2).describe('largest elastic displacement, as a share of the window'),
  elasticChance: fraction.describe('share of samples that are bent'),
  colourModel: z
    .enum(['matrix', 'one-of'])
    .describe("'matrix': all colour changes at once; 'one-of': the reference solution's scheme, in HSV"),
  colourChance: fraction.describe('share of samples whose colours are changed (matrix)'),
  brightness: strength(1).describe('largest shift, as a fraction of white'),
  contrast: strength(0.9).describe('largest relative change about the mean'),
  saturation: strength(1).describe('largest relative change'),
  hue: strength(0.5).describe('largest shift, in turns of the colour wheel'),
  gamma: strength(1.5).describe('largest log exponent: the exponent is exp(-g) to exp(g)'),
  stainScale: strength(1).describe('largest log factor of a channel in optical density'),
  stainShift: strength(1).describe('largest shift of a channel in optical density'),
  stainMix: strength(1).describe('largest log factor of a stain (haematoxylin with eosin or PAS)'),
  stainMixShift: strength(0.5).describe('largest shift of the amount of a stain'),
  stainMixChance: fraction.describe('share of samples whose stains are changed'),
  greyChance: fraction.describe('share of samples that lose a random part of their colour'),
  blur: strength(5).describe('largest standard deviation of a Gaussian blur, pixels'),
  blurChance: fraction.describe('share of samples that are blurred'),
  noise: strength(0.5).describe('largest standard deviation of Gaussian noise, as a fraction of white'),
  noiseChance: fraction.describe('share of samples that get noise'),
  holes: z.int().min(0).max(64).describe('most squares that are cut out (coarse dropout)'),
  holeSize: strength(0.5).describe('largest side of such a square, as a share of the window'),
  holesChance: fraction.describe('share of samples that get holes'),
  cutMix: fraction.describe("share of samples into which a rectangle of another slide's window is pasted"),
};

const fullSchema = z.strictObject(fields);
export type AugmentConfig = z.output<typeof fullSchema>;

const none: AugmentConfig = {
  drawnPer: 'window',
  flips: false,
  quarterTurns: 0,
  zoom: 1,
  rotation: 0,
  rotationChance: 0,
  elastic: 0,
  elasticChance: 0,
  colourModel: 'matrix',
  colourChance: 0,
  brightness: 0,
  contrast: 0,
  saturation: 0,
  hue: 0,
  gamma: 0,
  stainScale: 0,
  stainShift: 0,
  stainMix: 0,
  stainMixShift: 0,
  stainMixChance: 0,
  greyChance: 0,
  blur: 0,
  blurChance: 0,
  noise: 0,
  noiseChance: 0,
  holes: 0,
  holeSize: 0,
  holesChance: 0,
  cutMix: 0,
};

const standard: AugmentConfig = {
  ...none,
  flips: true,
  quarterTurns: 0.75,
  zoom: 1.25,
  rotation: 180,
  rotationChance: 0.5,
  colourChance: 0.9,
  brightness: 0.12,
  contrast: 0.2,
  saturation: 0.3,
  hue: 0.04,
  gamma: 0.2,
  stainScale: 0.2,
  stainShift: 0.05,
  greyChance: 0.1,
};

export const augmentPresets = {
  none,
  reference: {
    ...none,
    flips: true,
    quarterTurns: 0.5,
    colourModel: 'one-of',
    colourChance: 1,
    brightness: 0.05,
    contrast: 0.06,
    saturation: 0.06,
    hue: 0.075,
  },
  standard,
  strong: {
    ...standard,
    zoom: 1.4,
    rotationChance: 0.8,
    elastic: 0.03,
    elasticChance: 0.3,
    brightness: 0.2,
    contrast: 0.3,
    saturation: 0.4,
    hue: 0.06,
    stainMix: 0.3,
    stainMixShift: 0.05,
    stainMixChance: 0.5,
    blur: 1.5,
    blurChance: 0.2,
    noise: 0.06,
    noiseChance: 0.2,
    holes: 6,
    holeSize: 0.15,
    holesChance: 0.2,
    cutMix: 0.1,
  },
} as const satisfies Record<string, AugmentConfig>;

export const augmentSchema = z
  .strictObject({
    preset: z
      .enum(['none', 'reference', 'standard', 'strong'])
      .default('strong')
      .describe('where every setting that is not given comes from'),
    ...z.strictObject(fields).partial().shape,
  })
  .transform(({ preset, ...given }): AugmentConfig & { readonly preset: keyof typeof augmentPresets } => {
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return { preset, ...augmentPresets[preset], ...set };
  });
