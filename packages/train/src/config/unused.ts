/**
 * Settings that would do nothing beside the others. A person who gives one believes that it does something, so that it is refused rather than
 * ignored. A setting that has the value it would have anyway is never refused: a run's `config.yaml` names every one.
 */
import { FtuError } from '@ftuseg/core';
import { scoresBatches } from './combinations.js';
import type { TrainConfig } from './config.js';
import { parseTrainConfig } from './parse-config.js';
import {
  adam,
  all,
  byFold,
  centred,
  classify,
  colours,
  drawn,
  free,
  grid,
  hard,
  lookedFor,
  matrix,
  type Reason,
  scheduled,
  sgd,
  sized,
  unlabelled,
  validates,
  weighted,
  when,
  wholeSlides,
} from './reasons.js';

/** Each setting that can be idle, with the question whether it is. */
const rules: Readonly<Record<string, Reason>> = {
  decoder: classify,
  attention: classify,
  hypercolumns: classify,
  deepSupervision: all(
    classify,
    when(({ loss }) => loss.auxiliary > 0, 'loss.auxiliary is 0'),
  ),
  tileClassifier: all(
    classify,
    when(({ loss }) => loss.tile > 0, 'loss.tile is 0'),
  ),
  layout: classify,
  start: all(
    classify,
    when(
      ({ encoderWeights }) => !['none', 'imagenet'].includes(encoderWeights) && !encoderWeights.endsWith('.npz'),
      'only an earlier model of this program has weights of a whole network',
    ),
  ),
  calibrateBatches: when(
    ({ encoderWeights }) => encoderWeights.endsWith('.npz'),
    'only weights whose BatchNorm was folded away (.npz) are calibrated',
  ),
  split: when(({ validate }) => validate === undefined, '`validate` says which slides validate'),
  group: (config) =>
    byFold(config) ?? (config.split === 'tiles' ? 'tiles are dealt out, of whatever slide they are' : undefined),
  foldCount: byFold,
  folds: byFold,
  densityBins: byFold,
  stratification: byFold,
  samplesPerEpoch: free,
  emaWarmup: when(({ ema }) => ema > 0, 'weights are not averaged (ema)'),
  'sampling.centred': free,
  'sampling.jitter': centred,
  'sampling.slides': free,
  'sampling.balanceBy': free,
  'sampling.balance': all(
    free,
    when(({ sampling }) => sampling.balanceBy !== undefined, '`sampling.balanceBy` names no column'),
  ),
  'sampling.anatomy': free,
  'sampling.areaBins': (config) => (config.sampling.windows === 'free' ? centred(config) : undefined),
  'sampling.hardNegatives': all(
    hard,
    when(
      ({ sampling, epochs }) => sampling.hardNegativesEvery < epochs,
      'the run ends before the first of them are looked for',
    ),
  ),
  'sampling.hardNegativesEvery': lookedFor,
  'sampling.hardNegativesCost': lookedFor,
  'consistency.weight': unlabelled,
  'consistency.confidence': unlabelled,
  'consistency.featureDropout': unlabelled,
  'sampling.positive': grid,
  'sampling.negative': grid,
  'validation.every': validates,
  'validation.tile': wholeSlides,
  'validation.overlap': wholeSlides,
  'validation.score': validates,
  'validation.threshold': when((config) => !scoresBatches(config), 'batches are scored at 0.5'),
  'augment.drawnPer': when(
    ({ augment }) => augment.flips || augment.quarterTurns > 0 || augment.colourModel === 'one-of',
    'flips, quarter turns and the branch of one-of are all that is drawn per epoch, and there are none',
  ),
  'augment.rotation': drawn('rotationChance'),
  'augment.rotationChance': sized('rotation'),
  'augment.elastic': drawn('elasticChance'),
  'augment.elasticChance': sized('elastic'),
  'augment.colourChance': all(
    matrix,
    when(
      ({ augment: { brightness, contrast, saturation, hue, gamma, stainScale, stainShift, greyChance } }) =>
        brightness + contrast + saturation + hue + gamma + stainScale + stainShift + greyChance > 0,
      'no colour is changed',
    ),
  ),
  'augment.brightness': colours,
  'augment.contrast': colours,
  'augment.saturation': colours,
  'augment.hue': colours,
  'augment.gamma': all(matrix, colours),
  'augment.stainScale': all(matrix, colours),
  'augment.stainShift': all(matrix, colours),
  'augment.greyChance': all(matrix, colours),
  'augment.stainMix': drawn('stainMixChance'),
  'augment.stainMixShift': drawn('stainMixChance'),
  'augment.stainMixChance': when(
    ({ augment }) => augment.stainMix + augment.stainMixShift > 0,
    'augment.stainMix and augment.stainMixShift are 0',
  ),
  'augment.blur': drawn('blurChance'),
  'augment.blurChance': sized('blur'),
  'augment.noise': drawn('noiseChance'),
  'augment.noiseChance': sized('noise'),
  'augment.holes': drawn('holesChance'),
  'augment.holeSize': all(drawn('holesChance'), sized('holes')),
  'augment.holesChance': sized('holes'),
  'loss.bce': classify,
  'loss.dice': classify,
  'loss.jaccard': classify,
  'loss.focal': classify,
  'loss.tversky': classify,
  'loss.lovasz': classify,
  'loss.boundary': classify,
  'loss.smooth': weighted('dice', 'jaccard', 'tversky'),
  'loss.focalAlpha': weighted('focal'),
  'loss.focalNegative': weighted('focal'),
  'loss.focalGamma': weighted('focal'),
  'loss.tverskyAlpha': weighted('tversky'),
  'loss.tverskyBeta': weighted('tversky'),
  'loss.boundaryRadius': weighted('boundary'),
  'loss.boundaryWeight': weighted('boundary'),
  'loss.labelSmoothing': (config) =>
    config.task === 'classify' || config.deepSupervision || config.tileClassifier
      ? undefined
      : weighted('bce', 'focal', 'boundary')(config),
  'loss.auxiliary': all(
    classify,
    when(({ deepSupervision }) => deepSupervision, 'the network has no deep supervision'),
  ),
  'loss.tile': all(
    classify,
    when(({ tileClassifier }) => tileClassifier, 'the network has no tile classifier'),
  ),
  'loss.focalForm': weighted('focal'),
  'optimiser.name': when(
    ({ optimiser }) => optimiser.name !== 'adamw' || optimiser.weightDecay > 0,
    'without optimiser.weightDecay adamw is adam',
  ),
  'optimiser.beta1': adam,
  'optimiser.beta2': adam,
  'optimiser.epsilon': adam,
  'optimiser.epsilonHat': adam,
  'optimiser.momentum': sgd,
  'optimiser.nesterov': all(
    sgd,
    when(({ optimiser }) => optimiser.momentum > 0, 'optimiser.momentum is 0'),
  ),
  'schedule.warmup': scheduled('cosine', 'constant', 'plateau', 'polynomial', 'one-cycle'),
  'schedule.final': scheduled('cosine'),
  'schedule.power': scheduled('polynomial'),
  'schedule.divide': scheduled('one-cycle'),
  'schedule.finalDivide': scheduled('one-cycle'),
  'schedule.factor': all(scheduled('plateau'), validates),
  'schedule.patience': all(scheduled('plateau'), validates),
  'schedule.minimum': all(scheduled('plateau'), validates),
};

