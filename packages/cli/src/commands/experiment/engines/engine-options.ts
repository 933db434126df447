/** `--on` and what goes with it: which engine starts the units of a recipe. */
import { isQueueAddress, type QueueAddress } from '@ftuseg/experiment';
import { z } from 'zod';
import { UsageError } from '../../../parser/usage-error.js';
import { readQueueArgument } from './queue-argument.js';

export const engineField = z.string().optional().meta({
  placeholder: 'ENGINE',
  description:
    'let others do the units; slurm: submit arrays of jobs and end; redis://HOST:6379: queue them for `ftu worker`, and wait',
});

export const sbatchField = z.string().optional().meta({
  placeholder: 'OPTIONS',
  description: 'with --on slurm: options for sbatch, such as "-p gpu -t 8:00:00"',
});

/** Slurm's batch script puts a task back ten times at most. */
export const triesField = z
  .int()
  .min(1)
  .max(10)
  .optional()
  .describe('with --on: so often a unit may fail before it is set aside and the others go on (default: 3)');

export type AskedOn =
  | { readonly name: 'slurm'; readonly sbatch: string }
  | { readonly name: 'redis'; readonly address: QueueAddress };

interface Given {
  readonly on?: string | undefined;
  readonly sbatch?: string | undefined;
  readonly tries?: number | undefined;
  readonly dryRun: boolean;
}

/**
 * @returns undefined: this process does all units
 * @throws {UsageError} for an engine that is not there, and for options that would do nothing
 */
export function engineOf({ on, sbatch, tries, dryRun }: Given): AskedOn | undefined {
  if (sbatch !== undefined && on !== 'slurm') throw new UsageError('--sbatch would do nothing without `--on slurm`');
  if (tries !== undefined && on === undefined) throw new UsageError('--tries would do nothing without `--on`');
  if (on === undefined) return undefined;
  if (on === 'slurm') return { name: 'slurm', sbatch: sbatch ?? '' };
  if (!isQueueAddress(on))
    throw new UsageError('--on takes `slurm`, or the address of a queue such as redis://HOST:6379');
  if (dryRun) {
    throw new UsageError('--dry-run with a queue would do nothing that it does not do without; leave `--on` out');
  }
  return { name: 'redis', address: readQueueArgument(on) };
}
