/** Which files a finished step left in its folder, and how large they were: a result of which one is gone or cut off is none. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { isInside } from './relative-paths.js';

/** Beside the step's record. Names count from the folder, with the sizes in bytes. */
const listFile = 'files.json';
const listSchema = z.object({ format: z.literal(1), files: z.array(z.tuple([z.string(), z.number()])) });

type Listed = z.output<typeof listSchema>['files'][number];

/** Files that are looked at together: of a shared disk each look is a question to its server. */
const TOGETHER = 64;

/** Names that begin with a point are of programs at work. */
async function filesAt(path: string): Promise<string[]> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return [];
  if (!entry.isDirectory()) return [path];
  const inside = (await readdir(path)).filter((name) => !name.startsWith('.'));
  return (await Promise.all(inside.map((name) => filesAt(join(path, name))))).flat();
}

/** One answer for each, in their order. */
async function inGroups<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let from = 0; from < all.length; from += TOGETHER) {
    answers.push(...(await Promise.all(all.slice(from, from + TOGETHER).map(ask))));
  }
  return answers;
}

/**
 * Writes the list of a step's results.
 * @param folder of the step
 * @param results files and folders; those that lie elsewhere are not kept
 */
export async function writeResultFiles(folder: string, results: readonly string[]): Promise<void> {
  const own = results.filter((path) => isInside(folder, path));
  const paths = [...new Set((await inGroups(own, filesAt)).flat())].sort();
  const files = await inGroups(paths, async (path): Promise<Listed> => {
    return [relative(folder, path).split(sep).join('/'), (await lstat(path)).size];
  });
  await writeFileAtomic(join(folder, listFile), `${JSON.stringify({ format: 1, files })}\n`);
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
  const sizes = await inGroups(files, async ([name]) => (await lstat(join(folder, name)).catch(() => undefined))?.size);
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