const isSettings = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(settings: unknown, path: readonly string[]): unknown {
  let value: unknown = settings;
  for (const key of path) value = isSettings(value) ? value[key] : undefined;
  return value;
}

function without(settings: Record<string, unknown>, [key = '', ...rest]: readonly string[]): Record<string, unknown> {
  const { [key]: below, ...others } = settings;
  return rest.length === 0 || !isSettings(below) ? others : { ...others, [key]: without(below, rest) };
}

/** The value that a setting would have if it were not given; undefined where the others are impossible by themselves. */
function valueWithout(input: Record<string, unknown>, path: readonly string[]): unknown {
  try {
    return valueAt(parseTrainConfig(without(input, path)), path);
  } catch (error) {
    if (error instanceof FtuError) return undefined;
    throw error;
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Settings of sources that their kind of windows has no use for. */
function idleInSources({ sampling, sources = {} }: TrainConfig): UnusedSetting[] {
  return Object.entries(sources).flatMap(([name, { positive, negative, weight }]) => {
    const idle = (key: string, reason: string): UnusedSetting => ({ setting: `sources.${name}.${key}`, reason });
    if (sampling.windows === 'grid') return weight === 1 ? [] : [idle('weight', 'the windows are those of the grid')];
    return [
      ...(positive === undefined ? [] : [idle('positive', 'windows are drawn freely')]),
      ...(negative === undefined ? [] : [idle('negative', 'windows are drawn freely')]),
    ];
  });
}

export interface UnusedSetting {
  /** Such as `schedule.warmup`. */
  readonly setting: string;
  readonly reason: string;
}

/** Settings that can do nothing in some company, as `schedule.warmup`. */
export const conditionalSettings: readonly string[] = Object.keys(rules);

/**
 * The given settings that would do nothing.
 *
 * @param input as a person wrote it, and as `parseTrainConfig` takes it
 * @throws FtuError 'bad-input' as `parseTrainConfig`
 */
export function unusedSettings(input: unknown): UnusedSetting[] {
  const config = parseTrainConfig(input);
  if (!isSettings(input)) return [];
  const idle = Object.entries(rules).flatMap(([setting, reasonFor]): UnusedSetting[] => {
    const path = setting.split('.');
    const given = valueAt(input, path);
    // Nothing that is switched off twice is missed.
    if (given === undefined || (path[0] === 'augment' && (given === 0 || given === false))) return [];
    const reason = reasonFor(config);
    if (reason === undefined) return [];
    return same(valueAt(config, path), valueWithout(input, path)) ? [] : [{ setting, reason }];
  });
  return [...idle, ...idleInSources(config)];
}

/**
 * @param subject the file or command that the settings came from, for the error's sentence
 * @throws FtuError 'bad-input' naming the first setting that would do nothing, and why
 * @example
 * refuseUnusedTraining({ data: 'd', out: 'r', schedule: { name: 'reference', warmup: 0.1 } });
 */
export function refuseUnusedTraining(input: unknown, subject = 'training settings'): void {
  const [first, ...rest] = unusedSettings(input);
  if (first === undefined) return;
  const others = rest.map(({ setting }) => `"${setting}"`).join(', ');
  throw new FtuError('bad-input', `setting "${first.setting}" would do nothing: ${first.reason}`, {
    subject,
    setting: first.setting,
    hint: rest.length === 0 ? 'leave it out' : `leave it out, and ${others} too`,
  });
}
