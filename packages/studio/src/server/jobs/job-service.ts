/**
 * The jobs of a studio. Each is a folder and a run of `ftu` in it, so that the command line can do and go on with the same; one computes at a time, since two
 * would take twice as long each.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { isOver, type JobList, type JobRequest, type JobView } from '../../jobs/job.js';
import type { JobPlan } from '../../jobs/plan.js';
import { COMMAND } from '../../jobs/progress.js';
import { jobFiles } from '../../jobs/recipe.js';
import type { JobRecord } from '../../jobs/record.js';
import type { StudioContext } from '../context.js';
import { createEstimates } from './estimates.js';
import { findJobs, newJobId, progressOf, readLog, stillWorks, writeJob } from './job-folder.js';
import { knownModels } from './models.js';
import { prepareJob } from './prepare-job.js';
import { type FtuProcess, failureOf, startFtu, warningsOf } from './run-ftu.js';

interface Job {
  readonly id: string;
  readonly folder: string;
  record: JobRecord;
  process?: FtuProcess | undefined;
  /** The id of its prediction, once that is shown. */
  shown?: string | undefined;
}

export interface JobService {
  readonly list: () => Promise<JobList>;
  /** @returns undefined for a job that there is none of */
  readonly view: (id: string) => Promise<JobView | undefined>;
  /** What a job would do, without starting it. */
  readonly plan: (request: JobRequest) => Promise<JobPlan>;
  /** @throws {FtuError} `bad-input` with the reason why it cannot start */
  readonly start: (request: JobRequest) => Promise<JobView>;
  readonly stop: (id: string) => Promise<void>;
  readonly goOn: (id: string) => Promise<void>;
  /** Removes the job with its folder; one that is not over is refused. */
  readonly remove: (id: string) => Promise<void>;
}

/** Milliseconds between two looks at a program that an earlier studio started. */
const LOOK = 1000;

/** Exit codes of a program that was told to stop, or killed. */
const STOPPED = new Set([129, 130, 137, 143]);

const lastRun = (log: string): string => log.slice(Math.max(0, log.lastIndexOf(`\n${COMMAND}`)));

