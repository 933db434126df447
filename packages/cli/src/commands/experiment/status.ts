/** `ftu status`: how a run stands, whoever works on it. */

import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { formatStatus, queuedTasks, queueStatus, runStatus } from '@ftuseg/experiment';
import { exists } from '@ftuseg/files';
import { devices } from '@ftuseg/infer';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { threads } from '../../parser/fields.js';
import { MissingOptions } from '../../parser/usage-error.js';
import { namedQueueField, readQueueArgument } from './engines/queue-argument.js';
import { openRun, runField } from './open-run.js';
import { outField, rootField, setField } from './run-place.js';

/** Null where a queue cannot be asked. That is no failure: the records say what is done. */
async function unlessSilent<T>(what: string, asked: Promise<T>, { note }: CommandContext): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof FtuError) || error.code !== 'unavailable') throw error;
    note(`${what}: ${error.message}`);
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
    queue: namedQueueField,
    trustCode: z
      .boolean()
      .default(false)
      .describe('count results as done although the code that made them has changed'),
    device: z.enum(devices).default('cpu').describe('where networks predict; training has `settings.device`'),
    threads,
  }),
  positionals: ['run'],
  groups: {
    Inputs: ['run', 'root', 'set', 'queue'],
    Outputs: ['out'],
    'What to do': ['trustCode'],
    Machine: ['device', 'threads'],
  },
  result: {
    status:
      'units with their states, counts, attempts (unit, attempt, host, seconds since the last sign of life, state), runAtWork, slurm: tasks in the queue with job, state, reason and units, or null, and redis: what is in its queue, and workers with host, slots, units and refusal, or null',
  },
  examples: ['ftu status runs/small', 'ftu status runs/small --json'],
  async run({ run, out: given, root: givenRoot, set, queue, trustCode, device, threads: count }, context) {
    if (run === undefined) throw new MissingOptions('a RUN');
    const { note, progress, signal } = context;
    const address = queue === undefined ? undefined : readQueueArgument(queue);
    const { checked, out, root, tries } = await openRun({ run, out: given, root: givenRoot, set });
    const submitted = await exists(join(out, '.slurm'));
    const slurm = submitted
      ? await unlessSilent('its jobs in Slurm are not shown', queuedTasks(out, signal), context)
      : null;
    const redis =
      (await unlessSilent('its queue is not shown', queueStatus(out, { address, signal }), context)) ?? null;
    const found = await runStatus(
      checked,
      { out, root, device, threads: count, trustCode, tries, signal, note, progress },
      { slurm, redis },
    );
    context.print(formatStatus(out, found));
    return { status: found };
  },
});
