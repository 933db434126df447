/** Who works on a recipe: `ftu run` in the folder as a whole, or attempts at units. The two keep out of each other's way. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { earlierAttempts, isBeating, lockFileName } from '@ftuseg/files';
import { unitsFolder } from './unit.js';

/** Folders of units below a folder: those that hold attempts. */
export async function unitPlaces(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  if (folders.some(({ name }) => name === 'attempts')) return [folder];
  return (await Promise.all(folders.map(({ name }) => unitPlaces(join(folder, name))))).flat();
}

/** @throws {FtuError} `unavailable` where attempts at units of the experiment are alive */
export async function refuseAttempts(out: string): Promise<void> {
  for (const place of await unitPlaces(unitsFolder(out))) {
    const alive = (await earlierAttempts(place)).find(({ state }) => state === 'alive');
    if (alive === undefined) continue;
    throw new FtuError('unavailable', `units of this experiment are at work, such as ${basename(alive.folder)}`, {
      subject: out,
      hint: 'wait until they have ended; one that was killed counts as ended ten minutes later',
    });
  }
}

/** Whether `ftu run` works in the folder, on this host or another. */
export const isRunAtWork = (out: string): Promise<boolean> => isBeating(join(out, lockFileName));
