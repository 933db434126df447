/** What lies below a folder of results, and how large it is. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface FileFacts {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
  readonly dev: number;
}

/**
 * Files by their names from the folder, with `/`. Names that begin with a point are of programs at work, and left out.
 * @param name of a folder in it, below which alone is looked
 */
export async function filesBelow(folder: string, name = ''): Promise<Map<string, FileFacts>> {
  const found = new Map<string, FileFacts>();
  for (const entry of await readdir(join(folder, name), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = name === '' ? entry.name : `${name}/${entry.name}`;
    if (entry.isDirectory()) for (const [inner, facts] of await filesBelow(folder, path)) found.set(inner, facts);
    else found.set(path, await lstat(join(folder, path)));
  }
  return found;
}

/** Undefined for a file that is not there. */
export const factsOf = (path: string): Promise<FileFacts | undefined> => lstat(path).catch(() => undefined);

/** Files that are looked at together: of a shared disk each look is a question to its server. */
const TOGETHER = 64;

/** Bytes of each file, in the order of the names; undefined for one that is not there. */
export async function sizesOf(folder: string, names: readonly string[]): Promise<(number | undefined)[]> {
  const sizes: (number | undefined)[] = [];
  for (let from = 0; from < names.length; from += TOGETHER) {
    const some = names.slice(from, from + TOGETHER);
    sizes.push(...(await Promise.all(some.map(async (name) => (await factsOf(join(folder, name)))?.size))));
  }
  return sizes;
}
