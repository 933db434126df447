import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isWritingWhole, removePending } from './pending.js';
import { openPending, writeFileAtomic } from './write-file.js';

it('removes what is unfinished, and nothing that has its final name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-pending-'));
  await writeFile(join(folder, 'b.txt'), 'older');
  const done = await openPending(join(folder, 'a.txt'));
  await done.commit();
  const open = await openPending(join(folder, 'b.txt'));
  expect(await readdir(folder)).toHaveLength(3);
  removePending();
  expect((await readdir(folder)).sort()).toEqual(['a.txt', 'b.txt']);
  await open.discard();
  await rm(folder, { recursive: true });
});

it('knows while a file is written whose content is complete', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-pending-'));
  expect(isWritingWhole()).toBe(false);
  const writing = writeFileAtomic(join(folder, 'a.txt'), 'x');
  expect(isWritingWhole()).toBe(true);
  await writing;
  expect(isWritingWhole()).toBe(false);
  await expect(writeFileAtomic(join(folder, 'missing', 'a.txt'), 'x')).rejects.toThrow();
  expect(isWritingWhole()).toBe(false);
  expect(existsSync(join(folder, 'a.txt'))).toBe(true);
  await rm(folder, { recursive: true });
});
