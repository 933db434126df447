/** What a recipe may say of `do: predict`. */
import { outlineChoices, outputNames, usualOutputs } from '@ftuseg/infer';
import { z } from 'zod';
import { isStepOf } from '../../step-kind/is-step.js';
import { nameSchema, namesSchema, settingsSchema, stepSchema } from '../../step-kind/step-schema.js';

const modelFileSchema = z.strictObject({
  model: z.string().min(1).describe("model file, from the recipe's folder; or `starter`"),
  weight: z.number().positive().default(1),
});

export const predictSchema = stepSchema('predict', 'slides through the chosen models', {
  models: namesSchema('select or train steps').optional(),
  modelFiles: z.array(modelFileSchema).min(1).optional().describe('models that are there already, instead of `models`'),
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
