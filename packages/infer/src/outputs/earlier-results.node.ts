/**
 * What earlier runs left in an output folder. A folder holds one prediction: results of other models or settings go before the first new one
 * comes, and those of slides that the table does not have stop the work, since nobody asked to lose them.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { fingerprintInFolder } from '../band-store/band-folder.node.js';
import { readRecord } from './output-folder.node.js';
import {
  dicomName,
  dicomOutputs,
  factsName,
  geoJsonName,
  maskName,
  objectsName,
  outputFolders,
  overlayName,
  unfinishedName,
} from './output-names.js';

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Slides of which the folder has a record. */
async function recordedIds(out: string): Promise<string[]> {
  const ids = (await namesIn(join(out, 'slides')))
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.json'.length));
  const records = await Promise.all(ids.map((id) => readRecord(out, id)));
  return ids.filter((id, i) => records[i]?.outcome.id === id);
}

/** Files by class of a slide, in one of the output's folders: `ID.tif`, or `ID-1-NAME.tif` and so on, unless they are those of a slide with such an id. */
async function classFiles(
  out: string,
  output: 'probability' | 'disagreement',
  id: string,
  others: ReadonlySet<string>,
): Promise<string[]> {
  const names = await namesIn(join(out, outputFolders[output]));
  return names
    .filter((name) => {
      if (name === `${id}.tif`) return true;
      if (!name.startsWith(`${id}-`) || !/^\d+-.*\.tif$/.test(name.slice(id.length + 1))) return false;
      for (let at = id.length + 1; at < name.length; at++) {
        if (others.has(name.slice(0, at)) && /^(-\d+-.*)?\.tif$/.test(name.slice(at))) return false;
      }
      return true;
    })
    .map((name) => `${outputFolders[output]}/${name}`);
}

/**
 * Removes what the folder has of a slide, its record first: without it nothing of the rest counts.
 * @param ids of all slides that may be in the folder
 * @throws {FtuError} `io`
 */
export async function removeResults(out: string, id: string, ids: ReadonlySet<string>): Promise<void> {
  const files = [factsName(id), maskName(id), geoJsonName(id), objectsName(id), overlayName(id)];
  const dicom = dicomOutputs.map((output) => dicomName(output, id));
  const byClass = [await classFiles(out, 'probability', id, ids), await classFiles(out, 'disagreement', id, ids)];
  for (const name of [...files, ...dicom, ...byClass.flat()]) {
    await rm(join(out, name), { force: true }).catch((cause: unknown) => {
      throw ioError(cause, join(out, name), 'be removed');
    });
  }
}

export interface WantedResults {
  /** For every slide of the table, the fingerprints of which one is wanted. */
  readonly fingerprints: ReadonlyMap<string, ReadonlySet<string>>;
  /** Nothing that is finished is taken over. */
  readonly overwrite: boolean;
  /** What results of slides beyond the table do. */
  readonly strangers: 'refuse' | 'remove';
}

/**
 * Looks through an output folder before anything is written to it.
 * @throws {FtuError} `bad-input` for slides that the table does not have, unless they may go
 */
export async function refuseStrangers(out: string, { fingerprints, strangers }: WantedResults): Promise<void> {
  if (strangers === 'remove') return;
  const all = new Set([...(await recordedIds(out)), ...(await namesIn(join(out, 'unfinished')))]);
  const found = [...all].filter((id) => !fingerprints.has(id)).sort();
  if (found.length === 0) return;
  const more = found.length > 3 ? ', ...' : '';
  const what = found.length === 1 ? 'a slide that is' : `${found.length} slides that are`;
  throw new FtuError(
    'bad-input',
    `the folder has results of ${what} not in the table (${found.slice(0, 3).join(', ')}${more})`,
    {
      subject: out,
      hint: 'choose another folder, or say `--overwrite` to remove them',
    },
  );
}

/**
 * Removes what is not of the prediction that is wanted.
 * @returns how many slides had results that are gone now
 */
export async function removeOthers(out: string, wanted: WantedResults): Promise<number> {
  const { fingerprints, overwrite } = wanted;
  const ids = new Set([...fingerprints.keys(), ...(await recordedIds(out))]);
  let removed = 0;
  for (const id of ids) {
    const fits = (fingerprint: string | undefined): boolean =>
      fingerprint !== undefined && fingerprints.get(id)?.has(fingerprint) === true;
    const record = await readRecord(out, id);
    if (overwrite || !fits(record?.fingerprint)) {
      await removeResults(out, id, ids);
      if (record !== undefined) removed++;
    }
  }
  for (const id of await namesIn(join(out, 'unfinished'))) {
    const folder = join(out, unfinishedName(id));
    const found = await fingerprintInFolder(folder);
    if (found !== undefined && fingerprints.get(id)?.has(found) !== true) {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return removed;
}
