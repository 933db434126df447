/** What a tune step leaves for the steps that predict with its settings. */
import { z } from 'zod';

export const tuneOutputSchema = z.object({
  /** Of `ftu predict`. */
  settings: z.record(z.string(), z.unknown()),
  dice: z.object({ default: z.number(), tuned: z.number(), leftOut: z.number().nullable() }),
  slides: z.int(),
});

export type TuneOutput = z.output<typeof tuneOutputSchema>;
