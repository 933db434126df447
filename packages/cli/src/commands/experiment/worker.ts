/** `ftu worker`: does units of the runs that are queued on a Redis. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { serveQueue } from '@ftuseg/experiment';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { folder } from '../../parser/fields.js';
import { MissingOptions } from '../../parser/usage-error.js';
import { version } from '../../version.js';
import { queueField, readQueueArgument } from './engines/queue-argument.js';
import { unitProgram } from './engines/unit-options.js';

export const worker = defineCommand({
  name: 'worker',
  schema: z.object({
    queue: queueField,
    root: folder(
      'where the root of the runs is mounted on this host (default: under the name that it has on their hosts)',
    ).optional(),
    slots: z.int().min(1).max(256).default(1).describe('units at a time'),
  }),
  groups: { Inputs: ['queue', 'root'], Machine: ['slots'] },
  examples: ['ftu worker --queue redis://lab:6379', 'ftu worker --queue redis://lab:6379 --root /mnt/slides --slots 2'],
  async run({ queue, root: given, slots }, context) {
    if (queue === undefined) throw new MissingOptions('--queue ADDRESS');
    const { signal, note, progress } = context;
    const root = given === undefined ? undefined : resolve(given);
    if (root !== undefined && (await stat(root).catch(() => undefined))?.isDirectory() !== true) {
      throw new FtuError('not-found', 'there is no such folder on this host', {
        subject: root,
        hint: 'mount the root, or name it',
      });
    }
    const address = readQueueArgument(queue);
    await serveQueue({ address, root, slots, program: unitProgram, version, signal, note, progress });
    return {};
  },
});
