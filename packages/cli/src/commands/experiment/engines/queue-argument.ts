/** The address of a queue on the command line, which may hold a password. */
import process from 'node:process';
import { PASSWORD_VARIABLE, type QueueAddress, readQueueAddress } from '@ftuseg/experiment';
import { z } from 'zod';

export const queueField = z
  .string()
  .optional()
  .meta({
    placeholder: 'ADDRESS',
    description: `redis://HOST:6379, or rediss:// for TLS; the password may be in ${PASSWORD_VARIABLE} instead of the address`,
  });

/** For commands that are told of a queue by the folder of a run. */
export const namedQueueField = z.string().optional().meta({
  placeholder: 'ADDRESS',
  description:
    'queue of the run, where it needs a password (default: the one that the folder names, without a password)',
});

/**
 * The command line of a process is seen by everybody on its host, so one with a password gives way to the name of the program.
 * @throws {FtuError} `bad-input`
 */
export function readQueueArgument(text: string): QueueAddress {
  if (text.includes('@')) process.title = 'ftu';
  return readQueueAddress(text);
}
