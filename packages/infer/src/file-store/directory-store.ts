/**
 * Files in a folder that the browser keeps (OPFS), or that a person has chosen. A writable stream shows its file when it is closed, not before, so
 * that a tab that is closed in the middle leaves the older one.
 */
import { FtuError } from '@ftuseg/core';
import type { FileStore } from './file-store.js';

/** The parts of the File System standard that are used; TypeScript's `FileSystemDirectoryHandle` fits. */
export interface StoreFolder {
  getFileHandle(name: string, options?: { readonly create?: boolean }): Promise<StoreFile>;
  removeEntry(name: string): Promise<void>;
  keys(): AsyncIterable<string>;
}

export interface StoreFile {
  getFile(): Promise<{ readonly size: number; slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> } }>;
  createWritable?(): Promise<{
    write(data: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
}

const isName = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

const failed = (name: string, error: unknown): FtuError =>
  new FtuError(
    'io',
    isName(error, 'QuotaExceededError') ? 'the browser has no more room for it' : 'the browser cannot write it',
    { subject: name, hint: 'export and remove older work, or free space on the disk', cause: error },
  );

const undefinedWhereMissing = (error: unknown): undefined => {
  if (isName(error, 'NotFoundError')) return undefined;
  throw error;
};

/**
 * @param folder such as `await navigator.storage.getDirectory()` or a folder in it
 * @example
 * const root = await navigator.storage.getDirectory();
 * const store = directoryStore(await root.getDirectoryHandle('slide-1', { create: true }));
 */
export function directoryStore(folder: StoreFolder): FileStore {
  const fileOf = async (name: string) => {
    const handle = await folder.getFileHandle(name).catch(undefinedWhereMissing);
    return handle?.getFile();
  };
  return {
    size: async (name) => (await fileOf(name))?.size,
    read: async (name, range) => {
      const file = await fileOf(name);
      if (file === undefined) return undefined;
      const { offset, length } = range ?? { offset: 0, length: file.size };
      return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
    },
    write: async (name, ...parts) => {
      try {
        const handle = await folder.getFileHandle(name, { create: true });
        if (handle.createWritable === undefined) {
          throw new FtuError('unsupported', 'this browser cannot write files whole or not at all', {
            subject: name,
            hint: 'use a browser that has createWritable: Chromium 86, Firefox 111, Safari 26 or newer',
          });
        }
        const stream = await handle.createWritable();
        try {
          for (const part of parts) if (part.length > 0) await stream.write(owned(part));
          await stream.close();
        } catch (error) {
          await stream.abort().catch(() => undefined);
          throw error;
        }
      } catch (error) {
        throw error instanceof FtuError ? error : failed(name, error);
      }
    },
    remove: async (name) => {
      await folder.removeEntry(name).catch(undefinedWhereMissing);
    },
    names: async () => {
      const names: string[] = [];
      for await (const name of folder.keys()) names.push(name);
      return names.sort();
    },
  };
}

/** Browsers do not write memory that threads share. */
const owned = (part: Uint8Array): Uint8Array<ArrayBuffer> =>
  part.buffer instanceof ArrayBuffer ? new Uint8Array(part.buffer, part.byteOffset, part.byteLength) : part.slice();
