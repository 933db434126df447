/** What a recipe may say of `do: copy`. */
import { z } from 'zod';
import { nameSchema, stepSchema } from '../../step-kind/step-schema.js';

export const copySchema = stepSchema('copy', 'predictions into a folder outside the experiment', {
  predictions: nameSchema.describe('predict step'),
  to: z.string().min(1).describe("folder to write, from the recipe's folder; as `ftu predict --out` would leave it"),
});

export type CopyStep = z.output<typeof copySchema>;
