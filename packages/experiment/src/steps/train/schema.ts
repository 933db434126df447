/** What a recipe may say of `do: train`. */
import { z } from 'zod';
import { isStepOf } from '../../step-kind/is-step.js';
import { fractionSchema, nameSchema, settingsSchema, stepSchema } from '../../step-kind/step-schema.js';

const sourceSchema = z.strictObject({
  data: nameSchema.describe('prepare or pseudo-label step'),
  role: z
    .enum(['official', 'external', 'pseudo', 'unlabelled'])
    .optional()
    .describe('pseudo for pseudo-labels, unlabelled for slides with `labels: false`, else external'),
  positive: fractionSchema.optional().describe('grid: share of its tiles with objects that an epoch sees'),
  negative: fractionSchema.optional().describe('grid: share of its other tiles'),
  weight: z.number().positive().optional().describe('free: how much more often its slides are drawn'),
});

export const trainSchema = stepSchema('train', 'one network per fold', {
  data: nameSchema.describe('prepare step of the official slides, which alone validate'),
  sources: z.record(nameSchema, sourceSchema).default({}).describe('further sources of slides by name'),
  encoderFrom: nameSchema.optional().describe('train step whose encoder is the start (a fine-tuned backbone)'),
  settings: settingsSchema('train'),
});

export type TrainStep = z.output<typeof trainSchema>;

export const isTrain = isStepOf<TrainStep>(trainSchema);
