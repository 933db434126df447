/** Takes an experiment's jobs out of the queue. What is finished stays, and attempts go on from it when somebody submits again. */
import { exists } from '@ftuseg/files';
import { type CancelledQueue, cancelQueue, type QueueOptions } from './redis/queue-status.js';
import { cancelJobs, type QueuedTask, queuedTasks } from './slurm/queue.js';
import { slurmFolder } from './slurm/submission.js';

export interface CancelledRun {
  /** Tasks that were in the queue of Slurm, and are ended or never begin. */
  readonly tasks: readonly QueuedTask[];
  /** What was in a queue on Redis; null: it was never there. */
  readonly queue: CancelledQueue | null;
}

/**
 * @param out absolute folder of an experiment
 * @throws {FtuError} `unavailable` where the queue cannot be asked, or Slurm's programs are not there or refuse; `cancelled`
 */
export async function cancelRun(out: string, options: QueueOptions = {}): Promise<CancelledRun> {
  const { signal } = options;
  const queue = (await cancelQueue(out, options)) ?? null;
  // Where nothing was submitted to Slurm, and there is a queue, nobody need have Slurm.
  if (queue !== null && !(await exists(slurmFolder(out)))) return { tasks: [], queue };
  const tasks = await queuedTasks(out, signal);
  // What depends on others goes first, so that nothing starts meanwhile.
  const arrays = [...new Set(tasks.map(({ array }) => array))];
  await cancelJobs(arrays.reverse(), signal);
  return { tasks, queue };
}
