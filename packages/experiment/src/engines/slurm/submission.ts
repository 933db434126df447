/**
 * What a submission leaves in the experiment's folder, and how its jobs are known again in Slurm's queue. A job's name says which experiment and which file of units
 * it is of, and what the recipe said of its step, so that the queue can be read without any list of job numbers that might be lost or wrong.
 *
 *     OUT/.slurm/SUBMISSION/task.sh              the batch script of all its jobs
 *     OUT/.slurm/SUBMISSION/STEP.parts.units     a line for each task of an array: its units, with tabs between
 *     OUT/.slurm/SUBMISSION/STEP.parts-JOB_TASK.log
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';

export const slurmFolder = (out: string): string => join(out, '.slurm');

/** Sorts by time; no two are the same. */
export function newSubmission(): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** Known by where it lies: a copy of the folder is another experiment. */
export async function experimentKey(out: string): Promise<string> {
  return createHash('sha256')
    .update(await realpath(out))
    .digest('hex')
    .slice(0, 12);
}

export interface JobName {
  /** File of units, without its ending. */
  readonly group: string;
  readonly submission: string;
  /** Digest of the step; undefined: a job of an earlier version of ftuseg. */
  readonly digest: string | undefined;
}

export const jobName = ({ group, submission, digest }: JobName, key: string): string =>
  [`${group}.ftu-${key}`, submission, ...(digest === undefined ? [] : [digest])].join('.');

/** @returns undefined for a job of something else */
export function readJobName(name: string, key: string): JobName | undefined {
  const match = /^(.+)\.ftu-([0-9a-f]{12})\.([0-9TZ]+-[0-9a-f]+)(?:\.([0-9a-f]+))?$/.exec(name);
  const [, group, found, submission, digest] = match ?? [];
  return group === undefined || submission === undefined || found !== key ? undefined : { group, submission, digest };
}

export const unitsFile = (out: string, { group, submission }: Pick<JobName, 'group' | 'submission'>): string =>
  join(slurmFolder(out), submission, `${group}.units`);

/** @throws {FtuError} `bad-input` for a unit whose name would be read as two */
export function unitLines(tasks: readonly (readonly string[])[]): string {
  const odd = tasks.flat().find((id) => /[\t\n\r]/.test(id));
  if (odd !== undefined) {
    throw new FtuError('bad-input', 'the name of a slide has a tab or the end of a line in it', { subject: odd });
  }
  return tasks.map((units) => `${units.join('\t')}\n`).join('');
}

/** Units by task, from the first; none where the file is not there any more. */
export async function readUnitLines(path: string): Promise<string[][]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}
