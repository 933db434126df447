/**
 * The model card: everything besides weights that prediction needs, stored inside the ONNX file, so that one file is enough.
 */
import { FtuError } from '@ftuseg/core';
import { z } from 'zod';
import { attentionTypes } from './architectures/attention.js';
import { calibrationSchema } from './card/calibration.js';
import { cascadeSchema } from './card/cascade.js';
import { quantisationSchema } from './card/quantisation.js';
import { appearanceSchema, objectSizesSchema } from './card/training-slides.js';
import { layouts } from './layout.js';
import type { ModelSpec } from './model.js';
import { checkSchema } from './schema/check-schema.js';
import { iccSchema, stainStatisticsSchema } from './schema/stain-schema.js';

const positive = z.number().positive();
/** Averages and deviations of colours from 0 to 1 are no larger; those of 0 to 255 are. */
const ofColours = 'colours are from 0 to 1: divide numbers for 0 to 255 by 255';
const average = z.number().min(-2, ofColours).max(2, ofColours);
const deviation = positive.max(2, ofColours);

/**
 * How pictures are shrunk to the working resolution: exact area average; or bilinear without averaging, four neighbours of the target
 * pixel's centre, as TensorFlow's `tf.image.resize` does.
 */
export const resizeMethods = ['area', 'bilinear'] as const;
export type ResizeMethod = (typeof resizeMethods)[number];

/** The newest card format this version writes and reads. */
export const modelCardFormat = 1;

export const modelCardSchema = z.object({
  format: z.literal(modelCardFormat),
  /** What people call the model. */
  name: z.string().min(1),
  decoder: z.string().min(1),
  encoder: z.string().min(1),
  /** What the network has besides; absent: nothing. */
  options: z
    .object({
      /** Which package's network of these names; absent: `pytorch`. */
      layout: z.enum(layouts).optional(),
      attention: z.enum(attentionTypes).optional(),
      hypercolumns: z.boolean().optional(),
      deepSupervision: z.boolean().optional(),
      tileClassifier: z.boolean().optional(),
    })
    .optional(),
  /** Whether the file has the logits of a tile classifier as a second output, `tile`. */
  tileOutput: z.boolean().optional(),
  /** One name per channel of the logits. */
  classes: z
    .array(z.string().min(1))
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'class names must differ'),
  /** Side of the square tiles the model was trained on, in pixels; a multiple of 32. */
  tileSize: z.int().positive().multipleOf(32),
  /** Scale of those pixels; null where the training data were not brought to one scale in micrometres. */
  micronsPerPixel: positive.nullable(),
  /** Level-0 pixels per pixel of those tiles, where the training data were shrunk by a factor; null or absent: they were not. */
  downsample: positive.nullable().optional(),
  /** Micrometres per level-0 pixel of the training slides, lowest and highest; absent where no slide said its own. */
  slideMicronsPerPixel: z.tuple([positive, positive]).optional(),
  /** How slides were brought to that resolution; absent: by area average. */
  resize: z.enum(resizeMethods).optional(),
  /** How their colours were converted before anything else, and those of every slide have to be; absent: they are as stored. */
  icc: iccSchema.optional(),
  /** Colours that the training slides were brought to at that resolution, and every slide has to be; absent: slides kept theirs. */
  stainNormalisation: stainStatisticsSchema.optional(),
  /** Normalisation on RGB in 0..1: (x - mean) / std. */
  mean: z.tuple([average, average, average]),
  std: z.tuple([deviation, deviation, deviation]),
  /** Probability from which a pixel counts as foreground. */
  threshold: z.number().gt(0).lt(1),
  /** What its probabilities are worth; absent: nobody looked. */
  calibration: calibrationSchema.optional(),
  /** How it was written in 8 bits; absent: it is in floating point. */
  quantisation: quantisationSchema.optional(),
  /** From which probability other models look again, where it is the coarse network of a cascade; absent: nobody looked. */
  cascade: cascadeSchema.optional(),
  /** How the training slides looked; absent for fewer than five groups of them. */
  appearance: appearanceSchema.optional(),
  /** How large their objects were; absent where no scale was known. */
  objectSizes: objectSizesSchema.optional(),
  /** Where the weights come from: data, settings, seed, scores, versions. */
  training: z.record(z.string(), z.json()),
});

/** See `modelCardSchema` for units and ranges. */
export type ModelCard = z.infer<typeof modelCardSchema>;

/** The network that a card describes, as `createModel` takes it. */
export function modelSpecOf({ decoder, encoder, classes, options }: ModelCard): ModelSpec {
  return { decoder, encoder, classes: classes.length, ...options };
}

/**
 * Checks a card of unknown origin. Throws `FtuError` naming the first field at fault, or asking for a newer version of this
 * program when the card's format is newer.
 */
export function parseModelCard(value: unknown, subject?: string): ModelCard {
  const where = subject === undefined ? {} : { subject };
  const checked = checkSchema(modelCardSchema, value);
  if (checked.success) return checked.data;
  const format = z.object({ format: z.int().gt(modelCardFormat) }).safeParse(value);
  if (format.success) {
    throw new FtuError(
      'unsupported',
      `the ftuseg model card has format ${format.data.format}, this version reads ${modelCardFormat}`,
      {
        ...where,
        hint: 'update ftuseg',
      },
    );
  }
  const [{ path, problem }] = checked.problems;
  const place = path.length === 0 ? '' : ` at "${path.join('.')}"`;
  throw new FtuError('bad-input', `the ftuseg model card is invalid${place}: ${problem}`, {
    ...where,
    hint: 'write the model file again with `ftu export`',
  });
}
