/**
 * Whole runs in a word. A preset's settings take the place of the defaults; whatever is given beside it wins.
 */
import type { TrainConfigInput } from './config.js';

type Preset = Partial<Omit<TrainConfigInput, 'data' | 'out' | 'preset'>>;

export const trainPresets = {
  /**
   * The published solution's training: grid tiles split by tile, scikit-learn's folds with its seed, its losses, optimiser, table of rates and
   * colour changes, its input and its validation.
   */
  reference: {
    decoder: 'unet',
    encoder: 'timm-efficientnet-b0',
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
  /** What the competition's winners added: grouped folds, windows on glomeruli, strong changes, every scale taught. */
  winner: {
    deepSupervision: true,
    ema: 0.998,
    sampling: { windows: 'free', centred: 0.6, areaBins: 4 },
    augment: { preset: 'strong' },
    optimiser: { name: 'adamw', weightDecay: 0.01 },
  },
} as const satisfies Record<string, Preset>;

export const presetNames = ['reference', 'winner'] as const;

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

const dependents: readonly Dependent[] = [
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
