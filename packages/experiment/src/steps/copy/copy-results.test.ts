import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lockFolder } from '@ftuseg/files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copiedFile, copiedNames, copyResults } from './copy-results.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-copy-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A version of a step's results: another time for each, as steps have. */
async function version(name: string, files: Readonly<Record<string, string>>, seconds: number): Promise<string> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(at(name, file)), { recursive: true });
    await writeFile(at(name, file), text);
    await utimes(at(name, file), seconds, seconds);
  }
  return at(name);
}

const copy = (from: string, by = 'step'): Promise<number> => copyResults(from, at('to'), { by });

async function shown(): Promise<Record<string, string>> {
  const names = (await readdir(at('to'), { recursive: true })).filter((name) => !name.startsWith('.')).sort();
  const files: [string, string][] = [];
  for (const name of names)
    if ((await stat(at('to', name))).isFile()) files.push([name, await readFile(at('to', name), 'utf8')]);
  return Object.fromEntries(files);
}

const first = { 'masks/a.tif': 'a', 'masks/b.tif': 'b', 'predictions.json': '1' };
const second = { 'masks/a.tif': 'other', 'predictions.json': '2' };

describe('copyResults', () => {
  it('gives files a second name, and the next version takes their places', async () => {
    const [from, next] = [await version('first', first, 1e9), await version('second', second, 1.1e9)];
    expect(await copy(from)).toBe(3);
    expect(await shown()).toEqual(first);
    expect((await stat(at('to/masks/a.tif'))).ino).toBe((await stat(join(from, 'masks/a.tif'))).ino);
    await writeFile(at('to/edits.jsonl'), 'mine');
    expect(await copy(from)).toBe(3);
    expect((await copiedNames(at('to'))).sort()).toEqual(Object.keys(first));
    expect(await copy(next)).toBe(2);
    expect(await copiedNames(at('to'))).toEqual(Object.keys(second));
    expect(await shown()).toEqual({ ...second, 'edits.jsonl': 'mine' });
  });

  it('goes on where it was stopped, between two versions too', async () => {
    const [from, next] = [await version('first', first, 1e9), await version('second', second, 1.1e9)];
    await copy(from);
    const before = await readFile(at('to', copiedFile), 'utf8');
    await copy(next);
    // As if it had ended before the first file: the list names both versions, and the files are the old ones.
    const after = await readFile(at('to', copiedFile), 'utf8');
    const list = { ...JSON.parse(before), files: [...JSON.parse(before).files, ...JSON.parse(after).files] };
    await rm(at('to'), { recursive: true });
    await copy(from);
    await writeFile(at('to', copiedFile), JSON.stringify(list));
    await copy(next);
    expect(await shown()).toEqual(second);
  });

  it('replaces nothing that is not its own, and changes nothing then', async () => {
    const from = await version('first', first, 1e9);
    await version('to', { 'masks/b.tif': 'of somebody' }, 1e9 + 9);
    await expect(copy(from)).rejects.toThrow('has a file masks/b.tif that was not copied there');
    expect(await shown()).toEqual({ 'masks/b.tif': 'of somebody' });
    await rm(at('to/masks/b.tif'));
    await copy(from);
    await expect(copy(from, 'another')).rejects.toThrow('has files that step copied there');
    // Another program has written the file anew since.
    await writeFile(at('to/predictions.json'), 'x');
    await expect(copy(await version('second', second, 1.1e9))).rejects.toThrow('predictions.json');
  });

  it('waits for nobody who writes there', async () => {
    const from = await version('first', first, 1e9);
    await mkdir(at('to'));
    const lock = await lockFolder(at('to'));
    await expect(copy(from)).rejects.toMatchObject({ code: 'unavailable' });
    await lock.release();
  });
});
