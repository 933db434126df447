/** How weights are moved: the optimiser and the course of its rate. */
import { z } from 'zod';

const fraction = z.number().min(0).max(1);

export const optimiserSchema = z.strictObject({
  name: z
    .enum(['adam', 'adamw', 'sgd'])
    .default('adam')
    .describe('Adam, Adam with decoupled weight decay, or gradient descent with momentum'),
  learningRate: z.number().positive().max(10).default(1e-3).describe('peak learning rate'),
  encoderFactor: z.number().positive().max(10).default(1).describe("the encoder's share of the learning rate"),
  weightDecay: z.number().min(0).default(0).describe('L2 penalty (adam, sgd) or decoupled decay (adamw)'),
  beta1: z.number().min(0).lt(1).default(0.9).describe('adam: decay of the mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('adam: decay of the mean of their squares'),
  epsilon: z.number().positive().default(1e-8).describe('adam: added to the root of that mean'),
  epsilonHat: z
    .boolean()
    .default(false)
    .describe('adam, adamw: add epsilon before the correction of that mean, as Keras does, not after it'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('sgd: share of the last move that is kept'),
  nesterov: z.boolean().default(true).describe("sgd: Nesterov's look-ahead"),
  clipNorm: z.number().positive().optional().describe('scale gradients down to this norm'),
  accumulate: z.int().min(1).max(1024).default(1).describe('batches whose gradients are averaged into one update'),
});

export const scheduleSchema = z.strictObject({
  name: z
    .enum(['cosine', 'constant', 'reference', 'one-cycle', 'plateau', 'polynomial'])
    .default('cosine')
    .describe("learning rate over the run; 'reference' is the reference solution's table by epoch"),
  warmup: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.05)
    .describe(
      'share of the run over which the rate rises (cosine, constant, plateau, polynomial; one-cycle: 0.3 is usual)',
    ),
  final: fraction.default(0.01).describe('share of the rate that is left at the end (cosine)'),
  power: z.number().positive().max(10).default(0.9).describe('polynomial: exponent of the share that is left'),
  divide: z.number().min(1).default(25).describe('one-cycle: the rate starts at 1/divide'),
  finalDivide: z.number().min(1).default(1e4).describe('one-cycle: and ends at 1/(divide * finalDivide)'),
  factor: z.number().gt(0).lt(1).default(0.5).describe('plateau: what the rate is multiplied by'),
  patience: z.int().min(0).default(3).describe('plateau: validations without improvement before that'),
  minimum: fraction.default(0.001).describe('plateau: smallest share of the rate'),
});

export type OptimiserConfig = z.output<typeof optimiserSchema>;
export type ScheduleConfig = z.output<typeof scheduleSchema>;
