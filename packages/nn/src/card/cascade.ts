/**
 * What a coarse network may leave out, learnt on slides that it never saw: the probability from which the models of a cascade look again, and what that
 * misses. It lies in the model card, so that whoever predicts with the file as the first of a cascade has it.
 */
import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().min(0);

export const cascadeSchema = z.object({
  version: z.literal(1),
  /** The share of objects that was asked for. */
  recall: z.number().gt(0).max(1),
  /** Probability from which a place is looked at again; a whole number over 255. */
  threshold: z.number().gt(0).max(1),
  /** Micrometres by which such places are widened, to all sides. */
  margin: z.number().min(0),
  /** True objects, and how many of them lie wholly in what is looked at again. */
  objects: z.object({ count, lookedAt: count }),
  /** The same by thresholds that were chosen without the object's own group of slides, with a 95 % interval of the share; null for a single group. */
  heldOut: z.object({ count, lookedAt: count, interval: z.tuple([share, share]) }).nullable(),
  /** Of a slide's tissue, what is looked at again; the mean of the slides. */
  tissueShare: share,
  /** Ids of the slides. */
  slides: z.array(z.string()).min(1),
  groups: count,
});

/** See `cascadeSchema`. */
export type CascadeCalibration = z.infer<typeof cascadeSchema>;
