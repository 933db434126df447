/** `ftu info` on files that other writers made. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSlide } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from './run.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../../slide/tests/fixtures/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-info-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('ftu info', () => {
  it('says how a pyramid is laid out, and where its scale stands', async () => {
    const { code, stdout } = await ftu('info', fixture('pyramid-pages.tif'));
    expect(code).toBe(0);
    expect(stdout).toContain('BigTIFF pyramid');
    expect(stdout).toContain('0.5000 (resolution tags)');
    expect(stdout).toMatch(/level 2 .*20 x 15.*tiles of 32 x 32/);
  });

  it('prints an object, with null for an unknown scale', async () => {
    const { stdout } = await ftu('info', fixture('hubmap-3hw.tif'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ width: 83, height: 61, micronsPerPixel: null, associated: [] });
  });

  it('writes a thumbnail', async () => {
    const path = join(folder, 'small.png');
    expect((await ftu('info', fixture('lzw.tif'), '--thumbnail', path)).code).toBe(0);
    const small = await openSlide(path);
    expect([small.width, small.height]).toEqual([83, 61]);
  });

  it('refuses a file that is cut off, in one sentence', async () => {
    const path = join(folder, 'cut.tif');
    await writeFile(path, (await readFile(fixture('lzw.tif'))).subarray(0, 300));
    const { code, stderr } = await ftu('info', path);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cut\.tif: .*copy or export it again\.\n$/);
  });
});
