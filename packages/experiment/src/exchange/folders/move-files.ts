/**
 * Moves a finished folder's files into another one. A journal says which files they are until all are there, so that the next run removes the
 * part that a killed one had moved, and nothing that anyone else has put in their place.
 */
import { link, mkdir, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError, makeFolder, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';

export const journalFile = '.ftu-moving.json';

/** A file by its name and by what stays with it when it is moved. */
const entrySchema = z.object({ name: z.string(), inode: z.string(), modified: z.string(), bytes: z.string() });
const journalSchema = z.array(entrySchema);
type Entry = z.output<typeof entrySchema>;

async function entryOf(folder: string, name: string): Promise<Entry | undefined> {
  const found = await stat(join(folder, name), { bigint: true }).catch(() => undefined);
  if (found === undefined) return undefined;
  const [inode, modified, bytes] = [found.ino, found.mtimeNs, found.size].map(String);
  return { name, inode: inode ?? '', modified: modified ?? '', bytes: bytes ?? '' };
}

async function entriesOf(folder: string, names: readonly string[]): Promise<Entry[]> {
  return (await Promise.all(names.map((name) => entryOf(folder, name)))).filter((entry) => entry !== undefined);
}

/** Folders that files lie in, the deepest first. */
function foldersOf(names: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const name of names) for (let at = dirname(name); at !== '.'; at = dirname(at)) folders.add(at);
  return [...folders].sort((a, b) => b.length - a.length);
}

async function removeEntries(folder: string, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    const found = await entryOf(folder, entry.name);
    const same = found?.inode === entry.inode && found.modified === entry.modified && found.bytes === entry.bytes;
    if (same) await rm(join(folder, entry.name), { force: true });
  }
  for (const name of foldersOf(entries.map((entry) => entry.name))) {
    await rmdir(join(folder, name)).catch(() => undefined);
  }
}

/** Removes what a killed move had brought into a folder. */
export async function undoMove(folder: string): Promise<void> {
  const path = join(folder, journalFile);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = [];
  }
  const inside = (journalSchema.safeParse(json).data ?? []).filter(({ name }) => !name.split('/').includes('..'));
  await removeEntries(folder, inside);
  await rm(path, { force: true });
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** Gives a file its name, unless something has it. */
async function moveFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (isTaken(error)) {
      throw new FtuError('bad-input', 'a file of this name came into the folder meanwhile', {
        subject: to,
        hint: 'give a new folder or an empty one',
      });
    }
    // This file system has no hard links.
    await rename(from, to).catch((cause: unknown) => {
      throw ioError(cause, to, 'be written');
    });
    return;
  }
  await unlink(from);
}

/**
 * Moves files from a folder into another one of the same file system.
 * @param names of the files, with forward slashes
 * @param old files of the other folder that go first
 * @throws FtuError `bad-input` where something has a file's name; what was moved is then removed again; `io`
 */
export async function moveFiles(
  from: string,
  to: string,
  names: readonly string[],
  old: readonly string[],
): Promise<void> {
  const before = await entriesOf(to, old);
  const entries = await entriesOf(from, names);
  const journal = join(to, journalFile);
  await writeFileAtomic(journal, JSON.stringify([...before, ...entries]));
  try {
    await removeEntries(to, before);
    const moved = new Set<string>();
    for (const folder of foldersOf(names).sort()) {
      if (moved.has(dirname(folder))) {
        moved.add(folder);
        continue;
      }
      // A folder that is not there yet comes as a whole.
      const isNew = await mkdir(join(to, folder)).then(
        () => true,
        () => false,
      );
      if (
        isNew &&
        (await rename(join(from, folder), join(to, folder)).then(
          () => true,
          () => false,
        ))
      )
        moved.add(folder);
      else await makeFolder(join(to, folder));
    }
    for (const name of names) if (!moved.has(dirname(name))) await moveFile(join(from, name), join(to, name));
  } catch (error) {
    await removeEntries(to, entries);
    throw error;
  } finally {
    await rm(journal, { force: true });
  }
}
