/**
 * Files appear under their final name whole or not at all: written beside, flushed to the disk, then renamed.
 * A reader, or a run that resumes after a crash, never meets half a file.
 */
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError, systemCode } from '../io-error.js';
import { removeLeftoversOnce } from './leftovers.js';
import { forgetPending, rememberPending, writingWhole } from './pending.js';
import { temporaryName } from './temporary-name.js';

/** The file that a link at `path` leads to, else `path`; refuses folders, and devices, which a rename would replace. */
async function finalName(path: string): Promise<string> {
  const existing = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (existing === undefined) return path;
  if (existing.isFile()) return realpath(path);
  const what = existing.isDirectory() ? 'a folder' : 'a device or pipe';
  throw new FtuError('io', `cannot be written: it is ${what}`, { subject: path, hint: 'give the path of a file' });
}

/** A temporary neighbour of a file, which becomes the file or goes. */
export interface PendingFile {
  readonly file: FileHandle;
  /** Flushes it to the disk and gives it its name; an error leaves an older file as it was. */
  commit(): Promise<void>;
  /** Removes it; an older file stays as it was. */
  discard(): Promise<void>;
}

/**
 * Opens a temporary neighbour of `path`, for those who write piece by piece and cannot do so inside one function; others use
 * {@link writeAtomically}.
 *
 * @throws FtuError `io` for a missing folder, no permission, a read-only disk; from `commit` also for a full one
 * @example
 * const pending = await openPending('objects.geojson');
 * await pending.file.write('{}');
 * await pending.commit();
 */
export async function openPending(path: string): Promise<PendingFile> {
  const named = (error: unknown): unknown =>
    systemCode(error) === undefined ? error : ioError(error, path, 'be written');
  try {
    const target = await finalName(path);
    await removeLeftoversOnce(dirname(target));
    const beside = join(dirname(target), temporaryName());
    rememberPending(beside);
    const file = await open(beside, 'wx').catch((error: unknown) => {
      forgetPending(beside);
      throw error;
    });
    const discard = async (): Promise<void> => {
      await file.close().catch(() => undefined);
      await rm(beside, { force: true }).catch(() => undefined);
      forgetPending(beside);
    };
    const commit = async (): Promise<void> => {
      try {
        await file.sync();
        await file.close();
        await rename(beside, target);
        forgetPending(beside);
      } catch (error) {
        await discard();
        throw named(error);
      }
    };
    return { file, commit, discard };
  } catch (error) {
    throw named(error);
  }
}

/**
 * Whether a file can be written, for those who ask before hours of work. Nothing is left behind, and an older file stays as it is.
 *
 * @throws FtuError `io` as `openPending`
 * @example
 * await requireWritable('tuned.json');
 */
export async function requireWritable(path: string): Promise<void> {
  await (await openPending(path)).discard();
}

/**
 * Lets `write` fill a temporary neighbour of `path` piece by piece, then renames it to `path`. When anything fails, the
 * temporary file is removed and an older file of that name stays as it was.
 *
 * @throws FtuError `io` for a missing folder, no permission, a full or read-only disk; whatever else `write` throws, unchanged.
 * @example
 * await writeAtomically('image.npy', async (file) => {
 *   for (const rows of bands) await file.writeFile(rows);
 * });
 */
export async function writeAtomically(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const pending = await openPending(path);
  try {
    await write(pending.file);
  } catch (error) {
    await pending.discard();
    throw systemCode(error) === undefined ? error : ioError(error, path, 'be written');
  }
  await pending.commit();
}

/**
 * Writes a whole file under its final name, or not at all.
 *
 * @throws FtuError `io` for a missing folder, no permission, a full or read-only disk.
 * @example
 * await writeFileAtomic('submission.csv', 'id,predicted\n');
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  await writingWhole(() => writeAtomically(path, (file) => file.writeFile(content)));
}