export function createJobs(context: StudioContext): JobService {
  const jobsFolder = join(context.workFolder, 'jobs');
  const jobs = new Map<string, Job>();
  const estimates = createEstimates(context, jobsFolder, () => [...jobs.values()].some(computes));

  const save = async (job: Job, change: Partial<JobRecord>): Promise<void> => {
    job.record = { ...job.record, ...change };
    await writeJob(job.folder, job.record);
  };

  /** Shows what a finished job predicted. */
  async function show(job: Job): Promise<void> {
    const { prediction, title, created } = job.record;
    const time = new Date(created).toISOString().slice(0, 16).replace('T', ' ');
    job.shown = (await context.addPrediction(join(job.folder, prediction), `${title}, ${time}`)).id;
  }

  /** @param code of its exit; undefined where nobody saw it end */
  async function settle(job: Job, code: number | undefined): Promise<void> {
    job.process = undefined;
    if (!jobs.has(job.id)) return;
    const log = lastRun(await readLog(job.folder));
    const over = { ended: Date.now(), process: undefined, warnings: warningsOf(log) };
    if (code === 0 || code === 3) {
      const shown = await show(job).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      await save(job, { ...over, state: shown === undefined ? 'done' : 'failed', problem: shown });
    } else if (code === undefined || STOPPED.has(code)) {
      const asked = job.record.state === 'stopping';
      const problem = asked ? undefined : 'it was interrupted; what is done is kept';
      await save(job, { ...over, state: 'stopped', problem });
    } else {
      await save(job, { ...over, state: 'failed', problem: failureOf(log) ?? `ftu ended with exit code ${code}` });
    }
    await advance();
  }

  async function run(job: Job): Promise<void> {
    await save(job, { state: 'running', problem: undefined, ended: undefined, warnings: [] });
    try {
      const log = join(job.folder, jobFiles.log);
      const started = await startFtu(context.ftu, job.record.command, { folder: job.folder, log });
      job.process = started;
      await save(job, { process: started.pid });
      void started.ended.then((code) => settle(job, code)).catch(report(job));
    } catch (error) {
      await save(job, { state: 'failed', ended: Date.now(), problem: messageOf(error) });
      await advance();
    }
  }

  /** A job whose end cannot be written down says so as long as the studio runs. */
  const report =
    (job: Job) =>
    (error: unknown): void => {
      job.record = { ...job.record, state: 'failed', problem: messageOf(error) };
    };

  /** Starts the oldest that waits, if none computes. */
  async function advance(): Promise<void> {
    if (context.signal.aborted || [...jobs.values()].some(computes)) return;
    const next = [...jobs.values()].find(({ record }) => record.state === 'waiting');
    if (next !== undefined) await run(next);
  }

  /** Follows a program that an earlier studio started to its end. */
  function follow(job: Job): void {
    const timer = setInterval(() => {
      void stillWorks(job).then((works) => {
        if (works || !jobs.has(job.id)) return;
        clearInterval(timer);
        return findEnd(job);
      });
    }, LOOK);
    timer.unref();
    context.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  /** Whether a program that nobody saw end had come to its end: its prediction is then there as a whole. */
  async function findEnd(job: Job): Promise<void> {
    const whole = await show(job).then(
      () => true,
      () => false,
    );
    await settle(job, whole ? 0 : undefined);
  }

  async function load(): Promise<void> {
    for (const found of await findJobs(jobsFolder)) {
      const job: Job = { ...found };
      jobs.set(job.id, job);
      const { state } = job.record;
      if (state === 'done') await show(job).catch((error: unknown) => report(job)(error));
      else if (state === 'waiting') await save(job, { state: 'stopped', problem: 'the studio ended before its turn' });
      else if (!isOver(state)) {
        if (await stillWorks(job)) follow(job);
        else await findEnd(job);
      }
    }
  }
  const loaded = load();
  loaded.catch(() => undefined);

  context.signal.addEventListener(
    'abort',
    () => {
      for (const { process: program } of jobs.values()) program?.stop();
    },
    { once: true },
  );

  async function viewOf(job: Job): Promise<JobView> {
    const { record, id, folder, shown: prediction } = job;
    const { request, title, state, created, ended, plan, problem, warnings, command } = record;
    const progress = await progressOf(job);
    const shown = { id, request, title, state, created, ended, plan, problem, warnings, prediction, progress };
    return { ...shown, command: `cd ${quoted(folder)} && ftu ${command.map(quoted).join(' ')}` };
  }

  async function jobOf(id: string): Promise<Job> {
    await loaded;
    const job = jobs.get(id);
    if (job === undefined) throw new FtuError('not-found', 'there is no such job');
    return job;
  }

  return {
    async list() {
      await loaded;
      const models = await knownModels(context);
      const views = await Promise.all([...jobs.values()].map(viewOf));
      return {
        jobs: views.sort((a, b) => b.created - a.created),
        models: models.map(({ id, name, trains, classes }) => ({ id, name, trains, classes })),
      };
    },
    async view(id) {
      await loaded;
      const job = jobs.get(id);
      return job === undefined ? undefined : viewOf(job);
    },
    plan: (request) => estimates.plan(request),
    async start(request) {
      await loaded;
      const id = newJobId(new Date());
      const folder = join(jobsFolder, id);
      const prepared = await prepareJob(context, request, folder);
      if (prepared.plan.problem !== undefined) {
        await rm(folder, { recursive: true, force: true });
        throw new FtuError('bad-input', prepared.plan.problem);
      }
      const { title, prediction } = prepared;
      const { seconds, steps } = estimates.known(request, prepared);
      const record: JobRecord = {
        format: 1,
        request,
        title,
        state: 'waiting',
        created: Date.now(),
        plan: { ...prepared.plan, notes: [...prepared.plan.notes], seconds },
        steps: [...steps],
        command: [...prepared.command],
        warnings: [],
        prediction,
      };
      const job: Job = { id, folder, record };
      await writeJob(folder, record);
      jobs.set(id, job);
      await advance();
      return viewOf(job);
    },
    async stop(id) {
      const job = await jobOf(id);
      const { state, process: pid } = job.record;
      if (state === 'waiting') {
        await save(job, { state: 'stopped', ended: Date.now() });
        return;
      }
      if (state !== 'running' && state !== 'stopping') throw new FtuError('bad-input', 'the job does not run');
      await save(job, { state: 'stopping' });
      if (job.process !== undefined) job.process.stop();
      else if (pid !== undefined && (await stillWorks(job))) process.kill(pid, 'SIGTERM');
    },
    async goOn(id) {
      const job = await jobOf(id);
      const { state } = job.record;
      if (state !== 'stopped' && state !== 'failed') throw new FtuError('bad-input', 'the job cannot go on');
      await save(job, { state: 'waiting', problem: undefined, ended: undefined });
      await advance();
    },
    async remove(id) {
      const job = await jobOf(id);
      if (!isOver(job.record.state)) throw new FtuError('bad-input', 'stop the job before it is deleted');
      if (job.shown !== undefined) context.removePrediction(job.shown);
      jobs.delete(id);
      await rm(job.folder, { recursive: true, force: true });
    },
  };
}

const computes = ({ record }: Job): boolean => record.state === 'running' || record.state === 'stopping';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A word of a command line as shells read it. */
const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
