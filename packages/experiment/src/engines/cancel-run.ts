/** Takes an experiment's jobs out of the queue. What is finished stays, and attempts go on from it when somebody submits again. */
import { cancelJobs, type QueuedTask, queuedTasks } from './slurm/queue.js';

export interface CancelledRun {
  /** Tasks that were in the queue, and are ended or never begin. */
  readonly tasks: readonly QueuedTask[];
}

/**
 * @param out absolute folder of an experiment
 * @throws {FtuError} `unavailable` where Slurm's programs are not there or refuse; `cancelled`
 */
export async function cancelRun(out: string, signal?: AbortSignal): Promise<CancelledRun> {
  const tasks = await queuedTasks(out, signal);
  // What depends on others goes first, so that nothing starts meanwhile.
  const arrays = [...new Set(tasks.map(({ array }) => array))];
  await cancelJobs(arrays.reverse(), signal);
  return { tasks };
}
