/** Results of `ftu predict --on` are known by what slides hold, not by where they lie; `ftu predict` in the same folder keeps them by that. */
import { join } from 'node:path';
import { exists, openContentDigests } from '@ftuseg/files';
import type { CommandContext } from '../../../parser/command.js';
import { predictionRun } from '../../experiment/run-place.js';

/** @returns undefined for a folder in which no scheduler has worked */
export async function contentsOfRun(
  out: string,
  { signal }: Pick<CommandContext, 'signal'>,
): Promise<((path: string) => Promise<string | undefined>) | undefined> {
  const cache = join(predictionRun(out), 'digests.txt');
  if (!(await exists(cache))) return undefined;
  const digests = openContentDigests(cache, { knownOnly: true, signal });
  return (path) => digests.of(path);
}
