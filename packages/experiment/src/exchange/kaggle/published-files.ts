/**
 * Which files of a folder an earlier `ftu publish` has written: those that its lists of checksums name and that have not changed since. What a
 * person has edited, or written by the same name, is theirs.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileDigest } from '../../records/digest.js';

/** In the format of `sha256sum`. */
export const checksumsFile = 'checksums.txt';

const LINE = /^([0-9a-f]{64}) {2}([^/\\]+)$/;

/** Of one list; nothing where there is none, or where it fits none of its files. */
async function listed(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, checksumsFile), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  const found: string[] = [];
  for (const line of lines) {
    const [, digest, name] = LINE.exec(line) ?? [];
    if (digest === undefined || name === undefined) return [];
    if ((await fileDigest(join(folder, name)).catch(() => undefined)) === digest) found.push(name);
  }
  return found.length === 0 ? [] : [...found, checksumsFile];
}

/** @returns names with forward slashes, in the folder and in the folders of it */
export async function publishedFiles(folder: string): Promise<ReadonlySet<string>> {
  const own = new Set(await listed(folder));
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    for (const name of await listed(join(folder, entry.name))) own.add(`${entry.name}/${name}`);
  }
  return own;
}
