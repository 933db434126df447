/** What a recipe may say of `do: ablate`. */
import { z } from 'zod';
import { nameSchema, namesSchema, settingsSchema, stepSchema } from '../../step-kind/step-schema.js';
import { judgingFields } from '../shared/judging-fields.js';

const levelsSchema = z.record(z.string().min(1), z.record(z.string(), z.unknown()));

export const ablateSchema = stepSchema('ablate', 'a table of what each piece is worth', {
  stages: z
    .record(z.string().min(1), namesSchema('select or train steps'))
    .describe('models of each stage, by its title'),
  slides: nameSchema.describe('labelled slides that no model was trained on'),
  factors: z
    .record(z.string().min(1), levelsSchema)
    .default({
      views: { none: { views: 'none' }, 'four views': { views: 'reference' } },
      refinement: { threshold: { crf: 'none' }, CRF: { crf: 'reference' } },
    })
    .describe('for each factor its levels, for each level its settings of `ftu predict`; all are crossed'),
  singles: z.boolean().default(true).describe('score each model by itself too, and give their mean'),
  settings: settingsSchema('predict'),
  ...judgingFields,
});

export type AblateStep = z.output<typeof ablateSchema>;
