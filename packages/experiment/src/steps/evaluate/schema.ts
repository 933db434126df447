/** What a recipe may say of `do: evaluate`. */
import { z } from 'zod';
import { isStepOf } from '../../step-kind/is-step.js';
import { nameSchema, stepSchema } from '../../step-kind/step-schema.js';
import { judgingFields } from '../shared/judging-fields.js';

export const evaluateSchema = stepSchema('evaluate', 'scores of predictions, with pictures', {
  predictions: nameSchema.describe('predict step'),
  ...judgingFields,
  iou: z.number().min(0).lt(1).default(0.5).describe('objects match above this intersection over union'),
});

export type EvaluateStep = z.output<typeof evaluateSchema>;

export const isEvaluate = isStepOf<EvaluateStep>(evaluateSchema);
