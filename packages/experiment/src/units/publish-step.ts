/** The result of a whole step gets its place in the experiment's folder, once, whoever else has made it meanwhile. */
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { type Attempt, publish, systemCode, temporaryName } from '@ftuseg/files';
import { readRecord, recordFile } from '../records/step-record.js';
import { isRunAtWork } from './living.js';

const publisherOf = async (folder: string): Promise<string | undefined> => (await readRecord(folder))?.attempt;

const timeOf = async (path: string): Promise<number> => (await stat(path)).mtimeMs;

/** Gives a folder back that should have stayed; if there is another by now, that one counts. */
async function putBack(beside: string, folder: string): Promise<void> {
  await rename(beside, folder).catch(() => rm(beside, { recursive: true, force: true }));
}

/**
 * What lies in the step's folder and is not this work goes, unless it was finished after this attempt began: then the attempt is of an older recipe.
 *
 * @param place folders of the experiment and of the step, and what the work depends on
 * @returns whether this attempt's result is there now; if not, another's of the same work is
 * @throws {FtuError} `cancelled` where a newer version of the step is there, or `ftu run` is at work; `unavailable` where the attempt's folder was taken away; `io`
 */
export async function publishStep(
  attempt: Attempt,
  { out, folder, fingerprint }: { readonly out: string; readonly folder: string; readonly fingerprint: string },
): Promise<boolean> {
  const isDone = async (place: string): Promise<boolean> => {
    const record = await readRecord(place);
    return record?.status === 'done' && record.fingerprint === fingerprint;
  };
  const began = await timeOf(join(attempt.folder, 'attempt.json'));
  for (;;) {
    if (await publish(attempt, folder, publisherOf)) return true;
    if (await isDone(folder)) return false;
    if (await isRunAtWork(out)) throw new FtuError('cancelled', '`ftu run` is at work in this folder');
    const beside = join(dirname(attempt.folder), temporaryName());
    try {
      await rename(folder, beside);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') continue;
      throw error;
    }
    // Between the look and the rename another may have published: the folder is looked at again now that nobody else has it.
    if (await isDone(beside)) {
      await putBack(beside, folder);
      return false;
    }
    const other = await readRecord(beside);
    if (other?.status === 'done' && (await timeOf(join(beside, recordFile))) > began) {
      await putBack(beside, folder);
      throw new FtuError('cancelled', 'another version of this step was finished while this attempt worked', {
        subject: folder,
        hint: 'run the command again if the recipe as it is now is what you want',
      });
    }
    await rm(beside, { recursive: true, force: true });
  }
}
