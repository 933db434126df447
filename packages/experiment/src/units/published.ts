/** The result of a part of a step, with a list of its files: a folder that lacks one of them is no result. */
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode, temporaryName, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { filesBelow, sizesOf } from '../records/folder-files.js';
import { publishedIn } from './unit.js';

const listFile = 'unit.json';

const publishedSchema = z.object({
  format: z.literal(1),
  unit: z.string(),
  fingerprint: z.string(),
  attempt: z.string(),
  /** Of work, of the attempt that published. */
  seconds: z.number(),
  /** Names and bytes. */
  files: z.array(z.tuple([z.string(), z.number()])).readonly(),
});

export type Published = z.output<typeof publishedSchema>;

/** Writes the list of what an attempt's result holds. */
export async function writeList(result: string, about: Omit<Published, 'format' | 'files'>): Promise<void> {
  const found = [...(await filesBelow(result))].filter(([name]) => name !== listFile);
  const files = found.map(([name, { size }]): [string, number] => [name, size]).sort();
  const list: Published = { format: 1, ...about, files };
  await writeFileAtomic(join(result, listFile), `${JSON.stringify(list)}\n`);
}

async function readList(folder: string): Promise<Published | undefined> {
  const text = await readFile(join(folder, listFile), 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : publishedSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The attempt that a published folder is of. */
export const publisherOf = async (folder: string): Promise<string | undefined> => (await readList(folder))?.attempt;

/** What is published in a unit's place; undefined where nothing is, or where files of it are missing or cut off. */
export async function readPublished(place: string, fingerprint: string): Promise<Published | undefined> {
  const folder = publishedIn(place);
  const list = await readList(folder);
  if (list === undefined || list.fingerprint !== fingerprint) return undefined;
  const sizes = await sizesOf(
    folder,
    list.files.map(([name]) => name),
  );
  return list.files.every(([, size], i) => sizes[i] === size) ? list : undefined;
}

/** Removes a folder at once under its name, and then its content. @returns whether it was there */
export async function removeWhole(folder: string): Promise<boolean> {
  const beside = join(dirname(folder), temporaryName());
  try {
    await rename(folder, beside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
  await rm(beside, { recursive: true, force: true });
  return true;
}
