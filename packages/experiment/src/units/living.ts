/** Who works on a recipe: `ftu run` in the folder as a whole, or attempts at units. The two keep out of each other's way. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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

/** Milliseconds without a sign of life after which `ftu run` waits no longer: whoever comes back later finds its lock and publishes nothing. */
const SILENT_MILLISECONDS = 60_000;

/**
 * Attempts at parts of steps write beside everything that `ftu run` knows. Those that gather a step take its folder.
 * @throws {FtuError} `unavailable` where attempts that gather steps of the experiment are alive
 */
export const refuseAttempts = (out: string): Promise<void> =>
  refuseLivingUnits(out, (place) => basename(dirname(place)) === 'gather');

/**
 * @param counts whether a unit's folder counts; all if unset
 * @throws {FtuError} `unavailable` where attempts at units of the experiment are alive
 */
export async function refuseLivingUnits(out: string, counts: (place: string) => boolean = () => true): Promise<void> {
  for (const place of (await unitPlaces(unitsFolder(out))).filter(counts)) {
    const alive = (await earlierAttempts(place, SILENT_MILLISECONDS)).find(({ state }) => state === 'alive');
    if (alive === undefined) continue;
    throw new FtuError('unavailable', `units of this experiment are at work, such as ${basename(alive.folder)}`, {
      subject: out,
      hint: 'wait until they have ended; one that was killed counts as ended a minute later',
    });
  }
}

/** Whether `ftu run` works in the folder, on this host or another. */
export const isRunAtWork = (out: string): Promise<boolean> => isBeating(join(out, lockFileName));
