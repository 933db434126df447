/** The folders of jobs: `WORK/jobs/ID`, each with `job.json`, its tables and recipe, its log and what `ftu` wrote. */
import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFileName, makeFolder, writeFileAtomic } from '@ftuseg/files';
import { runFiles } from '@ftuseg/folders';
import { z } from 'zod';
import { curvesOf } from '../../jobs/curves.js';
import { type JobProgress, readProgress, TRAINING } from '../../jobs/progress.js';
import { jobFiles } from '../../jobs/recipe.js';
import { type JobRecord, jobRecordSchema } from '../../jobs/record.js';

/** A name that sorts by time. */
export function newJobId(now: Date): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${randomBytes(3).toString('hex')}`;
}

const JOB_ID = /^\d{8}-\d{6}-[0-9a-f]{6}$/;

export interface FoundJob {
  readonly id: string;
  readonly folder: string;
  readonly record: JobRecord;
}

/** A folder of a plan that is being made. */
export const PLAN_FOLDER = '.plan-';

/** Jobs of a work folder, the oldest first; folders without a record that can be read are passed over, and plans that were cut short removed. */
export async function findJobs(jobsFolder: string): Promise<FoundJob[]> {
  await makeFolder(jobsFolder);
  const all = await readdir(jobsFolder);
  for (const name of all) {
    if (name.startsWith(PLAN_FOLDER)) await rm(join(jobsFolder, name), { recursive: true, force: true });
  }
  const names = all.filter((name) => JOB_ID.test(name)).sort();
  const found = await Promise.all(
    names.map(async (id): Promise<FoundJob[]> => {
      const folder = join(jobsFolder, id);
      const text = await readFile(join(folder, jobFiles.record), 'utf8').catch(() => undefined);
      if (text === undefined) return [];
      try {
        const record = jobRecordSchema.safeParse(JSON.parse(text)).data;
        return record === undefined ? [] : [{ id, folder, record }];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

/** @throws {FtuError} `io` */
export const writeJob = (folder: string, record: JobRecord): Promise<void> =>
  writeFileAtomic(join(folder, jobFiles.record), `${JSON.stringify(record, null, 2)}\n`);

/** Bytes of a log that are read: days of lines of progress. */
const MAX_LOG = 1 << 20;

/** The end of a job's log; '' where there is none. */
export async function readLog(folder: string): Promise<string> {
  const path = join(folder, jobFiles.log);
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size === 0) return '';
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(Math.min(size, MAX_LOG));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** How far a job has come, by what its files say. */
export async function progressOf({ folder, record }: Pick<FoundJob, 'folder' | 'record'>): Promise<JobProgress> {
  const history = join(folder, jobFiles.run, TRAINING, 'run', runFiles.history);
  const epochs = await readFile(history, 'utf8').catch(() => '');
  const progress = readProgress(await readLog(folder), record.steps, curvesOf(epochs));
  return record.state === 'done' ? { ...progress, share: 1, secondsLeft: undefined } : progress;
}

const holderSchema = z.object({ process: z.int() });

/** Whether the program that a record names still works in the job's folder: its number alone may be another's by now. */
export async function stillWorks({ folder, record }: Pick<FoundJob, 'folder' | 'record'>): Promise<boolean> {
  if (record.process === undefined) return false;
  const text = await readFile(join(folder, jobFiles.run, lockFileName), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  try {
    if (holderSchema.safeParse(JSON.parse(text)).data?.process !== record.process) return false;
    process.kill(record.process, 0);
    return true;
  } catch {
    return false;
  }
}
