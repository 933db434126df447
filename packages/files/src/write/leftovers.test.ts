import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeLeftovers } from './leftovers.js';
import { makerOf, temporaryName } from './temporary-name.js';
import { openPending, writeFileAtomic } from './write-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-leftovers-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const built = fileURLToPath(new URL('../../dist/write/temporary-name.js', import.meta.url));

/** The name of something that a process made which has ended since, or which goes on. */
async function nameOfAnother(goesOn: boolean): Promise<{ name: string; end: () => Promise<void> }> {
  const program = `const { temporaryName } = await import(${JSON.stringify(built)}); process.stdout.write(temporaryName());${goesOn ? 'setInterval(() => {}, 1000);' : ''}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let name = '';
  child.stdout.on('data', (text) => {
    name += String(text);
  });
  if (goesOn) await new Promise((resolve) => child.stdout.once('data', resolve));
  else await closed;
  return {
    name,
    end: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

describe('temporaryName', () => {
  it('is short whatever the final name, and never the same', () => {
    const names = Array.from({ length: 100 }, temporaryName);
    expect(new Set(names).size).toBe(100);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(60);
  });

  it('tells who made it', async () => {
    expect(makerOf(temporaryName())).toBe('alive');
    expect(makerOf('slides.csv')).toBe(undefined);
    expect(makerOf('.ftu-mine.tmp')).toBe(undefined);
    expect(makerOf('.ftu-00000000-1-1-0123456789ab.tmp')).toBe('unknown');
    const ended = await nameOfAnother(false);
    expect(makerOf(ended.name)).toBe('dead');
    const running = await nameOfAnother(true);
    expect(makerOf(running.name)).toBe('alive');
    await running.end();
    expect(makerOf(running.name)).toBe('dead');
  });

  it.skipIf(process.platform !== 'linux')('knows a process number that another process has now', () => {
    const [, place, pid] = /^\.ftu-(\w+)-(\w+)-/.exec(temporaryName()) ?? [];
    expect(makerOf(`.ftu-${place}-${pid}-1-0123456789ab.tmp`)).toBe('dead');
  });
});

describe('removeLeftovers', () => {
  it('removes what ended processes left, files and folders, and nothing else', async () => {
    const ended = await nameOfAnother(false);
    const running = await nameOfAnother(true);
    const kept = ['.ftu-00000000-1-1-0123456789ab.tmp', '.mine.tmp', 'a.tmp', running.name, temporaryName()];
    for (const name of [...kept, ended.name]) await writeFile(join(folder, name), '');
    const old = '.ftu-11111111-1-1-0123456789ab.tmp';
    await mkdir(join(folder, old, 'deep'), { recursive: true });
    const yesterday = new Date(Date.now() - 25 * 3600 * 1000);
    await utimes(join(folder, old), yesterday, yesterday);
    await removeLeftovers(folder);
    expect((await readdir(folder)).sort()).toEqual([...kept].sort());
    await running.end();
  });

  it('is done by whoever writes into a folder for the first time', async () => {
    const { name } = await nameOfAnother(false);
    await writeFile(join(folder, name), 'half');
    await writeFileAtomic(join(folder, 'a.txt'), 'whole');
    expect(await readdir(folder)).toEqual(['a.txt']);
  });
});

describe('a file with a name of 255 bytes', () => {
  it('is written', async () => {
    const name = 'a'.repeat(255);
    await writeFileAtomic(join(folder, name), 'x');
    const pending = await openPending(join(folder, name));
    await pending.discard();
    expect(await readdir(folder)).toEqual([name]);
  });
});
