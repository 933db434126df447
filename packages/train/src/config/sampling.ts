/** Where training windows come from: data sets with roles, and how windows are drawn from them. */
import { z } from 'zod';

const fraction = z.number().min(0).max(1);

/** A further source of slides beside the main data set, or a part of it. */
export const sourceSchema = z.strictObject({
  data: z
    .string()
    .min(1)
    .optional()
    .describe("folder that `ftu prepare` wrote; unset: the main data set's slides whose column `source` has this name"),
  role: z
    .enum(['official', 'external', 'pseudo', 'unlabelled'])
    .describe(
      'official: trains and validates; external: trains only; pseudo: trains only, labels are predictions; unlabelled: only its pictures are used (see consistency)',
    ),
  positive: fraction.optional().describe('grid: share of its tiles with objects that an epoch sees'),
  negative: fraction.optional().describe('grid: share of its other tiles'),
  weight: z.number().positive().default(1).describe('free: how much more often its slides are drawn'),
});

export type SourceConfig = z.output<typeof sourceSchema>;

/** The reference solution's shares per epoch. */
export const referenceFractions = {
  official: { positive: 0.6, negative: 0.25 },
  external: { positive: 0.6, negative: 0.25 },
  pseudo: { positive: 0.5, negative: 0.1 },
  unlabelled: { positive: 0, negative: 0 },
} as const;

export const samplingSchema = z.strictObject({
  windows: z
    .enum(['free', 'grid'])
    .default('free')
    .describe("'free': centred on objects or anywhere; 'grid': the tiles of tiles.csv, a share of them per epoch"),
  centred: fraction.default(0.6).describe('free: share of windows placed on a labelled object'),
  jitter: fraction.default(0.75).describe('free: how far such a window may lie off its object, in half tiles'),
  slides: z
    .enum(['even', 'area'])
    .default('even')
    .describe('free: draw slides evenly, or in proportion to their working-resolution area'),
  balanceBy: z
    .string()
    .optional()
    .describe(
      'free: column of the slide table whose values are drawn evenly; a source that only trains and has no such column is one value',
    ),
  balance: fraction
    .default(1)
    .describe(
      'free: how evenly the values of balanceBy are drawn: 1: each as often; 0: as many slides as they have; 0.5: one with four times the slides twice as often',
    ),
  areaBins: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe(
      'draw evenly over this many quantile bins of object area (free) or of mask density (grid); 0: as they come',
    ),
  anatomy: z
    .record(z.string(), z.number().min(0).max(1000))
    .optional()
    .describe('free: weight of windows by the anatomical region at their centre, such as {cortex: 1, medulla: 0.3}'),
  hardNegatives: fraction
    .default(0)
    .describe('free: share of the windows off objects that lie where the network so far sees objects in background'),
  hardNegativesEvery: z.int().positive().default(1).describe('hard negatives are looked for after every n-th epoch'),
  hardNegativesCost: fraction
    .gt(0)
    .default(0.1)
    .describe('looking for them takes about this share of the time of the training steps'),
  positive: fraction.default(0.6).describe('grid: share of the tiles with objects that an epoch sees'),
  negative: fraction.default(0.25).describe('grid: share of the other tiles'),
});

export type SamplingConfig = z.output<typeof samplingSchema>;
