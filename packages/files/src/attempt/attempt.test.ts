import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../write/write-file.js';
import { type Attempt, beginAttempt, claimAttempt, earlierAttempts, removeAttempts } from './attempt.js';
import { linkFile, linkFolder } from './link-files.js';
import { publish } from './publish.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-attempt-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const publisher = (target: string): Promise<string | undefined> =>
  readFile(join(target, 'publisher'), 'utf8').catch(() => undefined);

/** All that the workers have begun: some are lost or stop for ever, and their signs of life would go on. */
const begun: Attempt[] = [];
afterEach(() => Promise.all(begun.splice(0).map((attempt) => attempt.end())));

const BANDS = 4;
const band = (number: number): string => `band ${number} of every attempt`;

/** What became of an attempt. */
type End = 'published' | 'kept' | 'lost';

/** A worker that writes bands one by one, from what others have, and publishes. It can be stopped at every `yield`, for a while or for ever. */
async function* work(place: string, target: string): AsyncGenerator<undefined, End> {
  const attempt = await beginAttempt(place);
  begun.push(attempt);
  yield;
  try {
    for (const other of await earlierAttempts(place)) {
      if (other.name === attempt.name || !other.begunHere) continue;
      for (let number = 0; number < BANDS; number++) {
        const name = `band-${number}`;
        const linked = await linkFile(join(other.result, name), join(attempt.result, name)).then(
          () => true,
          () => false,
        );
        if (!linked) break;
        yield;
      }
    }
    const have = await readdir(attempt.result).catch((): string[] => []);
    for (let number = 0; number < BANDS; number++) {
      if (have.includes(`band-${number}`)) continue;
      // Like all of the product: its folders are made again where they are missing.
      await mkdir(attempt.result, { recursive: true });
      await writeFileAtomic(join(attempt.result, `band-${number}`), band(number));
      yield;
    }
    await writeFileAtomic(join(attempt.result, 'publisher'), attempt.name);
    yield;
    const first = await publish(attempt, target, publisher);
    yield;
    await attempt.end();
    return first ? 'published' : 'kept';
  } catch (error) {
    if (error instanceof FtuError) return 'lost';
    throw error;
  }
}

describe('attempts', () => {
  it('publish one whole result, however two of them and a cleaner take turns', async () => {
    let number = 0;
    const turns = fc.array(fc.constantFrom('a', 'b', 'a', 'b', 'a', 'b', 'clean'), { minLength: 6, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(turns, fc.boolean(), async (order, comesBack) => {
        const place = join(folder, String(number++));
        const target = join(place, 'published');
        const workers = { a: work(place, target), b: work(place, target) };
        const ends = new Map<string, End>();
        const step = async (who: 'a' | 'b'): Promise<void> => {
          if (ends.has(who)) return;
          const turn = await workers[who].next();
          if (turn.done) ends.set(who, turn.value);
        };
        for (const who of order) {
          // Without patience the cleaner takes every folder away that it meets, also of those who live.
          if (who === 'clean') await removeAttempts(place, 0);
          else await step(who);
        }
        while (!ends.has('a')) await step('a');
        if (comesBack) while (!ends.has('b')) await step('b');
        const published = [...ends.values()].filter((end) => end === 'published').length;
        expect(published).toBeLessThanOrEqual(1);
        if ((await stat(target).catch(() => undefined)) === undefined) {
          expect([...ends.values()].every((end) => end === 'lost')).toBe(true);
          // The same command again goes on.
          const again = work(place, target);
          let turn = await again.next();
          while (!turn.done) turn = await again.next();
          expect(turn.value).toBe('published');
        }
        for (let one = 0; one < BANDS; one++) {
          expect(await readFile(join(target, `band-${one}`), 'utf8')).toBe(band(one));
        }
        await removeAttempts(place, 0);
        expect(await readdir(join(place, 'attempts'))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('are alive, ended or abandoned by the clock of the file system', async () => {
    const attempt = await beginAttempt(folder);
    const state = async (patience?: number) => (await earlierAttempts(folder, patience)).map((one) => one.state);
    expect(await state()).toEqual(['alive']);
    const alive = join(attempt.folder, 'alive');
    const long = new Date((await stat(alive)).mtimeMs - 3_600_000);
    await utimes(alive, long, long);
    expect(await state()).toEqual(['abandoned']);
    expect(await state(2 * 3_600_000)).toEqual(['alive']);
    await attempt.end();
    expect(await state()).toEqual(['ended']);
  });

  it('go on in a folder that was left, which one of many gets', async () => {
    const first = await beginAttempt(folder);
    await writeFile(join(first.result, 'half'), 'kept');
    expect(await claimAttempt(folder)).toBeUndefined();
    await first.end();
    const claims = await Promise.all([claimAttempt(folder), claimAttempt(folder), claimAttempt(folder)]);
    const got = claims.filter((claim) => claim !== undefined);
    expect(got).toHaveLength(1);
    expect(await readFile(join(got[0]?.result ?? '', 'half'), 'utf8')).toBe('kept');
    expect(await first.isOwn()).toBe(false);
    await expect(publish(first, join(folder, 'out'), publisher)).rejects.toThrow('gave no sign of life for so long');
    for (const claim of got) await claim.end();
  });

  it('that failed for good say why, and are not gone on with', async () => {
    const attempt = await beginAttempt(folder);
    await attempt.end('the slide is "cut off"');
    expect((await earlierAttempts(folder)).map(({ failure }) => failure)).toEqual(['the slide is "cut off"']);
    expect(await claimAttempt(folder)).toBeUndefined();
  });

  it('do not publish what a worker made that came back after its folder was taken away', async () => {
    const attempt = await beginAttempt(folder);
    await removeAttempts(folder, 0);
    await mkdir(attempt.result, { recursive: true });
    await writeFile(join(attempt.result, 'part'), 'some of it');
    await expect(publish(attempt, join(folder, 'out'), publisher)).rejects.toThrow('was taken away');
    expect((await earlierAttempts(folder)).map(({ begunHere }) => begunHere)).toEqual([false]);
    expect(await claimAttempt(folder)).toBeUndefined();
    await attempt.end();
    expect(await removeAttempts(folder)).toBe(1);
  });

  it('know their own result although the answer of the rename was lost', async () => {
    const attempt = await beginAttempt(folder);
    await writeFile(join(attempt.result, 'publisher'), attempt.name);
    await rename(attempt.result, join(folder, 'out'));
    expect(await publish(attempt, join(folder, 'out'), publisher)).toBe(true);
    await attempt.end();
  });
});

describe('linkFolder', () => {
  it('links files, copies those that grow, and leaves out what is temporary', async () => {
    const from = join(folder, 'from');
    await mkdir(join(from, 'below'), { recursive: true });
    for (const name of ['a.bin', 'below/history.jsonl', '.ftu-lock']) await writeFile(join(from, name), name);
    await linkFolder(from, join(folder, 'to'));
    const inode = async (name: string): Promise<number> => (await stat(join(folder, name))).ino;
    expect(await inode('to/a.bin')).toBe(await inode('from/a.bin'));
    expect(await inode('to/below/history.jsonl')).not.toBe(await inode('from/below/history.jsonl'));
    expect((await readdir(join(folder, 'to'))).sort()).toEqual(['a.bin', 'below']);
  });
});
