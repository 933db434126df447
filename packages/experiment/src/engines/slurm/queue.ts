/** The jobs of an experiment that Slurm has in its queue. What is not in the queue has ended, and what became of it only the records say. */
import process from 'node:process';
import { exists } from '@ftuseg/files';
import { slurm } from './programs.js';
import { experimentKey, readJobName, readUnitLines, unitsFile } from './submission.js';

export interface QueuedTask {
  /** As Slurm names it: `12_3`, or `12` where it is no task of an array. */
  readonly job: string;
  /** Number of the job or of the array. */
  readonly array: string;
  /** Slurm's word, such as `PENDING` or `RUNNING`. */
  readonly state: string;
  /** Why it is pending, such as `Dependency`, or the hosts that it runs on. */
  readonly reason: string;
  /** Units that it does, one after the other. */
  readonly units: readonly string[];
  /** What the recipe said of their step when they were submitted; undefined: an earlier version of ftuseg submitted them. */
  readonly digest: string | undefined;
}

/** No name and no reason has this letter in it. */
const FORMAT = '%F|%K|%T|%j|%R';

/**
 * @param out absolute folder of the experiment
 * @throws {FtuError} `unavailable` where `squeue` is not there or gets no answer; `cancelled`
 */
export async function queuedTasks(out: string, signal?: AbortSignal): Promise<QueuedTask[]> {
  // A dry run comes before the folder.
  if (!(await exists(out))) return [];
  const key = await experimentKey(out);
  const user = process.getuid?.();
  const whose = user === undefined ? ['--me'] : [`--user=${user}`];
  const text = await slurm('squeue', ['--noheader', '--array', ...whose, `--format=${FORMAT}`], signal);
  const files = new Map<string, string[][]>();
  const tasks: QueuedTask[] = [];
  for (const line of text.split('\n')) {
    const [array = '', index = '', state = '', name = '', ...reason] = line.trim().split('|');
    const known = readJobName(name, key);
    if (known === undefined) continue;
    const path = unitsFile(out, known);
    const lines = files.get(path) ?? (await readUnitLines(path));
    files.set(path, lines);
    const isTask = /^\d+$/.test(index);
    const units = lines[isTask ? Number(index) - 1 : 0] ?? [];
    tasks.push({
      job: isTask ? `${array}_${index}` : array,
      array,
      state,
      reason: reason.join('|'),
      units,
      digest: known.digest,
    });
  }
  return tasks;
}

/** So many numbers fit on a command line of any system. */
const AT_ONCE = 500;

/** @param jobs as Slurm names them */
export async function cancelJobs(jobs: readonly string[], signal?: AbortSignal): Promise<void> {
  for (let from = 0; from < jobs.length; from += AT_ONCE) {
    await slurm('scancel', jobs.slice(from, from + AT_ONCE), signal);
  }
}
