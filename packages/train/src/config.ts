/**
 * Every setting of a training run in one schema: the run folder's `config.yaml`, the command line's `--help` and the
 * checks of what a user wrote all come from here, so that they cannot disagree.
 */
import { FtuError } from '@ftuseg/core';
import { z } from 'zod';

const fraction = z.number().min(0).max(1);
const strength = (most: number) => z.number().min(0).max(most);

/** How strongly windows are changed; 0 (or `false`) switches a change off. Drawn anew for every sample. */
export const augmentSchema = z.strictObject({
  flips: z.boolean().default(true).describe('mirror left-right and top-bottom'),
  quarterTurns: z.boolean().default(true).describe('turn by 0, 90, 180 or 270 degrees'),
  zoom: z.number().min(1).max(3).default(1.25).describe('largest magnification; 1.25 draws from 1/1.25 to 1.25'),
  rotation: strength(180).default(180).describe('largest free rotation, degrees'),
  rotationChance: fraction.default(0.5).describe('share of samples that are rotated freely'),
  colourChance: fraction.default(0.9).describe('share of samples whose colours are changed'),
  brightness: strength(1).default(0.12).describe('largest shift, as a fraction of white'),
  contrast: strength(0.9).default(0.2).describe('largest relative change about the mean'),
  saturation: strength(1).default(0.3).describe('largest relative change'),
  hue: strength(0.5).default(0.04).describe('largest shift, in turns of the colour wheel'),
  gamma: strength(1.5).default(0.2).describe('largest log exponent: the exponent is exp(-g) to exp(g)'),
  stainScale: strength(1).default(0.2).describe('largest log factor of a channel in optical density'),
  stainShift: strength(1).default(0.05).describe('largest shift of a channel in optical density'),
  greyChance: fraction.default(0.1).describe('share of samples that lose a random part of their colour'),
});

/** Where training windows come from. */
export const samplingSchema = z.strictObject({
  centred: fraction.default(0.6).describe('share of windows placed on a labelled object; the rest lie anywhere'),
  jitter: fraction.default(0.75).describe('how far such a window may lie off its object, in half tiles'),
  slides: z
    .enum(['even', 'area'])
    .default('even')
    .describe('draw slides evenly, or in proportion to their working-resolution area'),
  balanceBy: z.string().optional().describe('column of the slide table whose values are drawn evenly'),
});

export const lossSchema = z.strictObject({
  bce: z.number().min(0).default(1).describe('weight of the binary cross-entropy'),
  dice: z.number().min(0).default(1).describe('weight of the soft Dice loss over the batch'),
  smooth: z.number().positive().default(1).describe('added to both sides of the Dice fraction'),
});

export const optimiserSchema = z.strictObject({
  name: z.enum(['adam', 'adamw']).default('adam').describe('Adam, or Adam with decoupled weight decay'),
  learningRate: z.number().positive().max(1).default(1e-3).describe('peak learning rate'),
  encoderFactor: z.number().positive().max(10).default(1).describe("the encoder's share of the learning rate"),
  weightDecay: z.number().min(0).default(0).describe('L2 penalty (adam) or decoupled decay (adamw)'),
  beta1: z.number().min(0).lt(1).default(0.9).describe('decay of the mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('decay of the mean of their squares'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root of that mean'),
  clipNorm: z.number().positive().optional().describe('scale gradients down to this norm'),
});

export const scheduleSchema = z.strictObject({
  name: z.enum(['cosine', 'constant']).default('cosine').describe('learning rate over the run'),
  warmup: z.number().min(0).max(0.5).default(0.05).describe('share of the run over which the rate rises from zero'),
  final: fraction.default(0.01).describe('share of the rate that is left at the end (cosine)'),
});

export const validationSchema = z.strictObject({
  every: z.int().positive().default(1).describe('validate after every n-th epoch, and after the last'),
  tile: z.int().positive().optional().describe('side of the validation tiles; the training tile if unset'),
  overlap: fraction.max(0.9).default(0.25).describe('overlap of neighbouring tiles, as a share of the tile'),
  threshold: z
    .union([z.literal('search'), z.number().gt(0).lt(1)])
    .default(0.5)
    .describe("probability that counts as foreground; 'search' picks it on the validation slides"),
});

