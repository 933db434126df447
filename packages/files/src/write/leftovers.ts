/**
 * What killed runs leave beside the files that they wrote: the next run in the same folder removes it, and never touches what another
 * process is writing.
 */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makerOf } from './temporary-name.js';

/** A process on another host cannot be asked whether it runs; what it has not written to for a day is no work going on. */
const ABANDONED_MILLISECONDS = 24 * 3600 * 1000;

async function isLeftover(folder: string, name: string): Promise<boolean> {
  const maker = makerOf(name);
  if (maker !== 'unknown') return maker === 'dead';
  const entry = await lstat(join(folder, name)).catch(() => undefined);
  return entry !== undefined && Date.now() - entry.mtimeMs > ABANDONED_MILLISECONDS;
}

/**
 * Removes the temporary files and folders of processes that have ended, and those of other hosts that are a day old. What cannot be
 * removed stays: it does no harm.
 *
 * @example
 * await removeLeftovers('run');
 */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!(await isLeftover(folder, name))) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

const seen = new Set<string>();

/** The same, once for each folder that this process writes to. */
export async function removeLeftoversOnce(folder: string): Promise<void> {
  const path = resolve(folder);
  if (seen.has(path)) return;
  seen.add(path);
  await removeLeftovers(path);
}
