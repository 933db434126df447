/** Corners that do not fit in memory while outlines are packed: runs in temporary files, each read once from the front to the back. */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, temporaryName } from '@ftuseg/files';
import type { Spill } from '../../outlines/vertex-runs.js';

/** Octets that are written at one time. */
const PIECE = 1 << 20;

export interface FileSpill extends Spill {
  /** Removes the files. */
  readonly close: () => Promise<void>;
}

/** @param folder exists */
export function fileSpill(folder: string): FileSpill {
  const files: { readonly path: string; readonly file: FileHandle }[] = [];
  return {
    keep: async (parts) => {
      const path = join(folder, temporaryName());
      const file = await open(path, 'wx+').catch((error: unknown) => {
        throw ioError(error, path, 'be written');
      });
      files.push({ path, file });
      const buffer = new Int32Array(PIECE / 4);
      let used = 0;
      const write = async (words: Int32Array): Promise<void> => {
        await file
          .writeFile(new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
          .catch((error: unknown) => {
            throw ioError(error, path, 'be written');
          });
      };
      for (const words of parts) {
        if (used + words.length > buffer.length) {
          await write(buffer.subarray(0, used));
          used = 0;
        }
        if (words.length > buffer.length) await write(words);
        else {
          buffer.set(words, used);
          used += words.length;
        }
      }
      await write(buffer.subarray(0, used));
      return {
        read: async (from, count) => {
          const words = new Int32Array(count);
          const { bytesRead } = await file
            .read(new Uint8Array(words.buffer), 0, 4 * count, 4 * from)
            .catch((error: unknown) => {
              throw ioError(error, path, 'be read');
            });
          return words.subarray(0, bytesRead >> 2);
        },
      };
    },
    close: async () => {
      for (const { path, file } of files.splice(0)) {
        await file.close().catch(() => undefined);
        await rm(path, { force: true });
      }
    },
  };
}
