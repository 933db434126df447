import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginAttempt, lockFolder } from '@ftuseg/files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ftu } from '../../../tests/run.js';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'ftu-demo-'));
  await writeFile(join(out, 'recipe.yaml'), 'name: mine\n');
});
afterEach(() => rm(out, { recursive: true, force: true }));

const refused = async (sentence: string): Promise<void> => {
  expect(await ftu('demo', '--out', out)).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
  expect(await readFile(join(out, 'recipe.yaml'), 'utf8')).toBe('name: mine\n');
  expect(await readdir(out)).not.toContain('slides');
};

describe('ftu demo', () => {
  it('changes nothing where another run is at work in the folder', async () => {
    const lock = await lockFolder(out);
    await refused('has been writing here since');
    await lock.release();
  });

  it('changes nothing where units are at work in the folder', async () => {
    const attempt = await beginAttempt(join(out, '.units', 'data', 'gather', '0123456789abcdef'));
    await refused('units of this experiment are at work');
    await attempt.end();
  });
});
