import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writtenPath } from './written-path.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-written-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('finds what lies there under a name in the other form of Unicode', async () => {
  const [typed, apart] = ['Ni\u00e8re', 'Nie\u0300re'];
  await mkdir(join(folder, apart));
  await writeFile(join(folder, apart, `${apart}.png`), 'x');
  const found = await writtenPath(join(folder, typed, `${typed}.png`));
  // A file system that takes both forms for one name needs no other path.
  expect([join(folder, apart, `${apart}.png`), join(folder, typed, `${typed}.png`)]).toContain(found);
  expect(await writtenPath(found)).toBe(found);
  const missing = join(folder, typed, 'm\u00e4sk.png');
  expect(await writtenPath(missing)).toBe(missing);
  expect(await writtenPath(join(folder, 'none', 'a.png'))).toBe(join(folder, 'none', 'a.png'));
});
