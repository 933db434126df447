/**
 * Files appear under their final name whole or not at all: written beside, flushed to the disk, then renamed.
 * A reader, or a run that resumes after a crash, never meets half a file.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError, systemCode } from './errors.js';

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
  let file: FileHandle | undefined;
  let temporary: string | undefined;
  try {
    const target = await finalName(path);
    const beside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
    file = await open(beside, 'wx');
    temporary = beside;
    await write(file);
    await file.sync();
    await file.close();
    await rename(temporary, target);
  } catch (error) {
    await file?.close().catch(() => undefined);
    if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => undefined);
    throw systemCode(error) === undefined ? error : ioError(error, path, 'be written');
  }
}

/**
 * Writes a whole file under its final name, or not at all.
 *
 * @throws FtuError `io` for a missing folder, no permission, a full or read-only disk.
 * @example
 * await writeFileAtomic('submission.csv', 'id,predicted\n');
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  await writeAtomically(path, (file) => file.writeFile(content));
}
