/**
 * How many threads work may have on this machine. Node counts the processors that the process is bound to; it knows nothing of the quota of a container or a
 * job (cgroups), nor of what Slurm and OpenMP were told.
 */
import { availableParallelism } from 'node:os';
import { cgroupQuota, type ReadText, readText } from './cgroup.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A positive whole number; OpenMP takes a list for nested work, of which the first counts. */
function count(text: string | undefined): number | undefined {
  const value = Number(/^\s*(\d+)\s*(?:,|$)/.exec(text ?? '')?.[1] ?? 0);
  return value > 0 ? value : undefined;
}

export interface ThreadFacts {
  readonly env?: Environment;
  /** Processors that the process may run on. */
  readonly processors?: number;
  /** Reads a file of the system; for tests. */
  readonly read?: ReadText;
}

/**
 * OMP_NUM_THREADS where it is set; otherwise the processors of this process, at most those of its Slurm task (SLURM_CPUS_PER_TASK) and its cgroups' quota, a part
 * of a processor counting as a whole one.
 *
 * @returns at least 1
 * @example
 * usableThreads({ env: { SLURM_CPUS_PER_TASK: '4' }, processors: 64 }); // 4
 */
export function usableThreads(facts: ThreadFacts = {}): number {
  const { env = process.env, processors = availableParallelism(), read = readText } = facts;
  const chosen = count(env.OMP_NUM_THREADS);
  if (chosen !== undefined) return chosen;
  const limits = [processors, count(env.SLURM_CPUS_PER_TASK), cgroupQuota(read)];
  return Math.max(1, Math.ceil(Math.min(...limits.flatMap((limit) => limit ?? []))));
}
