/** How many threads of libtorch a process has where nobody said. */
import { availableParallelism, cpus } from 'node:os';
import { usableThreads } from '@ftuseg/files';
import type { TrainingRanks } from './training-ranks.js';

/**
 * Ranks on one host share its threads, unless each was given its own: by OMP_NUM_THREADS or Slurm, or by binding it to some of the processors.
 */
export function threadsOfRank({ localSize }: Pick<TrainingRanks, 'localSize'>): number {
  const threads = usableThreads();
  const own =
    process.env.OMP_NUM_THREADS !== undefined ||
    process.env.SLURM_CPUS_PER_TASK !== undefined ||
    availableParallelism() < cpus().length;
  return own ? threads : Math.max(1, Math.floor(threads / localSize));
}
