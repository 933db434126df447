/** What a select step leaves for the steps that build on it. */
import { z } from 'zod';

export const selectOutputSchema = z.object({
  models: z.array(z.object({ name: z.string(), weight: z.number().positive(), score: z.number().nullable() })).min(1),
  reasons: z.array(z.string()),
});

export type SelectOutput = z.output<typeof selectOutputSchema>;
