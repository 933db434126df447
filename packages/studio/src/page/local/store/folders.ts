/** The browser's own file system of this page (OPFS): what is kept there, and where. */
import { FtuError } from '@ftuseg/core';

const ROOT = 'ftuseg';

const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';

/** @returns undefined where it is not there and shall not be made */
export async function folderAt(
  path: readonly string[],
  options: { readonly create: boolean },
): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    let folder = await navigator.storage.getDirectory();
    for (const name of [ROOT, ...path]) folder = await folder.getDirectoryHandle(name, options);
    return folder;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function madeFolder(path: readonly string[]): Promise<FileSystemDirectoryHandle> {
  const folder = await folderAt(path, { create: true });
  if (folder === undefined) throw new FtuError('unavailable', 'the browser keeps no files for this page');
  return folder;
}

export async function childrenOf(folder: FileSystemDirectoryHandle): Promise<readonly FileSystemHandle[]> {
  const children: FileSystemHandle[] = [];
  for await (const child of folder.values()) children.push(child);
  return children.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @returns undefined where there is no such file */
export async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Nothing happens where it is not there. */
export async function removeFrom(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  await folder.removeEntry(name, { recursive: true }).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

/** What is open for reading and writing at once; only workers have it. */
export interface OpenFile {
  readonly getSize: () => number;
  readonly read: (into: Uint8Array, options: { readonly at: number }) => number;
  readonly write: (bytes: Uint8Array, options: { readonly at: number }) => number;
  readonly truncate: (size: number) => void;
  readonly flush: () => void;
  readonly close: () => void;
}

type SyncHandle = FileSystemFileHandle & { readonly createSyncAccessHandle: () => Promise<OpenFile> };

const isSync = (handle: FileSystemFileHandle): handle is SyncHandle => 'createSyncAccessHandle' in handle;

/** @throws FtuError `unavailable` in a browser without such files */
export async function openFileIn(folder: FileSystemDirectoryHandle, name: string, create: boolean): Promise<OpenFile> {
  const handle = await folder.getFileHandle(name, { create });
  if (isSync(handle)) return handle.createSyncAccessHandle();
  throw new FtuError('unavailable', 'this browser cannot keep files for a page safely', {
    hint: 'use a newer one: Chromium 108, Firefox 111, Safari 16.4 or later',
  });
}
