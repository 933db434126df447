/**
 * What a queue leaves in the experiment's folder: where the queue is, and a random name by which the run is known there, wherever its folder is mounted.
 *
 *     OUT/.redis/queue.json
 *     OUT/.redis/HOST-ID.log      what the units of a worker said
 */
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';

export const redisFolder = (out: string): string => join(out, '.redis');

const fileOf = (out: string): string => join(redisFolder(out), 'queue.json');

const queueFileSchema = z.object({
  format: z.literal(1),
  /** Without user and password. */
  address: z.string(),
  token: z.string(),
  /** Number of the folder in its file system: a copy of the folder has another, and is another run. */
  inode: z.number(),
});

export type QueueFile = z.output<typeof queueFileSchema>;

/** @returns undefined where the run has no queue, or the file is not to be read */
export async function readQueueFile(out: string): Promise<QueueFile | undefined> {
  const text = await readFile(fileOf(out), 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : queueFileSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Gives the run a name in the queue, or keeps the one that it has.
 * @param address without user and password
 */
export async function writeQueueFile(out: string, address: string): Promise<QueueFile> {
  await makeFolder(redisFolder(out));
  const { ino: inode } = await stat(out);
  const before = await readQueueFile(out);
  if (before?.inode === inode && before.address === address) return before;
  const token = before?.inode === inode ? before.token : randomBytes(8).toString('hex');
  const file: QueueFile = { format: 1, address, token, inode };
  await writeFileAtomic(fileOf(out), `${JSON.stringify(file)}\n`);
  return file;
}
