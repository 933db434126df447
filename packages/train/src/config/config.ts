/**
 * Every setting of a training run in one schema: the run folder's `config.yaml`, the command line's `--help` and the
 * checks of what a user wrote all come from here, so that they cannot disagree.
 */
import { GROUP_COLUMN, nearestName } from '@ftuseg/core';
import { attentionTypes, decoderNames, encoderNames, layouts } from '@ftuseg/nn';
import { z } from 'zod';
import { augmentSchema } from './augment.js';
import { consistencySchema } from './consistency.js';
import { optimiserSchema, scheduleSchema } from './learning.js';
import { lossSchema } from './loss.js';
import { samplingSchema, sourceSchema } from './sampling.js';

const fraction = z.number().min(0).max(1);

/** Folds as people write them: `0`, `0,2`, `all`. */
const foldsSchema = z
  .union([
    z.string().regex(/^\s*(all|\d+(\s*,\s*\d+)*)\s*$/, "give folds such as 0, 0,2 or 'all'"),
    z.int().min(0),
    z.array(z.int().min(0)),
  ])
  .default('0');

/** A name out of a list; a misspelt one is answered with the nearest. */
const nameOf = (what: string, names: readonly string[]) =>
  z.string().superRefine((name, context) => {
    if (names.includes(name)) return;
    context.addIssue({
      code: 'custom',
      message: `there is no ${what} "${name}"; did you mean "${nearestName(name, names)}"?`,
    });
  });

export const validationSchema = z.strictObject({
  score: z
    .enum(['slides', 'batches'])
    .default('slides')
    .describe(
      "Dice of whole slides, or mean Dice of batches of the fold's tiles (the reference solution's; with split tiles)",
    ),
  every: z.int().positive().default(1).describe('validate after every n-th epoch, and after the last'),
  tile: z.int().positive().max(8192).optional().describe('side of the validation tiles; the training tile if unset'),
  overlap: fraction.max(0.9).default(0.25).describe('overlap of neighbouring tiles, as a share of the tile'),
  threshold: z
    .union([z.literal('search'), z.number().gt(0).lt(1)])
    .default(0.5)
    .describe("probability that counts as foreground; 'search' picks it on the validation slides"),
});

/** Presets of whole runs; `presets.ts` has their settings. */
export const presetNames = ['reference', 'winner'] as const;

