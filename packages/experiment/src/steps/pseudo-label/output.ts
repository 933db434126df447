/** What a pseudo-label step leaves: a data set as a prepare step does, and what is uncertain in it. */
import { z } from 'zod';
import { dataOutputSchema } from '../prepare/output.js';

export const pseudoLabelOutputSchema = dataOutputSchema.extend({
  /** Share of pixels that no loss sees, mean over slides. */
  uncertain: z.number(),
  labels: z.enum(['hard', 'soft', 'mask']),
  /** Probabilities between the two are uncertain; null for masks, which have none. */
  band: z.tuple([z.number(), z.number()]).nullable(),
  /** For each slide: how many models labelled it, and what came out, shares of its pixels. */
  labelled: z.array(
    z.object({ id: z.string(), models: z.int(), uncertain: z.number(), foreground: z.record(z.string(), z.number()) }),
  ),
});

export type PseudoLabelOutput = z.output<typeof pseudoLabelOutputSchema>;
