/** `ftu run --on slurm`: submits what is neither done nor in the queue, and ends. No process stays behind; the same call later submits what is missing then. */
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { inLockedFolder, makeFolder, writeFileAtomic } from '@ftuseg/files';
import { forgetLost } from '../../engine/kept.js';
import { requirePreflights } from '../../engine/preflight.js';
import { kindOf } from '../../step-kind/kind-of.js';
import type { CheckedRecipe } from '../../step-kind/step-kind.js';
import { listUnits } from '../../units/list-units.js';
import { isRunAtWork } from '../../units/living.js';
import type { UnitOptions } from '../../units/step-states.js';
import { engineCode } from '../engine-code.js';
import { type StepDigests, stepDigests } from '../step-digests.js';
import { type JobPlan, type PlannedJob, planJobs } from './plan-jobs.js';
import { maxArrayTasks, slurm } from './programs.js';
import { cancelJobs, queuedTasks } from './queue.js';
import { sbatchOptions } from './sbatch-options.js';
import { experimentKey, jobName, newSubmission, slurmFolder, unitLines, unitsFile } from './submission.js';
import { taskScript, WARNING_SECONDS } from './task-script.js';

export interface SlurmOptions extends UnitOptions {
  /** Options for `sbatch`, as on its command line. */
  readonly sbatch: string;
  /** The program that does a unit, as absolute paths: Node and the script of `ftu`. */
  readonly program: readonly string[];
  /** Options of `ftu unit`. */
  readonly unitOptions: readonly string[];
  /** Writes down what units need to know of the run, once nothing else is at work in the folder. */
  readonly handOut: () => Promise<void>;
  /** Nothing is submitted, and nothing handed out. */
  readonly dryRun: boolean;
}

export interface SubmittedJob extends PlannedJob {
  /** Slurm's number; null in a dry run. */
  readonly job: string | null;
}

export interface Submission extends Pick<JobPlan, 'counts' | 'replaced' | 'outdated'> {
  readonly jobs: readonly SubmittedJob[];
  /** Folder of the batch script, the lists of units and the logs; null where nothing was submitted. */
  readonly folder: string | null;
}

