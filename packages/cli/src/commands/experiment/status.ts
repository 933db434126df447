/** `ftu status`: how a run stands, whoever works on it. */

import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { formatStatus, type QueuedTask, queuedTasks, runStatus } from '@ftuseg/experiment';
import { exists } from '@ftuseg/files';
import { devices } from '@ftuseg/infer';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { threads } from '../../parser/fields.js';
import { MissingOptions } from '../../parser/usage-error.js';
import { openRun, runField } from './open-run.js';
import { outField, rootField, setField } from './run-place.js';

/** Undefined where Slurm cannot be asked. That is no failure: the records say what is done. */
async function jobsOf(out: string, { note, signal }: CommandContext): Promise<QueuedTask[] | null> {
  const submitted = await exists(join(out, '.slurm'));
  if (!submitted) return null;
  try {
    return await queuedTasks(out, signal);
  } catch (error) {
    if (!(error instanceof FtuError) || error.code !== 'unavailable') throw error;
    note(`its jobs in Slurm are not shown: ${error.message}`);
    return null;
  }
}

export const status = defineCommand({
  name: 'status',
  schema: z.object({
    run: runField,
    out: outField,
    root: rootField,
    set: setField,
    trustCode: z
      .boolean()
      .default(false)
      .describe('count results as done although the code that made them has changed'),
    device: z.enum(devices).default('cpu').describe('where networks predict; training has `settings.device`'),
    threads,
  }),
  positionals: ['run'],
  groups: {
    Inputs: ['run', 'root', 'set'],
    Outputs: ['out'],
    'What to do': ['trustCode'],
    Machine: ['device', 'threads'],
  },
  result: {
    status:
      'units with their states, counts, attempts (unit, attempt, host, seconds since the last sign of life, state), runAtWork, and slurm: tasks in the queue with job, state, reason and units, or null',
  },
  examples: ['ftu status runs/small', 'ftu status runs/small --json'],
  async run({ run, out: given, root: givenRoot, set, trustCode, device, threads: count }, context) {
    if (run === undefined) throw new MissingOptions('a RUN');
    const { note, progress, signal } = context;
    const { checked, out, root } = await openRun({ run, out: given, root: givenRoot, set });
    const jobs = await jobsOf(out, context);
    const found = await runStatus(
      checked,
      { out, root, device, threads: count, trustCode, signal, note, progress },
      jobs,
    );
    context.print(formatStatus(out, found));
    return { status: found };
  },
});
