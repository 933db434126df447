/**
 * A folder of results in another place, by hard links where the file system has them. A list beside the files says which of them were put there: only these are replaced or removed by the
 * next version, and whatever else has such a name is somebody's.
 */
import { lstat, readFile, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { inLockedFolder, linkFile, makeFolder, temporaryName, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { type FileFacts, factsOf, filesBelow } from '../../records/folder-files.js';

/** The list, in the folder. */
export const copiedFile = '.ftu-copied.json';

const listSchema = z.object({
  format: z.literal(1),
  /** Who put them there: the folder of a step. */
  by: z.string(),
  /** Names, bytes, and milliseconds of their times. */
  files: z.array(z.tuple([z.string(), z.number(), z.number()])),
});

type Stamp = Pick<FileFacts, 'size' | 'mtimeMs'>;

/** Rows of the list by name. A copy that was stopped has two of a file: what was there, and what was to come. */
type Listed = ReadonlyMap<string, readonly Stamp[]>;

/** A folder with this file is finished. */
const LAST = 'predictions.json';

/** Times are kept to a millisecond or better, whatever the file system. */
const MILLISECONDS = 2;

const isOneOf = (there: Stamp, known: readonly Stamp[]): boolean =>
  known.some(({ size, mtimeMs }) => size === there.size && Math.abs(mtimeMs - there.mtimeMs) < MILLISECONDS);

/** The list of a folder; undefined where it has none. @throws what it takes to parse one that is damaged */
async function parsedList(to: string): Promise<z.output<typeof listSchema> | undefined> {
  const text = await readFile(join(to, copiedFile), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : listSchema.parse(JSON.parse(text));
}

/** @throws {FtuError} `bad-input` for a list that cannot be read, or of another who copies there */
async function readList(to: string, by: string): Promise<Listed> {
  const fail = (problem: string, cause?: unknown): FtuError =>
    new FtuError('bad-input', problem, { subject: to, hint: 'copy to another folder, or remove this one', cause });
  const list = await parsedList(to).catch((cause: unknown) => {
    throw fail(`${copiedFile} does not say which files of the folder were copied`, cause);
  });
  const rows = new Map<string, Stamp[]>();
  if (list === undefined) return rows;
  if (list.by !== by) throw fail(`the folder has files that ${list.by} copied there`);
  for (const [name, size, mtimeMs] of list.files) rows.set(name, [...(rows.get(name) ?? []), { size, mtimeMs }]);
  return rows;
}

const writeList = (to: string, by: string, files: Listed): Promise<void> => {
  const rows = [...files].flatMap(([name, stamps]) => stamps.map(({ size, mtimeMs }) => [name, size, mtimeMs]));
  return writeFileAtomic(join(to, copiedFile), `${JSON.stringify({ format: 1, by, files: rows })}\n`);
};

/** Names of what was copied to a folder; none where its list cannot be read. */
export async function copiedNames(to: string): Promise<string[]> {
  const list = await parsedList(to).catch(() => undefined);
  return list?.files.map(([name]) => name) ?? [];
}

/** @throws {FtuError} `bad-input` for the first file that would be replaced and is not of an earlier copy */
async function refuseOthers(to: string, planned: ReadonlyMap<string, FileFacts>, earlier: Listed): Promise<void> {
  for (const [name, facts] of planned) {
    const there = await factsOf(join(to, name));
    if (there === undefined || isOneOf(there, [facts, ...(earlier.get(name) ?? [])])) continue;
    throw new FtuError('bad-input', `the folder has a file ${name} that was not copied there`, {
      subject: to,
      hint: 'copy to another folder, or remove what is there',
    });
  }
}

/** What a prediction always leaves, finished or not. */
const RESULTS = /^(predictions\.json$|slides\/|unfinished\/)/;

/**
 * For those who have results copied later: files of a prediction that are not of an earlier copy would be in the way at the end, or pass for its results.
 *
 * @param by who copies
 * @throws {FtuError} `bad-input` for the first such file
 * @example
 * await refuseOtherResults('results', '.run/results');
 */
export async function refuseOtherResults(to: string, by: string): Promise<void> {
  const listed = await readList(to, by);
  for (const [name, facts] of await filesBelow(to)) {
    const stamps = listed.get(name);
    if ((stamps === undefined && !RESULTS.test(name)) || isOneOf(facts, stamps ?? [])) continue;
    throw new FtuError('bad-input', `the folder has results of \`ftu predict\` on one machine, such as ${name}`, {
      subject: to,
      hint: 'give another folder, or go on without `--on`',
    });
  }
}

/** Puts a file under its name, whole or not at all, with its time. */
async function place(from: string, to: string, facts: FileFacts): Promise<void> {
  const there = await factsOf(to);
  // To rename one name of a file to another of its names does nothing, and would leave both.
  if (there?.ino === facts.ino && there.dev === facts.dev) return;
  await makeFolder(dirname(to));
  const beside = join(dirname(to), temporaryName());
  await linkFile(from, beside);
  const linked = await lstat(beside);
  if (linked.ino !== facts.ino) await utimes(beside, new Date(facts.mtimeMs), new Date(facts.mtimeMs));
  await rename(beside, to);
}

/**
 * Gives every file below a folder a second name below another. `predictions.json` comes last.
 *
 * @param by who copies; another's files are not replaced
 * @returns how many files there are
 * @throws {FtuError} `bad-input` where files of others have these names; `unavailable` while another process writes there; `cancelled`, `io`
 * @example
 * await copyResults('runs/a/predictions/predictions', 'results', { by: 'runs/a/results' });
 */
export async function copyResults(
  from: string,
  to: string,
  { by, signal }: { readonly by: string; readonly signal?: AbortSignal | undefined },
): Promise<number> {
  return inLockedFolder(to, { signal }, async (held) => {
    const planned = await filesBelow(from);
    const earlier = await readList(to, by);
    await refuseOthers(to, planned, earlier);
    await rm(join(to, LAST), { force: true });
    const now = new Map([...planned].map(([name, facts]) => [name, [facts]]));
    const both = [...planned].map(([name, facts]): [string, Stamp[]] => [name, [...(earlier.get(name) ?? []), facts]]);
    // What is put there from here on is known, wherever this ends.
    await writeList(to, by, new Map([...earlier, ...both]));
    for (const [name, stamps] of earlier) {
      const there = planned.has(name) ? undefined : await factsOf(join(to, name));
      if (there !== undefined && isOneOf(there, stamps)) await rm(join(to, name), { force: true });
    }
    for (const [name, facts] of [...planned].sort(([a], [b]) => Number(a === LAST) - Number(b === LAST))) {
      if (held.aborted) throw new FtuError('cancelled', 'copying was stopped');
      await place(join(from, name), join(to, name), facts);
    }
    await writeList(to, by, now);
    return planned.size;
  });
}
