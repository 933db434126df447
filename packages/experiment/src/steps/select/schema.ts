/** What a recipe may say of `do: select`. */
import { z } from 'zod';
import { isStepOf } from '../../step-kind/is-step.js';
import { namesSchema, settingsSchema, stepSchema } from '../../step-kind/step-schema.js';

export const selectSchema = stepSchema('select', 'which models go on, and with what weight', {
  from: namesSchema('train steps'),
  by: z
    .enum(['out-of-fold', 'whole-slides', 'given'])
    .default('out-of-fold')
    .describe('validation Dice of training; Dice of whole slides at level 0, as `ftu predict` finds it; or `scores`'),
  scores: z
    .record(z.string(), z.number())
    .optional()
    .describe('given: a score, such as a leaderboard\'s, by model: "STEP/fold-N", or "STEP" where there is one'),
  best: z.int().positive().optional().describe('keep this many models; all if unset'),
  ensemble: z
    .enum(['equal', 'greedy'])
    .default('equal')
    .describe('equal weights; or greedy forward selection of train steps with replacement by out-of-fold Dice'),
  rounds: z.int().min(1).max(100).default(10).describe('greedy: most additions'),
  settings: settingsSchema('predict'),
});

export type SelectStep = z.output<typeof selectSchema>;

export const isSelect = isStepOf<SelectStep>(selectSchema);
