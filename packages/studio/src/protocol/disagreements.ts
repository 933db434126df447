/** Where a prediction that was run anew and a person's corrections disagree: `GET /api/slides/ID/disagreements`. */
import { z } from 'zod';
import { objectSchema } from './objects.js';

/**
 * `shape`: both have an object there, with another outline; `class`: of another class; `vanished`: the prediction finds nothing where the person's object
 * stands; `appeared`: it finds one that the person deleted, or within an area that was marked as complete.
 */
export const disagreementKinds = ['shape', 'class', 'vanished', 'appeared'] as const;

export const disagreementSchema = z.object({
  kind: z.enum(disagreementKinds),
  /** The person's object, or the one that was deleted; unset within an area that was marked as complete. */
  object: z.string().optional(),
  /** The prediction's, which is not shown otherwise. */
  predicted: objectSchema.optional(),
  /** Intersection over union of the two, 0 to 1. */
  iou: z.number().optional(),
  /** Level-0 pixels: where to look. */
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
});
export type Disagreement = z.output<typeof disagreementSchema>;
