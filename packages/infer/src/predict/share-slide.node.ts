/** What one prediction has of a slide, for another in another folder: bands of one that is not finished, and files of one that is. */
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { linkFile, makeFolder } from '@ftuseg/files';
import { BAND_NAME, planFile } from '../band-store/band-store.js';
import { readRecord } from '../outputs/output-folder.node.js';
import { coarseName, factsName, unfinishedName } from '../outputs/output-names.js';

/**
 * Links the bands that a folder of predictions has of a slide into another, whose own are removed; those of a cascade's first pass, too. The other prediction may be
 * at work: bands appear whole, from left to right. Whoever goes on from them checks what they belong to.
 *
 * @returns whether there were any
 * @example
 * await linkBands('attempts/a/predictions', 'attempts/b/predictions', 'slide-1');
 */
export async function linkBands(from: string, to: string, id: string): Promise<boolean> {
  const found: string[] = [];
  for (const place of [unfinishedName(id), coarseName(id)]) {
    const bands = (await readdir(join(from, place)).catch(() => [])).filter((name) => BAND_NAME.test(name)).sort();
    const names = [planFile, ...bands].map((name) => join(place, name));
    // Without the models' own plan nobody takes what is in the folder for work of this prediction.
    if (bands.length > 0 || place === unfinishedName(id)) found.push(...names);
  }
  if (!found.some((name) => BAND_NAME.test(basename(name)))) return false;
  await rm(join(to, unfinishedName(id)), { recursive: true, force: true });
  try {
    for (const name of found) {
      await makeFolder(dirname(join(to, name)));
      await linkFile(join(from, name), join(to, name));
    }
  } catch {
    // The other one has just finished, or was removed: the bands from the left that are here are whole.
  }
  return true;
}

/**
 * Names of the files of a finished slide, relative to the folder of predictions, its record last: with it the slide counts as finished.
 * @throws {FtuError} `bad-input` for a slide that is not finished there
 */
export async function keptFiles(out: string, id: string): Promise<string[]> {
  const record = await readRecord(out, id);
  if (record !== undefined) return [...record.outcome.files, factsName(id)];
  throw new FtuError('bad-input', `there is no finished prediction of slide "${id}"`, { subject: out });
}
