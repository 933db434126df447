/** The options of a training in several processes. */
import { z } from 'zod';
import { UsageError } from '../../../parser/usage-error.js';

export const processFields = {
  processes: z.int().min(1).max(256).optional().describe('train in so many processes on this machine'),
  distributed: z
    .boolean()
    .optional()
    .describe('this is one of several processes, which srun or torchrun has started on one or more hosts'),
  localBatchNorm: z
    .boolean()
    .optional()
    .describe('each process normalises by its own images; otherwise by the whole batch, as one process would'),
  rankTimeout: z
    .number()
    .min(1)
    .max(86_400)
    .optional()
    .describe('seconds that a process waits for another before it ends (default: 300)'),
  allowWorldChange: z
    .boolean()
    .optional()
    .describe('with --resume: go on in another number of processes, to other weights'),
};

export const processGroup = Object.keys(processFields);

export type ProcessOptions = z.output<z.ZodObject<typeof processFields>>;

export const TIMEOUT_SECONDS = 300;

/** @throws UsageError where options contradict each other, or would do nothing */
export function checkProcessOptions(options: ProcessOptions, resume: boolean, preview: boolean): void {
  const { processes = 1, distributed = false, localBatchNorm, rankTimeout, allowWorldChange } = options;
  const several = processes > 1 || distributed;
  if (distributed && options.processes !== undefined) {
    throw new UsageError(
      '--distributed is one of the processes that something else has started: leave out --processes',
    );
  }
  const idle = [
    ...(localBatchNorm && !several ? ['--local-batch-norm'] : []),
    ...(rankTimeout !== undefined && !several ? ['--rank-timeout'] : []),
  ];
  if (idle.length > 0)
    throw new UsageError(`${idle.join(' and ')} would do nothing without --processes or --distributed`);
  if (allowWorldChange && !resume)
    throw new UsageError('--allow-world-change is for --resume: a new run has no processes before');
  if (several && preview)
    throw new UsageError('--preview draws windows in one process: leave out --processes and --distributed');
}
