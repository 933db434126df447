/** What a recipe may say of `do: prepare`. */
import { micronsSchema, stainStatisticsSchema } from '@ftuseg/nn';
import { colourFields, tilingFields } from '@ftuseg/train';
import { z } from 'zod';
import { isStepOf } from '../../step-kind/is-step.js';
import { nameSchema, stepSchema } from '../../step-kind/step-schema.js';

export const prepareSchema = stepSchema('prepare', 'slides to rasters at the working resolution', {
  slides: nameSchema.describe('which of `slides`; of those with `labels: false` only the pictures'),
  micronsPerPixel: micronsSchema.optional().describe('working resolution'),
  downsample: z.number().min(1).max(256).optional().describe('shrink by this factor instead'),
  tile: z.int().min(32).max(8192).multipleOf(32).default(256).describe('side of a tile, working pixels'),
  overlap: z.int().min(0).default(0).describe('overlap of the tiles in tiles.csv, working pixels'),
  classes: z
    .string()
    .optional()
    .describe(
      'label values and names of each class and of areas, such as normal=1,Glomerulus;sclerotic=2;annotated=ROI',
    ),
  allTiles: z.boolean().default(false).describe('list tiles of background too'),
  ...tilingFields,
  ...colourFields,
  stainTarget: z
    .union([colourFields.stainTarget.unwrap(), stainStatisticsSchema])
    .optional()
    .describe(
      'id of the slide whose colours all others get, or the numbers themselves as a model card has them; published reference colours if unset',
    ),
});

export type PrepareStep = z.output<typeof prepareSchema>;

export const isPrepare = isStepOf<PrepareStep>(prepareSchema);
