/**
 * Files in a folder of the browser's own file system (OPFS), written through handles that only workers have, since those alone say when bytes are on
 * the disk. A file is written beside its place and moved there, so that a tab that is closed in the middle leaves the older one.
 */
import { FtuError } from '@ftuseg/core';
import type { FileStore } from './file-store.js';

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

type MovableHandle = FileHandle & { readonly move: (name: string) => Promise<void> };
const canMove = (handle: FileHandle): handle is MovableHandle => 'move' in handle && typeof handle.move === 'function';

const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';

/** Of a copy that is whole: it counts until the file itself is written. */
const COPY = '.copy';
const UNFINISHED = '.part';

async function hasCopies(folder: FolderHandle): Promise<boolean> {
  for await (const { name } of folder.values()) if (name.endsWith(COPY)) return true;
  return false;
}

async function put(folder: FolderHandle, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await folder.getFileHandle(name, { create: true });
  if (!isSync(handle)) {
    throw new FtuError('unsupported', 'this browser cannot keep files for a page, or this is not a worker', {
      subject: name,
      hint: 'use Chromium 108, Firefox 111, Safari 16.4 or newer, and no private window',
    });
  }
  const file = await handle.createSyncAccessHandle();
  try {
    file.truncate(0);
    let at = 0;
    for (const part of parts) {
      for (let done = 0; done < part.length; ) {
        const written = file.write(part.subarray(done), { at });
        if (written === 0) throw new DOMException('no room is left', 'QuotaExceededError');
        done += written;
        at += written;
      }
    }
    file.flush();
  } finally {
    file.close();
  }
}

const noRoom = (subject: string, cause: unknown): unknown =>
  cause instanceof DOMException && cause.name === 'QuotaExceededError'
    ? new FtuError('io', 'the browser has no more room for this work', {
        subject,
        hint: 'export and remove older work, or free space on the disk',
        cause,
      })
    : cause;

/**
 * @param folder of the browser's own file system; writing takes a worker
 * @example
 * const root = await navigator.storage.getDirectory();
 * const store = directoryStore(await root.getDirectoryHandle('slide-1', { create: true }));
 */
export function directoryStore(folder: FolderHandle): FileStore {
  const remove = async (name: string): Promise<void> => {
    await folder.removeEntry(name).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  };
  const unlessMissing = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  const handleOf = (name: string): Promise<FileHandle | undefined> => unlessMissing(folder.getFileHandle(name));
  const blobOf = (handle: FileHandle): Promise<Blob | undefined> => unlessMissing(handle.getFile());
  let copied: Promise<boolean> | undefined;
  /** Whether there may be copies: in a browser that renames only those of an older version of it, which are there from the beginning. */
  const mayBeCopied = (handle: FileHandle): Promise<boolean> => {
    copied ??= canMove(handle) ? hasCopies(folder) : Promise.resolve(true);
    return copied;
  };
  const file = async (name: string): Promise<Blob | undefined> => {
    const handle = await handleOf(name);
    if (handle !== undefined && !(await mayBeCopied(handle))) return blobOf(handle);
    const copy = await handleOf(`${name}${COPY}`);
    return (copy && (await blobOf(copy))) ?? (handle && blobOf(handle));
  };
  return {
    size: async (name) => (await file(name))?.size,
    read: async (name, range) => {
      const found = await file(name);
      const { offset = 0, length } = range ?? {};
      const part = found?.slice(offset, length === undefined ? undefined : offset + length);
      return part === undefined ? undefined : new Uint8Array(await part.arrayBuffer());
    },
    write: async (name, ...parts) => {
      const part = `${name}${UNFINISHED}`;
      try {
        await put(folder, part, parts);
      } catch (error) {
        await remove(part).catch(() => undefined);
        throw noRoom(name, error);
      }
      const handle = await folder.getFileHandle(part);
      // A browser that cannot rename writes a copy, which is whole before the old file is touched.
      if (canMove(handle)) {
        await handle.move(name);
        if (await mayBeCopied(handle)) await remove(`${name}${COPY}`);
        return;
      }
      await put(folder, `${name}${COPY}`, parts);
      await put(folder, name, parts);
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
