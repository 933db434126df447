/**
 * Every key of a recipe in one schema, put together from those of the kinds of steps: the checks of what a person wrote, `--explain` and the
 * JSON Schema for editors come from here, so that they cannot disagree.
 */
import { z } from 'zod';
import { nameSchema, slidesSchema } from '../step-kind/step-schema.js';
import { stepSchemas } from '../steps/kinds.js';

export const recipeSchema = z.strictObject({
  name: z.string().min(1).describe('title of the experiment'),
  out: z
    .string()
    .min(1)
    .optional()
    .describe("folder of the experiment, from the recipe's; `runs/NAME` where you are if unset"),
  seed: z
    .int()
    .min(0)
    .max(0xffffffff)
    .optional()
    .describe("seed of every training that names none; its preset's, else 0, if unset"),
  slides: z.record(nameSchema, slidesSchema).describe('where slides are'),
  steps: z
    .record(nameSchema, z.discriminatedUnion('do', stepSchemas))
    .describe('what is done; a step names the steps that it builds on'),
});

export type RecipeInput = z.input<typeof recipeSchema>;
