/** A folder on the disk as a store of files. */
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, systemCode, writeAtomically } from '@ftuseg/files';
import type { FileStore } from './file-store.js';

const missing = (error: unknown): undefined => {
  if (systemCode(error) === 'ENOENT') return undefined;
  throw error;
};

/** @param folder that is there */
export function folderStore(folder: string): FileStore {
  const pathOf = (name: string): string => join(folder, name);
  return {
    size: async (name) => (await stat(pathOf(name)).catch(missing))?.size,
    read: async (name, range) => {
      const file = await open(pathOf(name)).catch(missing);
      if (file === undefined) return undefined;
      try {
        const { size } = await file.stat();
        const { offset, length } = range ?? { offset: 0, length: size };
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    write: (name, ...parts) =>
      writeAtomically(pathOf(name), async (file) => {
        for (const part of parts) await file.writeFile(part);
      }),
    remove: async (name) => {
      await rm(pathOf(name), { force: true }).catch((cause: unknown) => {
        throw ioError(cause, pathOf(name), 'be removed');
      });
    },
    names: () => readdir(folder),
  };
}
