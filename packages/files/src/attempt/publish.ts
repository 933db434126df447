/** The one moment that matters: a result gets the name under which everybody looks for it, unless something has it. */
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ioError, systemCode } from '../io-error.js';
import { makeFolder } from '../make-folder.js';
import { type Attempt, lostAttempt } from './attempt.js';

/**
 * Renames an attempt's result to its final name. Renaming a folder to the name of one that has content fails on every system, also over NFS, so
 * that of several attempts one succeeds.
 *
 * @param target final name of the folder; its parent is made if need be
 * @param publisher reads which attempt a result at `target` is of; undefined: none is there, or it does not say. It tells a rename that was done, but whose
 * answer was lost on the network, from one that failed
 * @returns whether this attempt's result has the name; if not, something else has
 * @throws {FtuError} `unavailable` where the attempt's folder was taken away; `io`
 * @example
 * await publish(attempt, 'slide/a/published', readPublisher);
 */
export async function publish(
  attempt: Attempt,
  target: string,
  publisher: (target: string) => Promise<string | undefined>,
): Promise<boolean> {
  await makeFolder(dirname(target));
  if (!(await attempt.isOwn())) throw lostAttempt(attempt);
  try {
    await rename(attempt.result, target);
    return true;
  } catch (error) {
    const holder = await publisher(target);
    if (holder === attempt.name) return true;
    if (holder !== undefined || ['EEXIST', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) return false;
    if (systemCode(error) === 'ENOENT') throw lostAttempt(attempt);
    throw ioError(error, target, 'be published');
  }
}
