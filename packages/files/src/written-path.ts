/** Names with accents have two forms in Unicode: what a person typed into a table is the one, and what macOS once wrote into folders the other. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nameForm } from '@ftuseg/core';
import { exists } from './exists.js';

/**
 * The path as the file system has it: where nothing has exactly this name, the entry whose name is the same text in the other form of Unicode.
 *
 * @returns the path itself where there is no such entry
 * @example
 * await writtenPath('/data/Ni\u00e8re.png'); // '/data/Nie\u0300re.png', where that is what lies there
 */
export async function writtenPath(path: string): Promise<string> {
  if (/^\p{ASCII}*$/u.test(path) || (await exists(path))) return path;
  const parent = dirname(path);
  if (parent === path) return path;
  const folder = await writtenPath(parent);
  const wanted = nameForm(basename(path));
  const names = await readdir(folder).catch((): string[] => []);
  const name = names.find((one) => nameForm(one) === wanted);
  return name === undefined ? path : join(folder, name);
}
