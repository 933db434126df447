import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsDigest } from './digest.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-digest-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('rowsDigest', () => {
  it('changes with a picture, a cell, and a mask where masks count', async () => {
    const at = (name: string): string => join(folder, name);
    for (const name of ['image', 'mask']) await writeFile(at(name), name);
    const row = { id: 'a', image: at('image'), mask: at('mask'), columns: { id: 'a', centre: 'x' } };
    const [with_, without] = [await rowsDigest([row], true), await rowsDigest([row], false)];
    expect(await rowsDigest([row], true)).toBe(with_);
    expect(await rowsDigest([{ ...row, columns: { id: 'a', centre: 'y' } }], true)).not.toBe(with_);
    await utimes(at('mask'), 1, 1);
    expect(await rowsDigest([row], true)).not.toBe(with_);
    expect(await rowsDigest([row], false)).toBe(without);
    await writeFile(at('image'), 'another');
    expect(await rowsDigest([row], false)).not.toBe(without);
  });
});
