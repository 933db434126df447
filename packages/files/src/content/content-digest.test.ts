import { appendFile, cp, mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openContentDigests } from './content-digest.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-content-'));
  // Long enough after all that is written here that nobody changes it within the same tick.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, text: string, seconds = 1e9): Promise<string> {
  await writeFile(at(name), text);
  await utimes(at(name), seconds, seconds);
  return at(name);
}

/** Digest, and the files that were read for it. */
async function digest(path: string, knownOnly = false): Promise<[string | undefined, number]> {
  let reads = 0;
  const onRead = (): void => void reads++;
  const found = await openContentDigests(at('cache'), { knownOnly, onRead }).of(path);
  return [found, reads];
}

describe('openContentDigests', () => {
  it('knows a file wherever it lies, and reads it once', async () => {
    const path = await write('a.tif', 'pixels');
    expect(await digest(path, true)).toEqual([undefined, 0]);
    const [first, reads] = await digest(path);
    expect(reads).toBe(1);
    expect(await digest(path)).toEqual([first, 0]);
    await mkdir(at('now'));
    await rename(path, at('now/b.tif'));
    expect((await digest(at('now/b.tif')))[0]).toBe(first);
    await rename(at('now'), at('moved'));
    expect(await digest(at('moved/b.tif'))).toEqual([first, 0]);
    const copy = await write('copy.tif', 'pixels', 1.1e9);
    expect(await digest(copy)).toEqual([first, 1]);
    // The ending decides who reads it.
    await rename(copy, at('copy.svs'));
    expect((await digest(at('copy.svs')))[0]).not.toBe(first);
  });

  it('reads again what was changed, and what was changed a moment ago', async () => {
    const path = await write('a.tif', 'pixels');
    const [first] = await digest(path);
    await write('a.tif', 'pixelz', 1e9 + 1);
    const [second, reads] = await digest(path);
    expect(reads).toBe(1);
    expect(second).not.toBe(first);
    vi.useRealTimers();
    await writeFile(path, 'fresh');
    await digest(path);
    expect((await digest(path))[1]).toBe(1);
  });

  it('reads again what a copy that keeps times was written over', async () => {
    const path = await write('a.tif', 'pixels');
    const [first] = await digest(path);
    const other = await write('b.tif', 'others');
    await cp(other, path, { preserveTimestamps: true });
    const [second, reads] = await digest(path);
    expect(reads).toBe(1);
    expect(second).not.toBe(first);
  });

  it('takes no line that another process tore', async () => {
    const path = await write('a.tif', 'pixels');
    const [first] = await digest(path);
    const text = await readFile(at('cache'), 'utf8');
    await writeFile(
      at('cache'),
      text.replace(/ ([0-9a-f])/, (_, digit) => ` ${digit === '0' ? '1' : '0'}`),
    );
    await appendFile(at('cache'), text.slice(0, 40));
    expect(await digest(path)).toEqual([first, 1]);
    expect(await digest(path)).toEqual([first, 0]);
  });

  it('counts all files of a slide that is several', async () => {
    await mkdir(at('one/s'), { recursive: true });
    await write('one/s.mrxs', 'index');
    await write('one/s/Data0.dat', 'pixels');
    const [first] = await digest(at('one/s.mrxs'));
    await rename(at('one'), at('other'));
    expect(await digest(at('other/s.mrxs'))).toEqual([first, 0]);
    await write('other/s/Data0.dat', 'others');
    await utimes(at('other/s/Data0.dat'), 1e9 + 5, 1e9 + 5);
    expect((await digest(at('other/s.mrxs')))[0]).not.toBe(first);
  });

  it('says which file is not there', async () => {
    await expect(digest(at('lost.tif'))).rejects.toThrow('lost.tif');
  });
});
