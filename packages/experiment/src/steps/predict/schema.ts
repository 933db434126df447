/** What a recipe may say of `do: predict`. */
import { outlineChoices, outputNames, usualOutputs } from '@ftuseg/infer';
import { z } from 'zod';
import { isStepOf } from '../../step-kind/is-step.js';
import { nameSchema, namesSchema, settingsSchema, stepSchema } from '../../step-kind/step-schema.js';

export const predictSchema = stepSchema('predict', 'slides through the chosen models', {
  models: namesSchema('select or train steps'),
  slides: nameSchema.describe('which of `slides`'),
  tuned: nameSchema.optional().describe('tune step whose settings are used'),
  settings: settingsSchema('predict'),
  cascade: z
    .string()
    .min(1)
    .optional()
    .describe('model file of `ftu calibrate --cascade`, a coarse network that says where the models look'),
  outputs: z
    .array(z.enum(outputNames))
    .default([...usualOutputs])
    .describe('files besides submission and summary'),
  outlines: z
    .enum(outlineChoices)
    .optional()
    .describe('in GeoJSON and DICOM: simplified, for editing, or exact; simplified if unset'),
});

export type PredictStep = z.output<typeof predictSchema>;

export const isPredict = isStepOf<PredictStep>(predictSchema);
