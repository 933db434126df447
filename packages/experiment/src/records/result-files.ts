/** Which files a finished step left in its folder, and how large they were: a result of which one is gone or cut off is none. */
import { lstat, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { filesBelow, sizesOf } from './folder-files.js';
import { isInside } from './relative-paths.js';

/** Beside the step's record. Names count from the folder, with the sizes in bytes. */
const listFile = 'files.json';
const listSchema = z.object({ format: z.literal(1), files: z.array(z.tuple([z.string(), z.number()])) });

type Listed = z.output<typeof listSchema>['files'][number];

/**
 * Writes the list of a step's results.
 * @param folder of the step
 * @param results files and folders; those that lie elsewhere are not kept
 */
export async function writeResultFiles(folder: string, results: readonly string[]): Promise<void> {
  const files = new Map<string, number>();
  for (const path of results.filter((one) => isInside(folder, one))) {
    const name = relative(folder, path).split(sep).join('/');
    const entry = await lstat(path).catch(() => undefined);
    if (entry?.isDirectory() === false) files.set(name, entry.size);
    else if (entry !== undefined)
      for (const [inner, { size }] of await filesBelow(folder, name)) files.set(inner, size);
  }
  const list = { format: 1, files: [...files].sort(([a], [b]) => (a < b ? -1 : 1)) };
  await writeFileAtomic(join(folder, listFile), `${JSON.stringify(list)}\n`);
}

/**
 * What of a step's results is not as it was when the step ended, as a clause: `predictions/masks/a.tif is gone`. Undefined where nothing is, and where an
 * earlier version kept no list. A file that has grown is somebody's work: `ftu calibrate` makes a model longer.
 */
export async function lostResult(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, listFile), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let files: readonly Listed[];
  try {
    ({ files } = listSchema.parse(JSON.parse(text)));
  } catch {
    return `${listFile} does not say which files there are`;
  }
  const sizes = await sizesOf(
    folder,
    files.map(([name]) => name),
  );
  const lost = files.flatMap(([name, bytes], i) => {
    const size = sizes[i];
    return size !== undefined && size >= bytes ? [] : [{ name, bytes, size }];
  });
  const [first] = lost;
  if (first === undefined) return undefined;
  const { name, bytes, size } = first;
  const what = size === undefined ? 'is gone' : `has ${size} bytes, not ${bytes}`;
  return `${name} ${what}${lost.length === 1 ? '' : `, and ${lost.length - 1} more`}`;
}
