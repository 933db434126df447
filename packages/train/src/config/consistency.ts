/** What unlabelled slides teach: that a picture and a changed copy of it hold the same objects. */
import { z } from 'zod';

export const consistencySchema = z.strictObject({
  weight: z.number().positive().max(100).default(1).describe('weight of the loss on unlabelled windows'),
  confidence: z
    .number()
    .min(0.5)
    .lt(1)
    .default(0.95)
    .describe('probability, of either answer, from which a pixel of the plain view is a label for the changed one'),
  featureDropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('share of feature channels that a second view loses, which takes another pass; 0: there is none'),
});

export type ConsistencyConfig = z.output<typeof consistencySchema>;
