/**
 * Every setting of a prediction in one schema: defaults, ranges, the command line's help and `predictions.json` come
 * from here.
 */
import { stainMethods } from '@ftuseg/core';
import { micronsSchema, stainStatisticsSchema } from '@ftuseg/nn';
import { z } from 'zod';

/** Sets of test-time views. */
export const viewNames = ['none', 'reference', 'd4'] as const;

export type ViewName = (typeof viewNames)[number];

/** How overlapping tiles are put together; `or` joins their masks instead of their probabilities. */
export const mergeNames = ['hann', 'gaussian', 'mean', 'center', 'or'] as const;

export type MergeName = (typeof mergeNames)[number];

/** The merges that weigh probabilities. */
export type WeightedMerge = Exclude<MergeName, 'or'>;

/** Square micrometres, or pixels of level 0. */
export const areaUnits = ['um2', 'px'] as const;

export type AreaUnit = (typeof areaUnits)[number];

const perClassText = 'one number, or one for each class as NAME=NUMBER,NAME=NUMBER (in a file also `{NAME: NUMBER}`)';
const perClassSchema = z.union([z.number(), z.string(), z.record(z.string(), z.number())]);

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
    .union([z.number(), z.string()])
    .optional()
    .describe(
      'side of a tile at working resolution, a multiple of 32; auto: near that of the model card, on each slide the one that computes the fewest pixels; the model card says if unset',
    ),
  batchSize: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('tiles per call of the network; what is fastest on the device if unset (1 on the processor)'),
  classifierGate: z
    .union([z.number(), z.string()])
    .optional()
    .describe(
      "what the model's tile classifier does: multiply (each probability by the tile's), or a probability below which a tile holds nothing; nothing if unset",
    ),
  all: z.boolean().default(false).describe('show the network background too; merge or always does'),
  crf: z
    .string()
    .default('none')
    .describe('DenseCRF: none, reference, bilateral, or sxy=3,compat=3,iterations=5 and the like'),
  threshold: perClassSchema
    .optional()
    .describe(
      `probability from which a pixel counts (merge or: above which; with crf it decides nothing there): ${perClassText}; the model card says if unset`,
    ),
  peak: perClassSchema
    .optional()
    .describe(`hysteresis: keep an object only where its highest probability reaches this; ${perClassText}`),
  minimumArea: perClassSchema
    .optional()
    .describe(
      `drop smaller objects, square micrometres (pixels of the slide if its scale is unknown; see minimumAreaUnit): ${perClassText}; if unset, what is far smaller than the objects in the model card (nothing with merge or, or where a scale is unknown); 0 drops nothing`,
    ),
  minimumAreaUnit: z
    .enum(areaUnits)
    .optional()
    .describe(
      'what minimumArea is in: um2 (square micrometres; a slide of unknown scale is refused) or px (pixels of the slide at level 0, whatever its scale)',
    ),
  fillHoles: z.boolean().default(false).describe('fill holes inside objects'),
  split: z.boolean().default(false).describe('part objects that touch, by a watershed'),
  icc: z
    .enum(['srgb', 'stored'])
    .optional()
    .describe(
      "colours that networks see: srgb (converted by the slide's ICC profile) or stored; the model card says if unset",
    ),
  stainNormalisation: z
    .enum(['none', ...stainMethods])
    .optional()
    .describe('bring the stains of slides to a target before networks see them, or not; the model card says if unset'),
  stainTarget: stainStatisticsSchema
    .optional()
    .describe('with stainNormalisation: the colours to bring slides to; published reference colours if unset'),
  micronsPerPixel: micronsSchema.optional().describe('micrometres per level-0 pixel, for slides that do not say'),
  downsample: z
    .number()
    .positive()
    .optional()
    .describe('level-0 pixels per working pixel; by default from the resolutions of model and slide'),
});

/** What a caller writes: everything may be left out. */
export type PredictSettings = z.input<typeof predictSettingsSchema>;

/** Whether a prediction shows all of its models the same tiles: with windows of level 0 each model goes over them by itself. */
export const mayShare = ({ merge }: Pick<PredictSettings, 'merge'>): boolean => merge !== 'or';
