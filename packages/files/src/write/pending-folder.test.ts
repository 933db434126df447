import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removePending } from './pending.js';
import { openPendingFolder } from './pending-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-pending-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const filled = async (text: string) => {
  const pending = await openPendingFolder(join(folder, 'a'));
  await writeFile(join(pending.path, 'x'), text);
  return pending;
};
const written = () => readFile(join(folder, 'a', 'x'), 'utf8');

it('has its name when it is whole, and replaces an older one only where it is told to', async () => {
  const first = await filled('first');
  expect(await readdir(folder)).not.toContain('a');
  await first.commit();
  expect([await written(), await readdir(folder)]).toEqual(['first', ['a']]);
  await expect((await filled('second')).commit()).rejects.toMatchObject({ code: 'io' });
  expect([await written(), await readdir(folder)]).toEqual(['first', ['a']]);
  await (await filled('third')).commit({ replace: true });
  expect([await written(), await readdir(folder)]).toEqual(['third', ['a']]);
});

it('takes the place of an empty folder, and goes without a trace', async () => {
  await mkdir(join(folder, 'a'));
  await (await filled('first')).discard();
  expect(await readdir(join(folder, 'a'))).toEqual([]);
  await filled('second');
  removePending();
  expect(await readdir(folder)).toEqual(['a']);
  await (await filled('third')).commit();
  expect(await written()).toBe('third');
  await expect(openPendingFolder(join(folder, 'missing', 'b'))).rejects.toMatchObject({ code: 'io' });
});
