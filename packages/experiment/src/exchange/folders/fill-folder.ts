/**
 * Output folders are filled when all is written, and hold no half of anything: a person may have made the folder, as a link or a place where a
 * disk is mounted, and keep things of their own in it, which are neither mixed with ours nor removed.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import {
  forgetPending,
  inLockedFolder,
  ioError,
  lockFileName,
  makeFolder,
  rememberPending,
  removeLeftovers,
  temporaryName,
} from '@ftuseg/files';
import { journalFile, moveFiles, undoMove } from './move-files.js';

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

/** Names that are not of an earlier run. */
async function foreignNames(folder: string, own: ReadonlySet<string>): Promise<string[]> {
  const ours = new Set([...own].map((name) => name.split('/')[0] ?? name));
  const names = await namesIn(folder);
  const hidden = [lockFileName, journalFile];
  return names.filter((name) => !ours.has(name) && !hidden.includes(name) && !/^\.ftu-.*\.tmp$/.test(name)).sort();
}

/** All files below a folder, by their names in it with forward slashes. */
async function filesBelow(folder: string, under = ''): Promise<string[]> {
  const entries = await readdir(join(folder, under), { withFileTypes: true });
  const found = entries.map((entry) => {
    const name = `${under}${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, `${name}/`) : [name];
  });
  return (await Promise.all(found)).flat();
}

const holdsOthers = (out: string, names: readonly string[]): FtuError =>
  new FtuError(
    'bad-input',
    `the folder holds other things (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''})`,
    { subject: out, hint: 'give a new folder or an empty one' },
  );

export interface FillOptions {
  readonly signal?: AbortSignal | undefined;
  /** The files of an earlier run, by their names in the folder: they go. Default: none. */
  readonly own?: ((folder: string) => Promise<ReadonlySet<string>>) | undefined;
}

/**
 * Lets `write` fill a temporary folder inside `out`, then moves what is in it to its place. When anything fails, the temporary folder is
 * removed and `out` stays as it was; what a killed run had moved is removed by the next one. This process has `out` to itself meanwhile.
 *
 * @throws FtuError `bad-input` for a folder with other things in it, also where they come while `write` works; `unavailable` while another
 * process writes there; `io`; whatever else `write` throws, unchanged
 * @example
 * await fillFolder('tiles', {}, (folder) => writeFileAtomic(join(folder, 'tiles.csv'), table));
 */
export async function fillFolder<T>(
  out: string,
  { signal, own: ownIn = async () => new Set() }: FillOptions,
  write: (folder: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const target = resolve(out);
  await namesIn(target);
  return inLockedFolder(target, { signal }, async (held) => {
    await removeLeftovers(target);
    await undoMove(target);
    const foreign = await foreignNames(target, await ownIn(target));
    if (foreign.length > 0) throw holdsOthers(out, foreign);
    const beside = join(target, temporaryName());
    rememberPending(beside);
    try {
      await makeFolder(beside);
      const result = await write(beside, held);
      const files = await filesBelow(beside);
      // Only now, since all that time a person may have put something there.
      const own = await ownIn(target);
      const isThere = await Promise.all(files.map((name) => stat(join(target, name)).catch(() => undefined)));
      const taken = files.filter((name, i) => isThere[i] !== undefined && !own.has(name));
      if (taken.length > 0) throw holdsOthers(out, taken);
      await moveFiles(beside, target, files, [...own]);
      return result;
    } finally {
      await rm(beside, { recursive: true, force: true });
      forgetPending(beside);
    }
  });
}
