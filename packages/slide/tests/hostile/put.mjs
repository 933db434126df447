/** Writes a case: a file, or the files of a slide of several by their names beside it. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** @param {Uint8Array | ReadonlyMap<string, Uint8Array>} content whatever files of another case lie there are removed where it has several */
export async function put(path, content) {
  if (!(content instanceof Map)) return writeFile(path, content);
  const folder = dirname(path);
  await rm(folder, { recursive: true, force: true });
  for (const [name, bytes] of content) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}