function argumentsOf(
  { group, tasks, after, groups, jobs }: PlannedJob,
  numbers: ReadonlyMap<string, string>,
  folder: string,
): string[] {
  const ids = [...groups.flatMap((one) => numbers.get(one) ?? []), ...jobs];
  const log = `${join(folder, group).replaceAll('%', '%%')}-${tasks.length > 1 ? '%A_%a' : '%j'}.log`;
  return [
    ...(tasks.length > 1 ? [`--array=1-${tasks.length}`] : []),
    ...(ids.length === 0 ? [] : [`--dependency=${after}:${ids.join(':')}`, '--kill-on-invalid-dep=yes']),
    `--output=${log}`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:USR1@${WARNING_SECONDS}`,
  ];
}

/** Nothing of a submission that was refused half-way stays in the queue, also what Slurm took without saying so. */
async function withdraw(out: string, isOurs: (job: string) => boolean, cause: unknown): Promise<never> {
  const told = cause instanceof FtuError ? cause : new FtuError('unavailable', String(cause), { cause });
  const found = await queuedTasks(out).catch(() => []);
  const arrays = [...new Set(found.map(({ array }) => array))].filter(isOurs);
  const ended = await cancelJobs(arrays).then(
    () => true,
    () => false,
  );
  const names = arrays.join(', ');
  const what =
    arrays.length === 0
      ? 'nothing was submitted'
      : ended
        ? `jobs ${names} are cancelled again`
        : `jobs ${names} could not be cancelled again`;
  throw new FtuError(told.code, `${told.problem}; ${what}`, {
    ...(told.hint === undefined ? {} : { hint: told.hint }),
    cause,
  });
}

interface Submitting {
  readonly digests: StepDigests;
  /** Options of `sbatch`. */
  readonly extra: readonly string[];
}

async function submitJobs(plan: JobPlan, options: SlurmOptions, { digests, extra }: Submitting): Promise<Submission> {
  const { out, program, unitOptions, trustCode, signal } = options;
  const submission = newSubmission();
  const folder = join(slurmFolder(out), submission);
  const script = join(folder, 'task.sh');
  await makeFolder(folder);
  // Units of other code would wait for each other's results, and find none that count.
  const sameCode = trustCode ? [] : ['--code', await engineCode()];
  await writeFileAtomic(script, taskScript({ out, program, options: [...unitOptions, ...sameCode] }));
  for (const { group, tasks } of plan.jobs) {
    await writeFileAtomic(unitsFile(out, { group, submission }), unitLines(tasks));
  }
  const before = new Set((await queuedTasks(out, signal)).map(({ array }) => array));
  await cancelJobs([...plan.outdated, ...plan.replaced], signal);
  const key = await experimentKey(out);
  const numbers = new Map<string, string>();
  const jobs: SubmittedJob[] = [];
  try {
    for (const planned of plan.jobs) {
      const { group, step } = planned;
      const digest = digests.get(step) ?? '';
      const name = jobName({ group, submission, digest }, key);
      const own = argumentsOf(planned, numbers, folder);
      const place = [`--job-name=${name}`, `--chdir=${out}`, '--parsable', ...own];
      const said = await slurm(
        'sbatch',
        [...extra, ...place, script, unitsFile(out, { group, submission }), digest],
        signal,
      );
      const job = /^(\d+)/m.exec(said)?.[1];
      if (job === undefined) throw new FtuError('unavailable', `sbatch names no job, but says: ${said}`);
      numbers.set(group, job);
      jobs.push({ ...planned, job });
    }
  } catch (error) {
    return withdraw(out, (job) => !before.has(job), error);
  }
  return { ...plan, jobs, folder };
}

/**
 * @throws {FtuError} `unavailable` where Slurm's programs are not there or refuse, with their sentence, or `ftu run` is at work in the folder; `bad-input`; `cancelled`
 * @example
 * const { jobs } = await submitToSlurm(checked, { ...options, sbatch: '-p gpu -t 8:00:00', program: ['/usr/bin/node', '/opt/ftu/main.js'], unitOptions: [], handOut, dryRun: false });
 */
export async function submitToSlurm(checked: CheckedRecipe, options: SlurmOptions): Promise<Submission> {
  const { out, dryRun, note, progress, signal, sbatch } = options;
  const extra = sbatchOptions(sbatch);
  const maxTasks = await maxArrayTasks(signal);
  if (await isRunAtWork(out)) {
    throw new FtuError('unavailable', '`ftu run` is at work in this folder', {
      subject: out,
      hint: 'wait until it has ended',
    });
  }
  const afterFailures = (name: string): boolean => {
    const step = checked.file.recipe.steps[name];
    return step !== undefined && kindOf(checked.file, step).afterFailures;
  };
  const plan = async (): Promise<JobPlan & Pick<Submitting, 'digests'>> => {
    // Before the records: what ends in between is in both, and not in neither.
    const queued = await queuedTasks(out, signal);
    const units = await listUnits(checked, { ...options, knownOnly: true });
    // A dry run writes nothing, and what files hold is written down.
    const digests = dryRun && queued.length === 0 ? new Map<string, string>() : await stepDigests(checked, options);
    return { ...planJobs({ units, queued, digests, maxTasks, afterFailures }), digests };
  };
  if (dryRun) {
    const { digests: _, ...planned } = await plan();
    return { ...planned, jobs: planned.jobs.map((job) => ({ ...job, job: null })), folder: null };
  }
  await requirePreflights(checked, { signal, note, progress });
  await makeFolder(slurmFolder(out));
  return inLockedFolder(slurmFolder(out), { signal }, async () => {
    await forgetLost(checked, note);
    const { digests, ...planned } = await plan();
    await options.handOut();
    if (planned.jobs.length > 0) return submitJobs(planned, options, { digests, extra });
    await cancelJobs(planned.outdated, signal);
    return { ...planned, jobs: [], folder: null };
  });
}
