/** Bands in a folder on the disk. */
import { rm } from 'node:fs/promises';
import { ioError, makeFolder } from '@ftuseg/files';
import { folderStore } from '../file-store/folder-store.node.js';
import { type BandStore, fingerprintIn, openBandStore } from './band-store.js';

/** The fingerprint that the bands in a folder belong to; undefined for a folder without any. */
export const fingerprintInFolder = (folder: string): Promise<string | undefined> =>
  fingerprintIn(folderStore(folder)).catch(() => undefined);

/**
 * @param fingerprint all that the bands depend on; a folder of another one is emptied
 * @throws {FtuError} `io` when the folder cannot be used
 */
export async function openBandFolder(folder: string, fingerprint: string): Promise<BandStore> {
  if ((await fingerprintInFolder(folder)) !== fingerprint) {
    await removeBandFolder(folder).catch((cause: unknown) => {
      throw ioError(cause, folder, 'be emptied');
    });
    await makeFolder(folder);
  }
  return openBandStore(folderStore(folder), fingerprint).catch((cause: unknown) => {
    throw ioError(cause, folder, 'be read');
  });
}

export const removeBandFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
