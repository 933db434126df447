/**
 * A prepared data set: a folder of rasters at one working resolution that training reads without decoding anything.
 * `dataset.json` says what is in it; each slide is two `.npy` files that NumPy can memory-map as well, or three where labels are soft.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, parseJson } from '@ftuseg/core';
import { checkSchema, iccSchema, problemText, resizeMethods, stainStatisticsSchema } from '@ftuseg/nn';
import { leftOutReasons } from '@ftuseg/slide';
import { z } from 'zod';

export const DATASET_FORMAT = 1;
export const DATASET_FILE = 'dataset.json';

const shapes = z.int().min(0);

/** What was taken of a file of drawn objects and what was left out; see `TruthReport` of `@ftuseg/slide`. */
const truthSchema = z.object({
  format: z.string(),
  shapes,
  used: z.array(z.object({ name: z.string().nullable(), as: z.array(z.string()), shapes })),
  leftOut: z.array(z.object({ reason: z.enum(leftOutReasons), name: z.string().nullable(), shapes })),
  clipped: shapes,
  repaired: shapes,
  closed: shapes,
  collections: shapes,
  annotated: z.boolean(),
  drawnOn: z.string().optional(),
});

export const preparedSlideSchema = z.object({
  id: z.string(),
  /** Size at the working resolution, pixels. */
  width: z.int().positive(),
  height: z.int().positive(),
  /** Size of the slide that it was made from. */
  sourceWidth: z.int().positive(),
  sourceHeight: z.int().positive(),
  /** Source pixels per working pixel. */
  downsample: z.number().positive(),
  /** Micrometres per source pixel; absent where nobody says. */
  micronsPerPixel: z.number().positive().optional(),
  /** Pixels of each class, by class name. */
  pixels: z.record(z.string(), z.int().min(0)),
  /** The files it was made from, and a digest of everything that decides what is in the rasters. */
  inputs: z.array(z.object({ path: z.string(), bytes: z.number(), modified: z.number() })),
  digest: z.string(),
  /** Every column of the slide table, so that folds can be grouped by any of them. */
  columns: z.record(z.string(), z.string()),
  /** Names of the values of its map of anatomical regions, where it has one. */
  anatomy: z.array(z.string()).min(1).optional(),
  /** Whether it has a raster of soft labels beside its mask. */
  soft: z.boolean().optional(),
  /** Pixels of which at least one class is uncertain. */
  uncertain: z.int().min(0).optional(),
  /** Pixels in ignored areas or outside annotated ones; absent where there are none. */
  unknown: z.int().min(0).optional(),
  /** Whether it kept its own colours beside slides that were brought to others, because it has too little colour to tell by. */
  ownColours: z.boolean().optional(),
  /** What must be read of the slide that it was made from, in clauses. */
  warnings: z.array(z.string()).optional(),
  /** Whether it has no ICC profile beside slides that were converted by theirs, and is taken as sRGB. */
  withoutProfile: z.boolean().optional(),
  /** Absent where the labels are no drawn objects. */
  truth: truthSchema.optional(),
  /** CRC-32 of each raster's file, 8 hexadecimal digits; absent in data sets of earlier versions. */
  checksums: z
    .object({ image: z.string(), mask: z.string(), soft: z.string().optional(), anatomy: z.string().optional() })
    .optional(),
});

/** How predicted labels came about. */
const predictionSchema = z.union([
  z.object({
    kind: z.enum(['hard', 'soft']),
    /** Probabilities strictly between the two are uncertain. */
    uncertain: z.tuple([z.number(), z.number()]),
  }),
  /** Masks at level 0, prepared as drawn ones are. */
  z.object({ kind: z.literal('mask') }),
]);

export const datasetSchema = z.object({
  format: z.literal(DATASET_FORMAT),
  classes: z.array(z.string()).min(1).max(8),
  /** How names of drawn objects and areas became classes, as `--classes` takes it; absent where only label values were mapped. */
  classMap: z.string().optional(),
  /** Working resolution, where slides were brought to one scale. */
  micronsPerPixel: z.number().positive().nullable(),
  /** Level-0 pixels per working pixel, where slides were shrunk by a factor (1: native pixels). */
  downsample: z.number().positive().nullable().optional(),
  /** Absent: area average. */
  resize: z.enum(resizeMethods).optional(),
  /** Colours were converted by the ICC profiles of the slides, before stains were normalised; absent: they are as stored. */
  icc: iccSchema.optional(),
  /** Colours that all slides were brought to; absent: they kept their own. */
  stainNormalisation: stainStatisticsSchema.optional(),
  tile: z.int().positive(),
  overlap: z.int().min(0),
  /** Absent: tiles reach to the last row and column. */
  edges: z.literal('drop').optional(),
  /** `predicted`: labels that models predicted; `none`: it has only pictures; unset: people drew them. Only the last kind validates. */
  labels: z.enum(['predicted', 'none']).optional(),
  prediction: predictionSchema.optional(),
  /** Which models, in which round, and whatever else their maker wrote down. */
  provenance: z.record(z.string(), z.unknown()).optional(),
  slides: z.array(preparedSlideSchema).min(1),
});

export type PreparedSlide = z.output<typeof preparedSlideSchema>;
export type DatasetIndex = z.output<typeof datasetSchema>;

export interface Dataset extends DatasetIndex {
  readonly folder: string;
}

/** Names of a slide's rasters inside the data set's folder. */
export const slideFiles = (id: string) =>
  ({
    image: `slides/${id}.image.npy`,
    mask: `slides/${id}.mask.npy`,
    soft: `slides/${id}.soft.npy`,
    anatomy: `slides/${id}.anatomy.npy`,
    record: `slides/${id}.json`,
  }) as const;

/**
 * Reads a data set's index; the rasters stay on the disk until `loadSlide` of `@ftuseg/train`.
 *
 * @throws FtuError 'not-found' if the folder holds no data set, 'unsupported' for another format version, 'bad-input' if
 * the index is damaged
 * @example
 * const dataset = await openDataset('data');
 * dataset.slides.map(({ id }) => id);
 */
export async function openDataset(folder: string): Promise<Dataset> {
  const path = join(folder, DATASET_FILE);
  const hint = 'prepare it with `ftu prepare --slides TABLE --out FOLDER`';
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FtuError('not-found', 'there is no prepared data set here', { subject: folder, hint, cause });
  });
  const found = parseJson(text, 'the index of the data set', { subject: path, hint });
  const version = z.object({ format: z.number() }).safeParse(found);
  if (version.success && version.data.format !== DATASET_FORMAT) {
    throw new FtuError('unsupported', `format ${version.data.format} is not ${DATASET_FORMAT}`, {
      subject: path,
      hint,
    });
  }
  const checked = checkSchema(datasetSchema, found);
  if (!checked.success) {
    throw new FtuError('bad-input', `damaged index: ${problemText(checked.problems[0])}`, { subject: path, hint });
  }
  return { ...checked.data, folder };
}
