/**
 * Output folders appear whole or not at all, as files do: written beside, then renamed. What a person keeps in a folder of that name is never
 * mixed with ours, nor removed.
 */
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { forgetPending, ioError, makeFolder, rememberPending, removeLeftovers, temporaryName } from '@ftuseg/slide';

/** The names in a folder; none where there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') {
      throw new FtuError('io', 'this is a file where a folder is needed', {
        subject: folder,
        hint: 'choose another folder',
        cause: error,
      });
    }
    throw ioError(error, folder, 'be read');
  });
}

/**
 * Lets `write` fill a temporary neighbour of `out`, then puts it in the place of `out`. When anything fails, the neighbour is removed and
 * `out` stays as it was.
 *
 * @param foreignIn which of the names in an existing folder are not of an earlier run, and must not go; default: all
 * @throws FtuError `bad-input` for a folder with other things in it, `io`; whatever else `write` throws, unchanged
 * @example
 * await replaceFolder('tiles', (folder) => writeFileAtomic(join(folder, 'tiles.csv'), table));
 */
export async function replaceFolder<T>(
  out: string,
  write: (folder: string) => Promise<T>,
  foreignIn: (names: readonly string[]) => readonly string[] = (names) => names,
): Promise<T> {
  const target = resolve(out);
  const foreign = foreignIn((await namesIn(target)).sort());
  if (foreign.length > 0) {
    const more = foreign.length > 3 ? ', ...' : '';
    throw new FtuError('bad-input', `the folder holds other things (${foreign.slice(0, 3).join(', ')}${more})`, {
      subject: out,
      hint: 'give a new folder or an empty one',
    });
  }
  await makeFolder(dirname(target));
  await removeLeftovers(dirname(target));
  const beside = join(dirname(target), temporaryName());
  rememberPending(beside);
  try {
    await makeFolder(beside);
    const result = await write(beside);
    await rm(target, { recursive: true, force: true });
    await rename(beside, target);
    return result;
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  } finally {
    forgetPending(beside);
  }
}
