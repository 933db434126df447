/** What a model remembers of the slides that it was trained on: how they looked, and how large their objects were. */
import { z } from 'zod';

const numbers = z.array(z.number());

const partSchema = z.object({
  /** Triangular: row i has i + 1 numbers. */
  whitening: z.array(numbers).min(1),
  /** From each slide to the nearest one of another group, ascending; of many slides, to the nearest that is kept. */
  distances: numbers.min(1),
  /** How far a further slide may be, in the same unit; absent in files of an earlier version: 1.15 times the farthest. */
  reach: z.number().positive().optional(),
});

/** See core's `fitAppearance`. */
export const appearanceSchema = z.object({
  version: z.literal(1),
  /** Mean numbers of each slide, of many slides of those farthest apart. */
  slides: z.array(numbers).min(1),
  colour: partSchema,
  texture: partSchema,
});

const sizesSchema = z.object({
  count: z.int().positive(),
  /** Quartiles of the diameters of discs of the same area, micrometres. */
  diameters: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
});

/** Of labelled objects: of all classes together and, where there are several, of each that has any. */
export const objectSizesSchema = sizesSchema.extend({ classes: z.record(z.string(), sizesSchema).optional() });

export type ObjectSizes = z.infer<typeof objectSizesSchema>;
