/** A folder on the disk as a place of a slide's files. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError } from '@ftuseg/files';
import { type FileFolder, partsInside } from './file-folder.js';
import { openFileSource } from './file-source.node.js';

const MISSING: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

/**
 * @param path of a folder
 * @example
 * const index = await localFolder('scan').open('Index.dat');
 */
export const localFolder = (path: string): FileFolder => ({
  name: path,
  names: () =>
    readdir(path).then(
      (names) => names.sort(),
      (error: unknown) => {
        throw ioError(error, path, 'be read');
      },
    ),
  open: async (name) => {
    const file = join(path, ...partsInside(name, path));
    const isThere = await stat(file).then(
      (entry) => !entry.isDirectory(),
      (error: unknown) => {
        if (error instanceof Error && 'code' in error && MISSING.has(error.code)) return false;
        throw ioError(error, file, 'be read');
      },
    );
    return isThere ? openFileSource(file) : undefined;
  },
});
