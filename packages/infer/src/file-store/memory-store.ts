/** Files that are gone with the program: for tests, and for a page that may keep nothing. */
import { concatBytes } from '@ftuseg/core';
import type { FileStore } from './file-store.js';

/**
 * @example
 * await predictInStore(slide, [model], memoryStore(), { id: 'slide', fingerprint: 'once' });
 */
export function memoryStore(): FileStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    size: async (name) => files.get(name)?.length,
    read: async (name, range) => {
      const file = files.get(name);
      return range === undefined ? file?.slice() : file?.slice(range.offset, range.offset + range.length);
    },
    write: async (name, ...parts) => {
      files.set(name, concatBytes(parts));
    },
    remove: async (name) => {
      files.delete(name);
    },
    names: async () => [...files.keys()],
  };
}
