/** What a train step leaves for the steps that build on it: its folds, with the slides that each was trained and validated on. */
import { z } from 'zod';

/** A slide by its file: ids may be the same in two tables. */
const knownSlideSchema = z.object({
  id: z.string(),
  /** Real path of the picture. */
  image: z.string(),
  role: z.enum(['official', 'external', 'pseudo', 'unlabelled']),
});

export const foldSchema = z.object({
  /** `STEP`, or `STEP/fold-N` where the step trained several. */
  name: z.string(),
  step: z.string(),
  fold: z.int().nullable(),
  folder: z.string(),
  model: z.string(),
  /** Of the model file. */
  sha256: z.string(),
  validationDice: z.number().nullable(),
  bestEpoch: z.int(),
  epochs: z.int(),
  steps: z.int(),
  seconds: z.number(),
  trainedOn: z.array(knownSlideSchema),
  validatedOn: z.array(knownSlideSchema),
});

export type TrainedFold = z.output<typeof foldSchema>;

/** Validation by the values of the column that a training balances by. */
const byColumnSchema = z.object({
  column: z.string(),
  values: z.array(
    z.object({
      /** Empty for slides without one. */
      value: z.string(),
      slides: z.int(),
      cases: z.int(),
      /** Mean over the slides. */
      dice: z.number(),
      /** 95 %, over cases; null for fewer than three. */
      interval: z.object({ low: z.number(), high: z.number() }).nullable(),
    }),
  ),
});

export const trainOutputSchema = z.object({
  folds: z.array(foldSchema).min(1),
  /** Mean over the validation slides of all folds; null without validation. */
  outOfFold: z.number().nullable(),
  /** Null where the training balances by no column, or validates nothing. */
  byColumn: byColumnSchema.nullable().default(null),
  classes: z.array(z.string()),
  threshold: z.number(),
});

export type TrainOutput = z.output<typeof trainOutputSchema>;
