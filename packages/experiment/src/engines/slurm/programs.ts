/** Slurm's own programs. They are asked as a person would ask them: no library of Slurm's, and no database, which many clusters do not have. */
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { FtuError } from '@ftuseg/core';
import { systemCode } from '@ftuseg/files';

export type SlurmProgram = 'sbatch' | 'squeue' | 'scancel' | 'scontrol';

const MAX_BYTES = 256 * 1024 * 1024;

/** What a program said last, without its name. */
function sentenceOf(stderr: unknown): string {
  const lines = String(stderr ?? '')
    .split('\n')
    .map((line) => line.replace(/^\w+: (error|fatal): /, '').trim());
  return lines.filter((line) => line !== '').join('; ');
}

/** What says where Slurm is. All else that begins so is of the job in which the program itself may run, and would be taken for the new job's. */
const OF_THE_CLUSTER = ['SLURM_CLUSTERS', 'SLURM_CONF', 'SLURM_CONF_SERVER', 'SLURM_JWT'];

/** A person's defaults for `sbatch`, such as a partition, hold; what hides jobs from `squeue`, asks before `scancel` or changes the kind of a job does not. */
const IN_THE_WAY = /^(SLURM_|SQUEUE_|SCANCEL_|SBATCH_(ARRAY_INX|WAIT|HOLD|TEST_ONLY|NO_REQUEUE)$)/;

/** @param all variables of this process */
export const slurmEnvironment = (all: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(all).filter(([name]) => OF_THE_CLUSTER.includes(name) || !IN_THE_WAY.test(name)));

/**
 * @returns standard output
 * @throws {FtuError} `unavailable` with the program's own sentence where it is not there or refuses
 */
export async function slurm(program: SlurmProgram, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const env = slurmEnvironment(process.env);
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { env, maxBuffer: MAX_BYTES, signal });
    return stdout;
  } catch (cause) {
    if (signal?.aborted === true) throw new FtuError('cancelled', `\`${program}\` was stopped`, { cause });
    if (systemCode(cause) === 'ENOENT') {
      throw new FtuError('unavailable', `there is no \`${program}\` on the PATH`, {
        hint: 'log in to a host from which jobs are submitted to Slurm',
        cause,
      });
    }
    const said = sentenceOf(cause instanceof Error && 'stderr' in cause ? cause.stderr : cause);
    throw new FtuError('unavailable', `\`${program}\` refused: ${said === '' ? 'it does not say why' : said}`, {
      cause,
    });
  }
}

/** Slurm's defaults, for a controller that does not say. */
const DEFAULT_ARRAY_SIZE = 1001;

/** Tasks that an array of jobs may have: indexes begin with 1 here, and `MaxArraySize` is more than the largest. */
export async function maxArrayTasks(signal?: AbortSignal): Promise<number> {
  const text = await slurm('scontrol', ['show', 'config'], signal);
  const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(text)?.[1] ?? DEFAULT_ARRAY_SIZE);
  if (size >= 2) return size - 1;
  throw new FtuError('unavailable', 'this cluster allows no arrays of jobs', {
    subject: `MaxArraySize = ${size}`,
    hint: 'ask its administrators, or start `ftu unit` in jobs of your own',
  });
}
