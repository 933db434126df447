/** What a job's folder says of it in `job.json`: all that a studio that is started anew must know. */
import { z } from 'zod';
import { jobRequestSchema, jobStates } from './job.js';

const planSchema = z.object({
  slides: z.number(),
  objects: z.number(),
  completeAreas: z.number(),
  backgroundMm2: z.number().optional(),
  refused: z.number(),
  predicts: z.number(),
  images: z.number(),
  seconds: z.number().optional(),
  notes: z.array(z.string()),
  problem: z.string().optional(),
});

export const jobRecordSchema = z.object({
  format: z.literal(1),
  request: jobRequestSchema,
  title: z.string(),
  state: z.enum(jobStates),
  created: z.number(),
  ended: z.number().optional(),
  plan: planSchema,
  /** Shares of all work by step, in order. */
  steps: z.array(z.object({ name: z.string(), share: z.number() })),
  /** Arguments of `ftu`, in the job's folder. */
  command: z.array(z.string()),
  /** Of the program, while it runs. */
  process: z.int().optional(),
  problem: z.string().optional(),
  warnings: z.array(z.string()),
  /** Relative to the job's folder. */
  prediction: z.string(),
});
export type JobRecord = z.output<typeof jobRecordSchema>;
