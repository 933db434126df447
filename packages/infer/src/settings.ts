/**
 * Every setting of a prediction in one schema: defaults, ranges, the command line's help and `predictions.json` come
 * from here. What a setting leaves open is filled in from the model card.
 */
import { FtuError } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import { z } from 'zod';
import { viewNames } from './views.js';

/** Every network here halves its input five times. */
const STRIDE = 32;

export const predictSettingsSchema = z.object({
  views: z
    .enum(viewNames)
    .default('none')
    .describe('test-time views to average: none; flips (identity, horizontal, vertical, transpose); d4 (all eight)'),
  overlap: z
    .number()
    .min(0)
    .default(0.25)
    .describe('overlap of neighbouring tiles: a fraction of the tile below 1, else working-resolution pixels'),
  tileSize: z
    .int()
    .positive()
    .optional()
    .describe('side of a tile at working resolution, a multiple of 32; the model card says if unset'),
  batchSize: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('tiles per call of the network; what is fastest on the device if unset (1 on the processor)'),
  threshold: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('probability from which a pixel counts; the model card says if unset'),
  micronsPerPixel: z
    .number()
    .positive()
    .optional()
    .describe('micrometres per level-0 pixel, for slides that do not say'),
  downsample: z
    .number()
    .positive()
    .optional()
    .describe('level-0 pixels per working pixel; by default from the resolutions of model and slide'),
});

/** What a caller writes: everything may be left out. */
export type PredictSettings = z.input<typeof predictSettingsSchema>;

/** What a prediction works with: the caller's settings, completed by the model card. */
export interface ResolvedSettings extends z.output<typeof predictSettingsSchema> {
  readonly tileSize: number;
  readonly batchSize: number;
  /** Working-resolution pixels. */
  readonly overlap: number;
  readonly threshold: number;
}

/**
 * Checks settings and completes them from the card.
 * @param bestBatch tiles per call where the settings leave it open
 * @throws {FtuError} `bad-input` naming every setting that is impossible
 * @example
 * resolveSettings({ overlap: 0.5 }, card).overlap; // 128 for a card with tiles of 256
 */
export function resolveSettings(settings: PredictSettings, card: ModelCard, bestBatch = 4): ResolvedSettings {
  const parsed = predictSettingsSchema.safeParse(settings);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new FtuError('bad-input', problems.join('; '), { subject: 'prediction settings' });
  }
  const { tileSize = card.tileSize, threshold = card.threshold, batchSize = bestBatch, ...rest } = parsed.data;
  if (tileSize % STRIDE !== 0) {
    throw new FtuError('bad-input', `tileSize must be a multiple of ${STRIDE}, not ${tileSize}`, {
      subject: 'prediction settings',
      hint: `try ${Math.ceil(tileSize / STRIDE) * STRIDE}`,
    });
  }
  const overlap = Math.round(rest.overlap < 1 ? rest.overlap * tileSize : rest.overlap);
  if (overlap >= tileSize) {
    throw new FtuError('bad-input', `tiles of ${tileSize} pixels cannot overlap by ${overlap}`, {
      subject: 'prediction settings',
      hint: 'choose a smaller overlap',
    });
  }
  return { ...rest, tileSize, batchSize, threshold, overlap };
}
