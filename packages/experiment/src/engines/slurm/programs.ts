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

/**
 * @returns standard output
 * @throws {FtuError} `unavailable` with the program's own sentence where it is not there or refuses
 */
export async function slurm(program: SlurmProgram, args: readonly string[], signal?: AbortSignal): Promise<string> {
  // Some clusters format times and states by these.
  const { SQUEUE_FORMAT: _, SQUEUE_FORMAT2: __, ...env } = process.env;
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
