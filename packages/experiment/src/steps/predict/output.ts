/** What a predict step leaves for the steps that build on it. */
import { z } from 'zod';

export const predictOutputSchema = z.object({
  predictions: z.string(),
  /** Names of the models, with their weights. */
  models: z.array(z.object({ name: z.string(), weight: z.number() })),
  slides: z.int(),
  secondsPerSlide: z.number(),
});

export type PredictOutput = z.output<typeof predictOutputSchema>;
