/**
 * Settings of whole runs under one name. A preset replaces the defaults; settings that are given beside it win.
 */
import { presetNames, type TrainConfigInput } from './config.js';

type Preset = Partial<Omit<TrainConfigInput, 'data' | 'out' | 'preset'>>;

export const trainPresets = {
  /**
   * The published solution's training: grid tiles split by tile, scikit-learn's folds with its seed, its losses, optimiser, table of rates and
   * colour changes, its input and its validation.
   */
  reference: {
    decoder: 'unet',
    encoder: 'tu-tf_efficientnet_b0',
    layout: 'keras',
    split: 'tiles',
    stratification: 'positive-tiles',
    seed: 5363,
    normalisation: 'unit',
    batchSize: 24,
    epochs: 40,
    sampling: { windows: 'grid', positive: 0.6, negative: 0.25 },
    augment: { preset: 'reference', drawnPer: 'epoch' },
    loss: {
      bce: 0.5,
      dice: 0.25,
      focal: 0.25,
      smooth: 1e-5,
      focalAlpha: 0.25,
      focalForm: 'split',
    },
    optimiser: { name: 'adam', learningRate: 1e-4, epsilon: 1e-7, epsilonHat: true },
    schedule: { name: 'reference' },
    validation: { score: 'batches' },
  },
  /** The first place's training, as its public code (tikutikutiku/kaggle-hubmap) has it; docs/reference.md says where it differs. */
  winner: {
    decoder: 'unet',
    encoder: 'se_resnext101_32x4d',
    attention: 'cbam',
    hypercolumns: true,
    deepSupervision: true,
    tileClassifier: true,
    batchSize: 16,
    epochs: 20,
    sampling: { windows: 'free', centred: 0.5, jitter: 1, areaBins: 4 },
    augment: {
      preset: 'none',
      flips: true,
      quarterTurns: 0.75,
      zoom: 1.25,
      rotation: 30,
      rotationChance: 0.5,
      colourChance: 0.5,
      brightness: 0.35,
      contrast: 0.5,
      saturation: 0.3,
      hue: 1 / 6,
      blur: 1.4,
      blurChance: 0.5,
      noise: 0.028,
      noiseChance: 0.5,
      holes: 2,
      holeSize: 0.25,
      holesChance: 0.5,
    },
    loss: { bce: 1, dice: 0, lovasz: 1, auxiliary: 0.4, tile: 1 },
    optimiser: { name: 'adam', learningRate: 1e-4, weightDecay: 1e-5 },
    schedule: { name: 'cosine', warmup: 0, final: 0.01 },
  },
} as const satisfies Record<string, Preset>;

const isSettings = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `over` laid upon `under`, nested settings too. */
function merge(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const result = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = under[name];
    result[name] = isSettings(below) && isSettings(value) ? merge(below, value) : value;
  }
  return result;
}

/** A setting of a preset that means something only where others, `unless`, are not given otherwise. */
interface Dependent {
  readonly path: readonly [string, string?];
  readonly unless: (input: Record<string, unknown>) => boolean;
}

const differs = (value: unknown, from: string): boolean => value !== undefined && value !== from;
const inside = (value: unknown, name: string): unknown => (isSettings(value) ? value[name] : undefined);

const kerasEncoder = /^tu-tf_efficientnet_b\d$/;
const kerasDecoder = /^(?:unet|fpn|linknet)$/;

const dependents: readonly Dependent[] = [
  {
    path: ['layout'],
    unless: ({ encoder = 'tu-tf_efficientnet_b0', decoder = 'unet', attention }) =>
      !kerasEncoder.test(String(encoder)) || !kerasDecoder.test(String(decoder)) || attention !== undefined,
  },
  { path: ['stratification'], unless: ({ split, validate }) => split === 'none' || validate !== undefined },
  {
    path: ['validation', 'score'],
    unless: ({ split, validate, task }) => differs(split, 'tiles') || validate !== undefined || task === 'classify',
  },
  { path: ['optimiser', 'epsilonHat'], unless: ({ optimiser }) => inside(optimiser, 'name') === 'sgd' },
  { path: ['augment', 'drawnPer'], unless: ({ augment }) => differs(inside(augment, 'preset'), 'reference') },
];

/** `preset` without what does nothing beside the settings that are given. */
function fitting(preset: Record<string, unknown>, input: Record<string, unknown>): Record<string, unknown> {
  const result = { ...preset };
  for (const { path, unless } of dependents) {
    const [name, nested] = path;
    if (!unless(input)) continue;
    const value = result[name];
    if (nested === undefined) delete result[name];
    else if (isSettings(value)) {
      const { [nested]: _, ...rest } = value;
      result[name] = rest;
    }
  }
  return result;
}

/** The settings with those of their preset under them; settings of an unknown preset are left for the schema to refuse. */
export function withPreset(input: unknown): unknown {
  if (!isSettings(input)) return input;
  const preset = presetNames.find((name) => name === input.preset);
  return preset === undefined ? input : merge(fitting(trainPresets[preset], input), input);
}
