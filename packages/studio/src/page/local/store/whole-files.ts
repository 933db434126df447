/** Small files of the store, written whole or not at all: a copy is on the disk before the old one is touched. */
import { childrenOf, fileIn, openFileIn, removeFrom } from './folders.js';

/** Of a copy that is whole; what has another name is whole, too, unless such a copy lies beside it. */
const COPY = '.copy';
const UNFINISHED = '.part';

async function put(folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array): Promise<void> {
  const file = await openFileIn(folder, name, true);
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

/** Gives a file another name where the browser can, else writes it anew. */
async function rename(folder: FileSystemDirectoryHandle, from: string, to: string, bytes: Uint8Array): Promise<void> {
  const handle = await folder.getFileHandle(from);
  if ('move' in handle && typeof handle.move === 'function') {
    await handle.move(to);
    return;
  }
  await put(folder, to, bytes);
  await removeFrom(folder, from);
}

export async function writeWhole(folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array): Promise<void> {
  try {
    await put(folder, `${name}${UNFINISHED}`, bytes);
  } catch (error) {
    await removeFrom(folder, `${name}${UNFINISHED}`).catch(() => undefined);
    throw error;
  }
  await rename(folder, `${name}${UNFINISHED}`, `${name}${COPY}`, bytes);
  await put(folder, name, bytes);
  await removeFrom(folder, `${name}${COPY}`);
}

/** @returns undefined where there is no such file */
export async function readWhole(folder: FileSystemDirectoryHandle, name: string): Promise<Uint8Array | undefined> {
  const file = (await fileIn(folder, `${name}${COPY}`)) ?? (await fileIn(folder, name));
  return file === undefined ? undefined : new Uint8Array(await file.arrayBuffer());
}

export const writeJson = (folder: FileSystemDirectoryHandle, name: string, value: unknown): Promise<void> =>
  writeWhole(folder, name, new TextEncoder().encode(JSON.stringify(value)));

/** @returns undefined for a file that is not there or damaged */
export async function readJson(folder: FileSystemDirectoryHandle, name: string): Promise<unknown> {
  const bytes = await readWhole(folder, name);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Names of whole files. */
export async function namesIn(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const files = (await childrenOf(folder)).filter(({ kind }) => kind === 'file');
  const names = files.flatMap(({ name }) => (name.endsWith(UNFINISHED) ? [] : [name.replace(/\.copy$/, '')]));
  return [...new Set(names)];
}