export const trainConfigSchema = z.strictObject({
  data: z.string().min(1).describe('folder that `ftu prepare` wrote'),
  out: z.string().min(1).describe('folder of this run'),
  overwrite: z.boolean().default(false).describe('replace a run that the folder already holds'),
  name: z.string().min(1).optional().describe("the model's name in its card; the folder's name if unset"),
  preset: z.enum(presetNames).optional().describe("settings of a whole run: 'reference' or 'winner'"),
  task: z
    .enum(['segment', 'classify'])
    .default('segment')
    .describe("'classify' trains the encoder to tell tiles with objects from others: a start for a segmentation run"),
  decoder: nameOf('decoder', decoderNames())
    .default('unet')
    .describe(`decoder: ${decoderNames().join(', ')}`),
  encoder: nameOf('encoder', encoderNames()).default('timm-efficientnet-b0').describe('encoder architecture'),
  layout: z
    .enum(layouts)
    .default('pytorch')
    .describe("whose network: segmentation_models.pytorch's, or keras: that of segmentation_models for Keras"),
  attention: z.enum(attentionTypes).optional().describe('gates in the decoder: scse or cbam'),
  hypercolumns: z.boolean().default(false).describe('the head sees the maps of all scales'),
  deepSupervision: z.boolean().default(false).describe('train every scale of the decoder with a loss of its own'),
  tileClassifier: z.boolean().default(false).describe('also train a head that says whether a tile holds anything'),
  encoderWeights: z
    .string()
    .min(1)
    .default('imagenet')
    .describe(
      "start of the encoder: 'imagenet' (its published weights), 'none' (random), 'starter' (that of the model that comes with the program), .safetensors, .npz, a run folder, or a Hugging Face id",
    ),
  start: z
    .enum(['encoder', 'network'])
    .default('encoder')
    .describe(
      'what begins from `encoderWeights`: the encoder, or the whole network, which must be of the same kind and classes',
    ),
  normalisation: z
    .enum(['encoder', 'unit'])
    .default('encoder')
    .describe("what the encoder's weights were trained with, or RGB from 0 to 1 as it is (the reference solution's)"),
  freezeEncoder: z.int().min(0).default(0).describe('epochs in which the encoder does not learn'),
  sources: z
    .record(z.string(), sourceSchema)
    .optional()
    .describe('further sources of slides by name, with their roles'),
  train: z.string().optional().describe("slides to train on, such as 'centre=a|b'; all others if unset"),
  validate: z.string().optional().describe("slides to validate on, such as 'centre!=c', instead of folds"),
  split: z
    .enum(['grouped', 'tiles', 'none'])
    .default('grouped')
    .describe('folds of whole groups, folds of tiles (as in the reference solution; leaks), or no validation'),
  group: z.string().optional().describe(GROUP_COLUMN),
  foldCount: z.int().min(2).max(1000).default(5).describe('number of folds'),
  folds: foldsSchema.describe("folds to train, counted from 0: '0', '0,2' or 'all'"),
  densityBins: z
    .int()
    .min(1)
    .max(10000)
    .default(500)
    .describe('quantile bins of mask density that folds are stratified by'),
  stratification: z
    .enum(['all-tiles', 'positive-tiles'])
    .default('all-tiles')
    .describe(
      'quantiles of all tiles, or of those with objects, all others being a bin of their own (as in the reference solution)',
    ),
  tile: z.int().positive().max(8192).optional().describe("side of the training windows; the data set's tile if unset"),
  batchSize: z.int().positive().max(4096).default(8).describe('windows per step'),
  epochs: z.int().positive().max(1_000_000).default(20).describe('passes of `samplesPerEpoch` windows'),
  samplesPerEpoch: z.int().positive().max(100_000_000).default(480).describe('free: windows drawn per epoch'),
  maxMinutes: z.number().positive().optional().describe('end by this time; the schedule follows the clock'),
  maxHours: z.number().positive().optional().describe('stop after the last fold or epoch that fits; --resume goes on'),
  seed: z.int().min(0).max(0xffffffff).default(0).describe('decides the start, the windows and their changes'),
  ema: z.number().min(0).lt(1).default(0).describe('decay of the moving average of the weights; 0: none'),
  emaWarmup: z
    .number()
    .min(2)
    .max(1000)
    .default(10)
    .describe(
      'at step t the decay is at most (1 + t) / (emaWarmup + t): the smaller, the more of the training is averaged',
    ),
  calibrateBatches: z.int().min(0).default(8).describe('batches that calibrate folded BatchNorm of a start; 0: none'),
  precision: z.enum(['float32', 'bfloat16']).default('float32').describe('bfloat16 runs the network in autocast'),
  device: z
    .string()
    .regex(/^(cpu|mps|cuda(:\d+)?)$/, 'use cpu, cuda, cuda:1 or mps')
    .default('cpu')
    .describe('cpu, cuda, cuda:1 or mps'),
  channelsLast: z.boolean().default(true).describe('NHWC memory, faster on CPUs'),
  threads: z.int().positive().max(1024).optional().describe('threads of libtorch; the number of cores if unset'),
  workers: z.int().min(0).max(64).default(2).describe('threads that load and augment; 0: in the main thread'),
  prefetch: z.int().positive().max(64).default(4).describe('batches that are ready in advance'),
  checkpointMinutes: z.number().positive().default(10).describe('minutes between checkpoints inside an epoch'),
  sampling: samplingSchema.prefault({}),
  augment: augmentSchema.prefault({}),
  loss: lossSchema.prefault({}),
  consistency: consistencySchema.prefault({}),
  optimiser: optimiserSchema.prefault({}),
  schedule: scheduleSchema.prefault({}),
  validation: validationSchema.prefault({}),
});

export type TrainConfig = z.output<typeof trainConfigSchema>;
/** What a caller writes: everything with a default may be left out. */
export type TrainConfigInput = z.input<typeof trainConfigSchema>;
