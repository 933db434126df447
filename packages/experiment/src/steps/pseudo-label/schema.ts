/** What a recipe may say of `do: pseudo-label`. */
import { z } from 'zod';
import { isStepOf } from '../../step-kind/is-step.js';
import { fractionSchema, nameSchema, namesSchema, settingsSchema, stepSchema } from '../../step-kind/step-schema.js';

export const pseudoLabelSchema = stepSchema(
  'pseudo-label',
  'predictions of slides without labels become a data set to train on',
  {
    models: namesSchema('select or train steps; each slide is predicted by those of their models that never saw it'),
    slides: nameSchema.describe('which of `slides`; their labels, if any, are not read'),
    like: nameSchema.describe('prepare step whose resolution, tiles and classes it shares'),
    labels: z
      .enum(['hard', 'soft', 'mask'])
      .default('hard')
      .describe(
        'of probabilities at the working resolution 0 or 1 (hard) or themselves (soft); or the mask that `ftu predict` writes with these settings, prepared as a drawn one',
      ),
    uncertain: z
      .tuple([fractionSchema, fractionSchema])
      .default([0.5, 0.5])
      .describe('hard, soft: no loss sees probabilities between these'),
    tuned: nameSchema.optional().describe('tune step whose settings are used'),
    settings: settingsSchema('predict'),
  },
);

export type PseudoLabelStep = z.output<typeof pseudoLabelSchema>;

export const isPseudoLabel = isStepOf<PseudoLabelStep>(pseudoLabelSchema);
