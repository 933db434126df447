/** Bands in a folder on the disk. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, makeFolder } from '@ftuseg/files';
import { folderStore } from '../file-store/folder-store.node.js';
import { type BandStore, fingerprintIn, openBandStore } from './band-store.js';

/** The fingerprint that the bands in a folder belong to; undefined for a folder without any. */
export const fingerprintInFolder = (folder: string): Promise<string | undefined> =>
  fingerprintIn(folderStore(folder)).catch(() => undefined);

/**
 * @param fingerprint all that the bands depend on; a folder of another one is emptied
 * @param kept names of what stays in it even so
 * @throws {FtuError} `io` when the folder cannot be used
 */
export async function openBandFolder(
  folder: string,
  fingerprint: string,
  kept: readonly string[] = [],
): Promise<BandStore> {
  if ((await fingerprintInFolder(folder)) !== fingerprint) {
    await emptyFolder(folder, kept).catch((cause: unknown) => {
      throw ioError(cause, folder, 'be emptied');
    });
    await makeFolder(folder);
  }
  return openBandStore(folderStore(folder), fingerprint).catch((cause: unknown) => {
    throw ioError(cause, folder, 'be read');
  });
}

async function emptyFolder(folder: string, kept: readonly string[]): Promise<void> {
  const names = kept.length === 0 ? [] : await readdir(folder).catch(() => []);
  if (!names.some((name) => kept.includes(name))) return removeBandFolder(folder);
  for (const name of names) if (!kept.includes(name)) await rm(join(folder, name), { recursive: true, force: true });
}

export const removeBandFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
