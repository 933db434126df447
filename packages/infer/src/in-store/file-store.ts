/** Named files of one piece of work: a folder of the browser's own file system, memory in tests. */

export interface FileStore {
  /** Octets; undefined: there is no such file. */
  readonly size: (name: string) => Promise<number | undefined>;
  readonly read: (
    name: string,
    range?: { readonly offset: number; readonly length: number },
  ) => Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Whole or not at all, on the disk when it settles. */
  readonly write: (name: string, data: Uint8Array) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  readonly names: () => Promise<readonly string[]>;
}

export function memoryStore(): FileStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    size: async (name) => files.get(name)?.length,
    read: async (name, range) => {
      const { offset = 0, length } = range ?? {};
      return files.get(name)?.slice(offset, length === undefined ? undefined : offset + length);
    },
    write: async (name, data) => void files.set(name, Uint8Array.from(data)),
    remove: async (name) => void files.delete(name),
    names: async () => [...files.keys()].sort(),
  };
}

/** What is open for reading and writing at once; only workers have it. */
interface SyncFile {
  readonly write: (bytes: Uint8Array, options: { readonly at: number }) => number;
  readonly truncate: (size: number) => void;
  readonly flush: () => void;
  readonly close: () => void;
}

/** The part of the browser's handles that is used; packages that run in Node, too, know no types of a page. */
interface FileHandle {
  readonly getFile: () => Promise<Blob>;
}
export interface FolderHandle {
  readonly getFileHandle: (name: string, options?: { readonly create: boolean }) => Promise<FileHandle>;
  readonly removeEntry: (name: string) => Promise<void>;
  readonly values: () => AsyncIterable<{ readonly kind: 'file' | 'directory'; readonly name: string }>;
}
type SyncHandle = FileHandle & { readonly createSyncAccessHandle: () => Promise<SyncFile> };
const isSync = (handle: FileHandle): handle is SyncHandle => 'createSyncAccessHandle' in handle;

const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';

/** Of a copy that is whole: it counts until the file itself is written. */
const COPY = '.copy';
const UNFINISHED = '.part';

async function put(folder: FolderHandle, name: string, bytes: Uint8Array): Promise<void> {
  const handle = await folder.getFileHandle(name, { create: true });
  if (!isSync(handle)) throw new DOMException('this browser keeps no files for a page safely', 'NotSupportedError');
  const file = await handle.createSyncAccessHandle();
  try {
    file.truncate(0);
    for (let at = 0; at < bytes.length; ) {
      const written = file.write(bytes.subarray(at), { at });
      if (written === 0) throw new DOMException('no room is left', 'QuotaExceededError');
      at += written;
    }
    file.flush();
  } finally {
    file.close();
  }
}

/** @param folder of the browser's own file system; writing takes a worker */
export function directoryStore(folder: FolderHandle): FileStore {
  const remove = async (name: string): Promise<void> => {
    await folder.removeEntry(name).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  };
  const one = async (name: string): Promise<Blob | undefined> => {
    try {
      return await (await folder.getFileHandle(name)).getFile();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  const file = async (name: string): Promise<Blob | undefined> => (await one(`${name}${COPY}`)) ?? one(name);
  return {
    size: async (name) => (await file(name))?.size,
    read: async (name, range) => {
      const found = await file(name);
      const { offset = 0, length } = range ?? {};
      const part = found?.slice(offset, length === undefined ? undefined : offset + length);
      return part === undefined ? undefined : new Uint8Array(await part.arrayBuffer());
    },
    write: async (name, data) => {
      const part = `${name}${UNFINISHED}`;
      try {
        await put(folder, part, data);
      } catch (error) {
        await remove(part).catch(() => undefined);
        throw error;
      }
      const handle = await folder.getFileHandle(part);
      // A browser that cannot rename writes a copy, which is whole before the old file is touched.
      if ('move' in handle && typeof handle.move === 'function') {
        await handle.move(name);
        return;
      }
      await put(folder, `${name}${COPY}`, data);
      await put(folder, name, data);
      await remove(`${name}${COPY}`);
      await remove(part);
    },
    remove: async (name) => {
      await remove(name);
      await remove(`${name}${COPY}`);
    },
    names: async () => {
      const names = new Set<string>();
      for await (const child of folder.values()) {
        if (child.kind === 'file' && !child.name.endsWith(UNFINISHED)) names.add(child.name.replace(/\.copy$/, ''));
      }
      return [...names].sort();
    },
  };
}
