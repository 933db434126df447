import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContentDigests } from '@ftuseg/files';
import type { SlideRow } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsDigest as digestOfRows } from './digest.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-digest-'));
});

afterAll(() => rm(folder, { recursive: true }));

const rowsDigest = (rows: readonly SlideRow[], truth: boolean): Promise<string> =>
  digestOfRows(openContentDigests(join(folder, 'cache')), rows, truth);

describe('rowsDigest', () => {
  it('stays where files were moved, and tables say so', async () => {
    const at = (name: string): string => join(folder, name);
    await mkdir(at('moved'));
    for (const name of ['a.png', 'moved/a.png']) await writeFile(at(name), 'pixels');
    const row = (image: string): SlideRow => ({ id: 'a', image: at(image), columns: { id: 'a', image } });
    expect(await rowsDigest([row('moved/a.png')], false)).toBe(await rowsDigest([row('a.png')], false));
    const gone = await rowsDigest([row('lost.png')], false);
    expect(gone).not.toBe(await rowsDigest([row('a.png')], false));
  });

  it('changes with a picture, a cell, and a mask where masks count', async () => {
    const at = (name: string): string => join(folder, name);
    for (const name of ['image', 'mask']) await writeFile(at(name), name);
    const row = { id: 'a', image: at('image'), mask: at('mask'), columns: { id: 'a', centre: 'x' } };
    const [with_, without] = [await rowsDigest([row], true), await rowsDigest([row], false)];
    expect(await rowsDigest([row], true)).toBe(with_);
    expect(await rowsDigest([{ ...row, columns: { id: 'a', centre: 'y' } }], true)).not.toBe(with_);
    await utimes(at('mask'), 1, 1);
    expect(await rowsDigest([row], true)).toBe(with_);
    await writeFile(at('mask'), 'other');
    expect(await rowsDigest([row], true)).not.toBe(with_);
    expect(await rowsDigest([row], false)).toBe(without);
    await writeFile(at('image'), 'another');
    expect(await rowsDigest([row], false)).not.toBe(without);
  });
});
