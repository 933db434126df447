/** Plans with their times. Asking takes seconds of measuring, so that what was asked for once is kept until corrections change. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import type { JobRequest } from '../../jobs/job.js';
import type { JobPlan } from '../../jobs/plan.js';
import type { StudioContext } from '../context.js';
import { type Estimate, estimateJob, usualShares } from './estimate.js';
import { PLAN_FOLDER } from './job-folder.js';
import { type PreparedJob, prepareJob } from './prepare-job.js';

/** Estimates that are kept. */
const MAX_KNOWN = 32;

const BUSY = 'How long it takes cannot be told while another job computes.';

export interface Estimates {
  readonly plan: (request: JobRequest) => Promise<JobPlan>;
  /** What was told of the same request and the same corrections; else what is usual. */
  readonly known: (request: JobRequest, prepared: PreparedJob) => Estimate;
}

/**
 * @param jobsFolder in which a plan has a folder for as long as it is made
 * @param isBusy whether a job computes: what would be measured then says nothing
 */
export function createEstimates(context: StudioContext, jobsFolder: string, isBusy: () => boolean): Estimates {
  const estimates = new Map<string, Estimate>();
  const keyOf = (request: JobRequest, { plan, steps }: PreparedJob): string => JSON.stringify([request, plan, steps]);
  /** One is asked at a time: two measurements would disturb each other. */
  let asking: Promise<unknown> = Promise.resolve();

  async function ask(request: JobRequest): Promise<JobPlan> {
    const folder = join(jobsFolder, `${PLAN_FOLDER}${randomBytes(6).toString('hex')}`);
    try {
      const prepared = await prepareJob(context, request, folder);
      const { plan, command, steps: names } = prepared;
      if (plan.problem !== undefined) return plan;
      const key = keyOf(request, prepared);
      const kept = estimates.get(key);
      if (kept !== undefined) return { ...plan, seconds: kept.seconds };
      if (isBusy()) return { ...plan, notes: [...plan.notes, BUSY] };
      const estimate = await estimateJob(context.ftu, { request, command, names }, folder, context.signal);
      estimates.set(key, estimate);
      const [oldest] = estimates.keys();
      if (estimates.size > MAX_KNOWN && oldest !== undefined) estimates.delete(oldest);
      return { ...plan, seconds: estimate.seconds };
    } catch (error) {
      if (!(error instanceof FtuError) || error.code !== 'bad-input') throw error;
      return { ...EMPTY, problem: error.message };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  return {
    plan(request) {
      const next = asking.then(() => ask(request));
      asking = next.catch(() => undefined);
      return next;
    },
    known: (request, prepared) =>
      estimates.get(keyOf(request, prepared)) ?? { seconds: undefined, steps: usualShares(prepared.steps) },
  };
}

const EMPTY: JobPlan = { slides: 0, objects: 0, completeAreas: 0, refused: 0, predicts: 0, images: 0, notes: [] };
