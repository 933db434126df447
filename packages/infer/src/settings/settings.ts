/**
 * Every setting of a prediction in one schema: defaults, ranges, the command line's help and `predictions.json` come
 * from here. What a setting leaves open is filled in from the model cards.
 */
import { type CrfOptions, FtuError } from '@ftuseg/core';
import { checkSchema, micronsSchema, problemText } from '@ftuseg/nn';
import { z } from 'zod';
import { viewNames } from '../plan/views.js';
import { mergeNames } from '../stitch/tile-weights.js';
import { crfByName } from './crf-settings.js';
import { perClass } from './per-class.js';
import { refuseLowPeaks, refuseUnusedPrediction, takesLikelier } from './unused-settings.js';

const perClassText = 'one number, or one for each class as NAME=NUMBER,NAME=NUMBER';

export const predictSettingsSchema = z.object({
  views: z
    .enum(viewNames)
    .default('none')
    .describe(
      'test-time views to average: none; reference (identity, horizontal, vertical, transpose); d4 (all eight)',
    ),
  scales: z
    .union([z.string(), z.array(z.number())])
    .default('1')
    .describe('magnifications to average, such as 1,0.8,1.25: each shows the network the slide larger or smaller'),
  merge: z
    .enum(mergeNames)
    .default('hann')
    .describe(
      'where tiles overlap: hann, gaussian or mean (weighted probabilities), center (the tile whose centre is nearest), or (masks of tiles joined, literally as the reference)',
    ),
  overlap: z
    .number()
    .min(0)
    .max(8192)
    .default(0.25)
    .describe('overlap of neighbouring tiles: a fraction of the tile below 1, else working-resolution pixels'),
  tileSize: z
    .int()
    .positive()
    .max(8192)
    .optional()
    .describe('side of a tile at working resolution, a multiple of 32; the model card says if unset'),
  batchSize: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('tiles per call of the network; what is fastest on the device if unset (1 on the processor)'),
  all: z.boolean().default(false).describe('show the network empty glass too; merge or always does'),
  crf: z
    .string()
    .default('none')
    .describe('DenseCRF: none, reference, bilateral, or sxy=3,compat=3,iterations=5 and the like'),
  threshold: z
    .union([z.number(), z.string()])
    .optional()
    .describe(
      `probability from which a pixel counts (merge or: above which; with crf it decides nothing there): ${perClassText}; the model card says if unset`,
    ),
  peak: z
    .union([z.number(), z.string()])
    .optional()
    .describe(`hysteresis: keep an object only where its highest probability reaches this; ${perClassText}`),
  minimumArea: z
    .union([z.number(), z.string()])
    .default(0)
    .describe(
      `drop smaller objects, square micrometres (pixels of the slide if its scale is unknown): ${perClassText}`,
    ),
  fillHoles: z.boolean().default(false).describe('fill holes inside objects'),
  split: z.boolean().default(false).describe('part objects that touch, by a watershed'),
  micronsPerPixel: micronsSchema.optional().describe('micrometres per level-0 pixel, for slides that do not say'),
  downsample: z
    .number()
    .positive()
    .optional()
    .describe('level-0 pixels per working pixel; by default from the resolutions of model and slide'),
});

/** What a caller writes: everything may be left out. */
export type PredictSettings = z.input<typeof predictSettingsSchema>;

/** Settings that hold for all models and slides of a prediction. */
export interface ResolvedSettings
  extends Omit<z.output<typeof predictSettingsSchema>, 'scales' | 'crf' | 'threshold' | 'peak' | 'minimumArea'> {
  readonly scales: readonly number[];
  readonly crf: CrfOptions | undefined;
  /** For each class, in the order of the classes. */
  readonly threshold: readonly number[];
  /** For each class; 0: no hysteresis. */
  readonly peak: readonly number[];
  /** For each class, square micrometres. */
  readonly minimumArea: readonly number[];
}

const strictSettings = predictSettingsSchema.strict();
const SUBJECT = 'prediction settings';

/** Each is a prediction of its own. */
const MAX_SCALES = 16;

function scalesOf(given: string | readonly number[]): readonly number[] {
  const scales = typeof given === 'string' ? given.split(',').map(Number) : given;
  if (scales.length > MAX_SCALES) {
    throw new FtuError('bad-input', `${scales.length} scales are more than ${MAX_SCALES}`, { subject: SUBJECT });
  }
  if (scales.length > 0 && scales.every((scale) => scale >= 0.1 && scale <= 10)) return scales;
  throw new FtuError('bad-input', `scales are numbers from 0.1 to 10 such as 1,0.8, not "${given}"`, {
    subject: SUBJECT,
  });
}

/**
 * Checks settings and completes them.
 * @param classes of the models
 * @param cardThreshold where the settings name none: the mean of the model cards'
 * @throws {FtuError} `bad-input` naming every setting that is impossible
 * @example
 * resolveSettings({ threshold: 'normal=0.4,sclerotic=0.6' }, ['normal', 'sclerotic'], 0.5).threshold; // [0.4, 0.6]
 */
export function resolveSettings(
  settings: PredictSettings,
  classes: readonly string[],
  cardThreshold: number,
): ResolvedSettings {
  const parsed = checkSchema(strictSettings, settings);
  if (!parsed.success) {
    throw new FtuError('bad-input', parsed.problems.map(problemText).join('; '), { subject: SUBJECT });
  }
  refuseUnusedPrediction(settings);
  const { threshold, peak, minimumArea, crf, scales, ...rest } = parsed.data;
  const likelier = takesLikelier(parsed.data);
  const probability = { low: 0, high: 1, open: true };
  const thresholds = perClass('threshold', threshold ?? (likelier ? 0.5 : cardThreshold), classes, probability);
  const peaks = perClass('peak', peak ?? 0, classes, { low: 0, high: 1, open: false });
  refuseLowPeaks(thresholds, peaks);
  return {
    ...rest,
    scales: scalesOf(scales),
    crf: crfByName(crf),
    ...{ threshold: thresholds, peak: peaks },
    minimumArea: perClass('minimumArea', minimumArea, classes, { low: 0, high: Number.MAX_VALUE, open: false }),
  };
}
