/** Jobs as the page and the server speak of them: what is asked for, in which state it is, and how far it has come. */
import { z } from 'zod';
import type { JobPlan } from './plan.js';
import type { JobProgress } from './progress.js';

/** The model that comes with the program. */
export const STARTER = 'starter';

export const MAX_EPOCHS = 1000;
export const MAX_IMAGES_PER_EPOCH = 100_000;

/**
 * Small enough for two cores, large enough to learn what a few slides have to teach: a training of about 1,000 images takes minutes, and what it
 * has learnt can be gone on with.
 */
export const DEFAULT_EPOCHS = 8;
export const DEFAULT_IMAGES_PER_EPOCH = 120;

const modelSchema = z.string().regex(/^[\w-]{1,64}$/, 'a model is named by letters, digits, "-" and "_"');

export const jobRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    /** Trains on the corrected slides, then predicts all slides with what came out. */
    kind: z.literal('train'),
    /** The model that it starts from, as `ModelChoice` names it. */
    start: modelSchema.default(STARTER),
    epochs: z.int().min(1).max(MAX_EPOCHS).default(DEFAULT_EPOCHS),
    imagesPerEpoch: z.int().min(1).max(MAX_IMAGES_PER_EPOCH).default(DEFAULT_IMAGES_PER_EPOCH),
  }),
  z.strictObject({
    /** Predicts all slides with a model that is there. */
    kind: z.literal('predict'),
    model: modelSchema.default(STARTER),
  }),
]);
export type JobRequest = z.output<typeof jobRequestSchema>;

/** `waiting`: another job computes. `stopped`: it can go on. */
export const jobStates = ['waiting', 'running', 'stopping', 'stopped', 'failed', 'done'] as const;
export type JobState = (typeof jobStates)[number];

/** A model that a training may start from, or that may predict. */
export interface ModelChoice {
  readonly id: string;
  readonly name: string;
  /** Whether its weights are there to start from; a model file alone predicts only. */
  readonly trains: boolean;
  readonly classes: readonly string[];
}

export interface JobView {
  readonly id: string;
  readonly request: JobRequest;
  /** Such as "train again from starter". */
  readonly title: string;
  readonly state: JobState;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly ended?: number | undefined;
  readonly plan: JobPlan;
  readonly progress: JobProgress;
  /** Why it failed or was stopped, in one sentence. */
  readonly problem?: string | undefined;
  /** What a person must read before believing the result. */
  readonly warnings: readonly string[];
  /** The id of the prediction that it wrote, once it is among those of the session. */
  readonly prediction?: string | undefined;
  /** A command line that does, or goes on with, the same. */
  readonly command: string;
}

/** The answer of `GET /api/jobs`. */
export interface JobList {
  /** The newest first. */
  readonly jobs: readonly JobView[];
  readonly models: readonly ModelChoice[];
}

/** A job that has come to an end, of whatever kind. */
export const isOver = (state: JobState): boolean => state === 'stopped' || state === 'failed' || state === 'done';
