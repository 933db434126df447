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

/** @throws {FtuError} `unavailable` where an attempt in one of the places of units is alive */
async function refuseAlive(out: string, places: readonly string[], what: string): Promise<void> {
  for (const place of places) {
    const alive = (await earlierAttempts(place, SILENT_MILLISECONDS)).find(({ state }) => state === 'alive');
    if (alive === undefined) continue;
    throw new FtuError('unavailable', `units of ${what} are at work, such as ${basename(alive.folder)}`, {
      subject: out,
      hint: 'wait until they have ended; one that was killed counts as ended a minute later',
    });
  }
}

/**
 * Attempts at parts of steps write beside everything that `ftu run` knows. Those that gather a step take its folder.
 * @throws {FtuError} `unavailable` where attempts that gather steps of the experiment are alive
 */
export async function refuseAttempts(out: string): Promise<void> {
  const places = await unitPlaces(unitsFolder(out));
  await refuseAlive(
    out,
    places.filter((place) => basename(dirname(place)) === 'gather'),
    'this experiment',
  );
}

/**
 * For those who write where a run leaves its results.
 * @param out folder of an experiment, which need not be there
 * @throws {FtuError} `unavailable` where attempts at any of its units are alive
 */
export const refuseUnitsAtWork = async (out: string): Promise<void> =>
  refuseAlive(out, await unitPlaces(unitsFolder(out)), 'a run with these results');

/** Whether `ftu run` works in the folder, on this host or another. */
export const isRunAtWork = (out: string): Promise<boolean> => isBeating(join(out, lockFileName));
