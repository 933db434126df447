/** What a recipe may say of `do: tune`. */
import { GROUP_COLUMN } from '@ftuseg/core';
import { z } from 'zod';
import { isStepOf } from '../../step-kind/is-step.js';
import { nameSchema, settingsSchema, stepSchema } from '../../step-kind/step-schema.js';

export const tuneSchema = stepSchema('tune', 'threshold, CRF and post-processing by out-of-fold Dice', {
  models: nameSchema.describe('train step: every fold on the slides that validated it'),
  search: z.array(z.string()).optional().describe('what is searched, as in `ftu tune --search`; everything if unset'),
  group: z.string().optional().describe(GROUP_COLUMN),
  settings: settingsSchema('predict'),
});

export type TuneStep = z.output<typeof tuneSchema>;

export const isTune = isStepOf<TuneStep>(tuneSchema);
