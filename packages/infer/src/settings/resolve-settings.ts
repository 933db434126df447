/** What a caller writes becomes what a prediction works with: checked, completed from the model cards, one number for each class. */
import { type CrfOptions, FtuError } from '@ftuseg/core';
import { checkSchema, problemText, settingOf } from '@ftuseg/nn';
import type { z } from 'zod';
import { crfByName } from './crf-settings.js';
import { type GateSetting, gateOf } from './gate-setting.js';
import { refuseIdleTarget } from './idle-target.js';
import { namesIn, type PerClass, perClass } from './per-class.js';
import { type PredictSettings, predictSettingsSchema } from './predict-settings.js';
import { checkGateTiles, tileGeometry } from './tile-geometry.js';
import { type TileSizeSetting, tileSizeOf } from './tile-size-setting.js';
import { refuseLowPeaks, refuseUnusedPrediction, takesLikelier } from './unused-settings.js';

/** Settings that hold for all models and slides of a prediction. */
export interface ResolvedSettings
  extends Omit<
    z.output<typeof predictSettingsSchema>,
    'scales' | 'crf' | 'threshold' | 'peak' | 'minimumArea' | 'classifierGate' | 'tileSize'
  > {
  readonly scales: readonly number[];
  readonly crf: CrfOptions | undefined;
  readonly classifierGate: GateSetting | undefined;
  readonly tileSize: TileSizeSetting | undefined;
  /** For each class, in the order of the classes. */
  readonly threshold: readonly number[];
  /** For each class; 0: no hysteresis. */
  readonly peak: readonly number[];
  /** For each class; see `areaPixel` for the unit. */
  readonly minimumArea: readonly number[];
  /** Who said so: the sizes in a model card are in square micrometres, and say nothing of slides whose scale is unknown. */
  readonly minimumAreaBy: 'settings' | 'model card';
}

/** What settings are completed from; an `Ensemble` is one. */
export interface KnownByCards {
  readonly classes: readonly string[];
  /** The mean of the model cards'. */
  readonly threshold: number;
  /** For each class, square micrometres; absent: no card says. */
  readonly leastArea?: readonly number[] | undefined;
}

const strictSettings = predictSettingsSchema.strict();
const SUBJECT = 'prediction settings';

/** Each is a prediction of its own. */
const MAX_SCALES = 16;

function scalesOf(given: string | readonly number[]): readonly number[] {
  const scales = typeof given === 'string' ? given.split(',').map(Number) : given;
  if (scales.length > MAX_SCALES) {
    const problem = `${scales.length} scales are more than ${MAX_SCALES}`;
    throw new FtuError('bad-input', problem, { subject: SUBJECT, setting: 'scales' });
  }
  if (scales.length > 0 && scales.every((scale) => scale >= 0.1 && scale <= 10)) return scales;
  throw new FtuError('bad-input', `scales are numbers from 0.1 to 10 such as 1,0.8, not "${given}"`, {
    subject: SUBJECT,
    setting: 'scales',
  });
}

/**
 * Checks settings and completes them.
 * @param known classes of the models, and what their cards say where the settings say nothing
 * @throws {FtuError} `bad-input` naming every setting that is impossible
 * @example
 * resolveSettings({ threshold: 'normal=0.4,sclerotic=0.6' }, { classes: ['normal', 'sclerotic'], threshold: 0.5 }).threshold; // [0.4, 0.6]
 */
export function resolveSettings(settings: PredictSettings, known: KnownByCards): ResolvedSettings {
  const { classes } = known;
  const { threshold, peak, minimumArea, ...rest } = withoutModels(settings);
  const likelier = takesLikelier(settings);
  const thresholds = perClass('threshold', threshold ?? (likelier ? 0.5 : known.threshold), classes, RANGES.threshold);
  const peaks = perClass('peak', peak ?? 0, classes, RANGES.peak);
  refuseLowPeaks(thresholds, peaks);
  return { ...rest, threshold: thresholds, peak: peaks, ...leastArea(minimumArea, known, rest.merge) };
}

/** Settings of one number for each class. */
const RANGES = {
  threshold: { low: 0, high: 1, open: true },
  peak: { low: 0, high: 1, open: false },
  minimumArea: { low: 0, high: Number.MAX_VALUE, open: false },
} as const;

/** All that can be said of settings before models are at hand. */
function withoutModels(settings: PredictSettings) {
  const parsed = checkSchema(strictSettings, settings);
  if (!parsed.success) {
    throw new FtuError('bad-input', parsed.problems.map(problemText).join('; '), {
      subject: SUBJECT,
      setting: settingOf(parsed.problems[0]),
    });
  }
  refuseUnusedPrediction(settings);
  refuseIdleTarget(parsed.data);
  const { crf, scales, classifierGate, tileSize, ...rest } = parsed.data;
  return {
    ...rest,
    scales: scalesOf(scales),
    crf: crfByName(crf),
    classifierGate: gateOf(classifierGate),
    tileSize: tileSizeOf(tileSize),
  };
}

/**
 * What is wrong with settings whatever the models are: to be asked before these are opened, or trained.
 * @param models what is known of them
 * @throws {FtuError} `bad-input` as `resolveSettings`, but for what depends on the model cards
 * @example
 * checkPredictSettings({ crf: 'refrence' }); // throws: crf: there is no "refrence"
 */
export function checkPredictSettings(settings: PredictSettings, { classes, tileSize }: KnownModels = {}): void {
  const given = withoutModels(settings);
  if (tileSize !== undefined) {
    tileGeometry(given, tileSize);
    checkGateTiles(given, tileSize, SUBJECT);
  }
  for (const [name, range] of Object.entries(RANGES)) {
    const value = given[name as keyof typeof RANGES];
    if (value !== undefined) perClass(name, value, classes ?? namesIn(name, value), range);
  }
}

/** What may be known of models before they are there. */
export interface KnownModels {
  readonly classes?: readonly string[] | undefined;
  /** Side of the training's tiles, working pixels. */
  readonly tileSize?: number | undefined;
}

/** Masks that are joined by OR are those of the published solution, which drops nothing. */
function leastArea(
  given: PerClass | undefined,
  { classes, leastArea: byCards = [] }: KnownByCards,
  merge: string,
): Pick<ResolvedSettings, 'minimumArea' | 'minimumAreaBy'> {
  if (given === undefined && merge !== 'or' && byCards.some((area) => area > 0)) {
    return { minimumArea: byCards, minimumAreaBy: 'model card' };
  }
  return { minimumArea: perClass('minimumArea', given ?? 0, classes, RANGES.minimumArea), minimumAreaBy: 'settings' };
}
