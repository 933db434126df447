/** Where the files of an OME-Zarr go: a folder, or a ZIP file. Neither has its name before it is whole. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ioError, openPending, openPendingFolder } from '@ftuseg/files';
import { ZipWriter } from './zip-writer.node.js';

export interface ZarrStore {
  /** @param name with slashes; each is written once */
  put(name: string, data: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** @param replace an older folder of that name */
export async function folderStore(path: string, replace: boolean): Promise<ZarrStore> {
  const pending = await openPendingFolder(path);
  const made = new Map<string, Promise<unknown>>();
  const folderOf = (name: string): Promise<unknown> => {
    const folder = dirname(name);
    const making = made.get(folder) ?? mkdir(join(pending.path, folder), { recursive: true });
    made.set(folder, making);
    return making;
  };
  return {
    put: async (name, data) => {
      try {
        await folderOf(name);
        await writeFile(join(pending.path, name), data);
      } catch (error) {
        throw ioError(error, path, 'be written');
      }
    },
    commit: () => pending.commit({ replace }),
    discard: () => pending.discard(),
  };
}

/** @param comment of the whole file */
export async function zipStore(path: string, comment: string): Promise<ZarrStore> {
  const pending = await openPending(path);
  const zip = new ZipWriter(pending.file);
  return {
    put: (name, data) =>
      zip.add(name, data).catch((error: unknown) => {
        throw ioError(error, path, 'be written');
      }),
    commit: async () => {
      await zip.finish(comment);
      await pending.commit();
    },
    discard: () => pending.discard(),
  };
}
