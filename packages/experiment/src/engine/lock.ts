/** Two processes on one experiment would destroy each other's work: the second is sent away while the first lives. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { writeFileAtomic } from '@ftuseg/slide';

const lockFile = 'running.json';

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function holder(path: string): Promise<number | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(path, 'utf8'));
    const pid = typeof found === 'object' && found !== null && 'pid' in found ? found.pid : undefined;
    return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes the experiment's folder; what a killed process left is taken over.
 * @returns gives it back
 * @throws {FtuError} `unavailable` while another process works there
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, lockFile);
  const pid = await holder(path);
  if (pid !== undefined && pid !== process.pid && alive(pid)) {
    throw new FtuError('unavailable', `process ${pid} is at work here`, {
      subject: folder,
      hint: `wait for it, or remove ${lockFile} if that process is another program`,
    });
  }
  await writeFileAtomic(path, `${JSON.stringify({ pid: process.pid })}\n`);
  return () => rm(path, { force: true });
}
