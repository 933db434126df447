/** Results of `ftu predict --on` are known by what slides hold, not by where they lie; `ftu predict` in the same folder keeps them by that. */
import { join } from 'node:path';
import { refuseUnitsAtWork } from '@ftuseg/experiment';
import { exists, openContentDigests } from '@ftuseg/files';
import type { CommandContext } from '../../../parser/command.js';
import { predictionRun } from '../../experiment/run-place.js';

/**
 * @returns undefined for a folder in which no scheduler has worked
 * @throws {FtuError} `unavailable` while units of a scheduler are at work for the folder: it would get results of both
 */
export async function contentsOfRun(
  out: string,
  { signal }: Pick<CommandContext, 'signal'>,
): Promise<((path: string) => Promise<string | undefined>) | undefined> {
  await refuseUnitsAtWork(predictionRun(out));
  const cache = join(predictionRun(out), 'digests.txt');
  if (!(await exists(cache))) return undefined;
  const digests = openContentDigests(cache, { knownOnly: true, signal });
  return (path) => digests.of(path);
}
