/** `ftu cancel`: takes a run out of the queue of a scheduler, or out of a queue on Redis. */
import { stat } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import { cancelRun } from '@ftuseg/experiment';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { folder } from '../../parser/fields.js';
import { MissingOptions } from '../../parser/usage-error.js';
import { namedQueueField, readQueueArgument } from './engines/queue-argument.js';
import { namedRun } from './run-place.js';

export const cancel = defineCommand({
  name: 'cancel',
  schema: z.object({
    run: folder('folder of a run').meta({ placeholder: 'RUN' }).optional(),
    queue: namedQueueField,
  }),
  positionals: ['run'],
  groups: { Inputs: ['run', 'queue'] },
  result: {
    cancelled: 'tasks that were in the queue of Slurm, with job, state, reason and units',
    queue: 'how many units were in its queue on Redis, and how many of them at work; or null',
  },
  examples: ['ftu cancel runs/small'],
  async run({ run, queue: named }, context) {
    if (run === undefined) throw new MissingOptions('a RUN');
    const out = await namedRun(run);
    if ((await stat(out).catch(() => undefined))?.isDirectory() !== true) {
      throw new FtuError('not-found', 'there is no folder of a run', { subject: out });
    }
    const { tasks, queue } = await cancelRun(out, {
      address: named === undefined ? undefined : readQueueArgument(named),
      signal: context.signal,
    });
    if (queue !== null) {
      const { address, units, active } = queue;
      context.print(`cancelled at ${address}: ${units} units were in the queue, of which ${active} at work`);
    }
    if (tasks.length > 0) {
      const running = tasks.filter(({ state }) => state === 'RUNNING').length;
      const arrays = [...new Set(tasks.map(({ array }) => array))];
      context.print(`cancelled jobs ${arrays.join(', ')}: ${tasks.length} tasks, of which ${running} ran`);
    }
    if (queue === null && tasks.length === 0) {
      context.print(
        'it has no jobs in the queue of Slurm; processes that were started otherwise are ended where they run',
      );
    }
    return { cancelled: tasks, queue };
  },
});
