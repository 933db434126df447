/** What a validation found, in the form in which checkpoints and `metrics.json` keep it. */
import { z } from 'zod';

export const validationResultSchema = z.object({
  /** Mean over slides of each slide's Dice (itself the mean over the classes); scored by batches: over batches. */
  meanDice: z.number(),
  /** Mean over tiles of the training loss. */
  loss: z.number(),
  /** Share of pixels (of tiles, for a classifier) on the right side of the threshold. */
  accuracy: z.number(),
  threshold: z.number(),
  /** Empty where batches were scored. */
  slides: z.array(z.object({ id: z.string(), dice: z.number() })).readonly(),
  /** Mean Dice over slides (or batches) by class name. */
  classes: z.record(z.string(), z.number()).readonly(),
});

export type ValidationResult = z.output<typeof validationResultSchema>;
