/** Puts files by name into a folder, as a slide of many files lies there. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** @returns the folder */
export async function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  return folder;
}
