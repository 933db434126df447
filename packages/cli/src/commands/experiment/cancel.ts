/** `ftu cancel`: takes the jobs of a run out of the queue of a scheduler. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { cancelRun } from '@ftuseg/experiment';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { folder } from '../../parser/fields.js';
import { MissingOptions } from '../../parser/usage-error.js';

export const cancel = defineCommand({
  name: 'cancel',
  schema: z.object({ run: folder('folder of a run').meta({ placeholder: 'RUN' }).optional() }),
  positionals: ['run'],
  groups: { Inputs: ['run'] },
  result: { cancelled: 'tasks that were in the queue, with job, state, reason and units' },
  examples: ['ftu cancel runs/small'],
  async run({ run }, context) {
    if (run === undefined) throw new MissingOptions('a RUN');
    const out = resolve(run);
    if ((await stat(out).catch(() => undefined))?.isDirectory() !== true) {
      throw new FtuError('not-found', 'there is no folder of a run', { subject: out });
    }
    const { tasks } = await cancelRun(out, context.signal);
    const running = tasks.filter(({ state }) => state === 'RUNNING').length;
    const arrays = [...new Set(tasks.map(({ array }) => array))];
    context.print(
      tasks.length === 0
        ? 'it has no jobs in the queue of Slurm; processes that were started otherwise are ended where they run'
        : `cancelled jobs ${arrays.join(', ')}: ${tasks.length} tasks, of which ${running} ran`,
    );
    return { cancelled: tasks };
  },
});
