/**
 * What a model's probabilities are worth, learnt on slides that it never saw: a temperature for its pixels, and for its objects the probability of being
 * what they are called. It lies in the model card, so that whoever predicts with the file has it.
 */
import { isotonicValue, logisticProbability } from '@ftuseg/core';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().min(0);
/** Before and after, 0..1. */
const errors = z.object({ before: share, after: share });

/** From an object's mean probability, and its size where that helps, to the share of such objects that are true. */
const objectMapSchema = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('logistic'),
    intercept: z.number(),
    /** Of the logit of the mean probability. */
    probability: z.number(),
    /** Of the binary logarithm of the equivalent diameter over `CALIBRATION_DIAMETER`; 0 where scales were not known. */
    size: z.number(),
  }),
  z.object({
    method: z.literal('isotonic'),
    /** Mean probabilities, ascending. */
    from: z.array(share).min(1),
    /** At each of these. */
    to: z.array(share).min(1),
  }),
]);

/** What makes objects of probabilities; a number for each class. */
const shapingSchema = z.object({
  threshold: z.array(z.number()),
  peak: z.array(z.number()),
  /** Square micrometres; level-0 pixels of slides whose scale is unknown, or where the unit is px. */
  minimumArea: z.array(z.number()),
  minimumAreaUnit: z.enum(['um2', 'px']),
  /** Null: none. */
  crf: z.record(z.string(), z.unknown()).nullable(),
  fillHoles: z.boolean(),
  split: z.boolean(),
});

export const calibrationSchema = z.object({
  version: z.literal(1),
  /** What logits of pixels are divided by (Guo et al. 2017); 1 where that is no better. */
  temperature: z.number().positive(),
  pixels: z.object({ count, error: errors }),
  /** Null where there were too few objects to learn from, and where a map is no better. */
  objects: z
    .object({
      map: objectMapSchema,
      /** Objects that were found, and how many of them are true. */
      count,
      positives: count,
      /** After: of objects of groups that the map was not learnt on. */
      error: errors,
      /** 95 % bootstrap intervals of both errors over groups; null for fewer than three. */
      intervals: z.object({ before: z.tuple([share, share]), after: z.tuple([share, share]) }).nullable(),
    })
    .nullable(),
  /** What was learnt and is not used, as its error is no smaller; unset for nothing. */
  leftOut: z
    .object({
      temperature: z.object({ value: z.number().positive(), error: errors }).optional(),
      objects: z.object({ count, positives: count, error: errors }).optional(),
    })
    .optional(),
  /** What made the objects, as far as it was the same on all slides; unset in cards of earlier versions. */
  shaping: shapingSchema.partial().optional(),
  slides: count,
  groups: count,
});

/** See `calibrationSchema`. */
export type Calibration = z.infer<typeof calibrationSchema>;
export type ObjectShaping = z.infer<typeof shapingSchema>;

export type ObjectMap = z.infer<typeof objectMapSchema>;

/** Micrometres: a usual glomerulus. */
export const CALIBRATION_DIAMETER = 200;

/** What the probability of an object depends on. */
export interface CalibratedObject {
  /** Mean of its pixels, 0..1. */
  readonly probability: number;
  /** Equivalent diameter, micrometres; undefined where the slide's scale is unknown. */
  readonly diameter: number | undefined;
}

/** Means of 8-bit probabilities can be 1. */
const clipped = (probability: number): number => Math.min(Math.max(probability, 1e-3), 1 - 1e-3);

/**
 * The numbers that a logistic map weighs.
 * @returns undefined where it needs a size that is not known
 */
export function calibrationFeatures(
  { probability, diameter }: CalibratedObject,
  bySize: boolean,
): number[] | undefined {
  const p = clipped(probability);
  const logit = Math.log(p / (1 - p));
  if (!bySize) return [logit, 0];
  return diameter === undefined ? undefined : [logit, Math.log2(diameter / CALIBRATION_DIAMETER)];
}

/**
 * The share of such objects that are true.
 * @returns 0..1; undefined where the map needs a size that is not known
 * @example
 * calibratedProbability(card.calibration.objects.map, { probability: 0.9, diameter: 180 }); // 0.74
 */
export function calibratedProbability(map: ObjectMap, object: CalibratedObject): number | undefined {
  if (map.method === 'isotonic') return isotonicValue(map, object.probability);
  const features = calibrationFeatures(object, map.size !== 0);
  if (features === undefined) return undefined;
  return logisticProbability({ intercept: map.intercept, weights: [map.probability, map.size] }, features);
}