export const trainConfigSchema = z.strictObject({
  data: z.string().min(1).describe('folder that `ftu prepare` wrote'),
  out: z.string().min(1).describe('folder of this run'),
  overwrite: z.boolean().default(false).describe('replace a run that the folder already holds'),
  name: z.string().min(1).optional().describe("the model's name in its card; the folder's name if unset"),
  decoder: z.enum(['unet']).default('unet').describe('decoder architecture'),
  encoder: z.string().default('timm-efficientnet-b0').describe('encoder architecture'),
  encoderWeights: z.string().optional().describe('.npz or .safetensors to start the encoder from; random if unset'),
  train: z.string().optional().describe("slides to train on, such as 'centre=a|b'; all others if unset"),
  validate: z.string().optional().describe("slides to validate on, such as 'centre!=c'"),
  group: z.string().optional().describe('column whose values stay on one side of a fold'),
  folds: z.int().min(2).default(5).describe('number of folds'),
  fold: z.int().min(0).optional().describe('the fold to validate on, counted from 0'),
  tile: z.int().positive().optional().describe("side of the training windows; the data set's tile if unset"),
  batchSize: z.int().positive().default(8).describe('windows per step'),
  epochs: z.int().positive().default(20).describe('passes of `samplesPerEpoch` windows'),
  samplesPerEpoch: z.int().positive().default(480).describe('windows drawn per epoch'),
  maxMinutes: z.number().positive().optional().describe('stop cleanly after this time; the schedule follows it'),
  seed: z.int().min(0).max(0xffffffff).default(0).describe('decides the start, the windows and their changes'),
  ema: z.number().min(0).lt(1).default(0).describe('decay of the moving average of the weights; 0: none'),
  calibrateBatches: z.int().min(0).default(8).describe('batches that calibrate folded BatchNorm of a start; 0: none'),
  precision: z.enum(['float32', 'bfloat16']).default('float32').describe('bfloat16 runs the network in autocast'),
  channelsLast: z.boolean().default(true).describe('NHWC memory, faster on CPUs'),
  threads: z.int().positive().optional().describe('threads of libtorch; the number of cores if unset'),
  workers: z.int().min(0).max(64).default(2).describe('threads that load and augment; 0: in the main thread'),
  prefetch: z.int().positive().max(64).default(4).describe('batches that are ready in advance'),
  sampling: samplingSchema.prefault({}),
  augment: augmentSchema.prefault({}),
  loss: lossSchema.prefault({}),
  optimiser: optimiserSchema.prefault({}),
  schedule: scheduleSchema.prefault({}),
  validation: validationSchema.prefault({}),
});

export type TrainConfig = z.output<typeof trainConfigSchema>;
/** What a caller writes: everything with a default may be left out. */
export type TrainConfigInput = z.input<typeof trainConfigSchema>;
export type AugmentConfig = z.output<typeof augmentSchema>;
export type SamplingConfig = z.output<typeof samplingSchema>;
export type LossConfig = z.output<typeof lossSchema>;
export type OptimiserConfig = z.output<typeof optimiserSchema>;
export type ScheduleConfig = z.output<typeof scheduleSchema>;

/**
 * Checks a configuration and fills in the defaults.
 *
 * @param subject the file or command it came from, for the error's sentence
 * @throws FtuError 'bad-input' naming every setting that is unknown or impossible
 * @example
 * parseTrainConfig({ data: 'data', out: 'run', epochs: 5 }).batchSize; // 8
 */
export function parseTrainConfig(input: unknown, subject = 'training settings'): TrainConfig {
  const parsed = trainConfigSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const where = issue.path.join('.');
    return where === '' ? issue.message : `${where}: ${issue.message}`;
  });
  throw new FtuError('bad-input', problems.join('; '), { subject, hint: 'see `ftu train --help`' });
}
