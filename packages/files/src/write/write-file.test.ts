import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireWritable, writeAtomically, writeFileAtomic } from './write-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-write-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const failure = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

describe('requireWritable', () => {
  it('leaves nothing, and an older file as it is', async () => {
    const path = join(folder, 'a.txt');
    await requireWritable(path);
    expect(await readdir(folder)).toEqual([]);
    await writeFileAtomic(path, 'first');
    await requireWritable(path);
    expect(await readdir(folder)).toEqual(['a.txt']);
    expect(await readFile(path, 'utf8')).toBe('first');
    await expect(requireWritable(folder)).rejects.toThrow('it is a folder');
    await expect(requireWritable(join(folder, 'gone', 'b.txt'))).rejects.toThrow('does not exist; make it first');
  });
});

describe('writeFileAtomic', () => {
  it('writes text and bytes, replaces older files, and leaves nothing beside them', async () => {
    const path = join(folder, 'a.txt');
    await writeFileAtomic(path, 'first');
    await writeFileAtomic(path, Uint8Array.of(104, 105));
    expect(await readFile(path, 'utf8')).toBe('hi');
    expect(await readdir(folder)).toEqual(['a.txt']);
  });

  it('lets many writers end with one whole file', async () => {
    const path = join(folder, 'a.txt');
    const texts = Array.from({ length: 12 }, (_, i) => `${i}`.repeat(50_000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['a.txt']);
  });

  it('names a folder that does not exist', async () => {
    const path = join(folder, 'missing', 'a.txt');
    await expect(writeFileAtomic(path, 'x')).rejects.toThrow(
      `${path}: the folder ${join(folder, 'missing')} does not exist; make it first`,
    );
    await writeFile(join(folder, 'plain'), '');
    await expect(writeFileAtomic(join(folder, 'plain', 'a.txt'), 'x')).rejects.toMatchObject({ code: 'io' });
  });

  it('refuses to replace a folder or a device', async () => {
    await mkdir(join(folder, 'sub'));
    await expect(writeFileAtomic(join(folder, 'sub'), 'x')).rejects.toThrow('it is a folder');
    await expect(writeFileAtomic('/dev/null', 'x')).rejects.toThrow('it is a device or pipe');
    expect(await readdir(folder)).toEqual(['sub']);
  });

  it.skipIf(process.getuid?.() === 0)('says so without permission (not testable as root)', async () => {
    await chmod(folder, 0o500);
    await expect(writeFileAtomic(join(folder, 'a'), 'x')).rejects.toThrow('no permission');
    await chmod(folder, 0o700);
  });

  it('keeps a link and changes what it points to', async () => {
    await writeFile(join(folder, 'real.txt'), 'old');
    await symlink('real.txt', join(folder, 'link.txt'));
    await writeFileAtomic(join(folder, 'link.txt'), 'new');
    expect(await readFile(join(folder, 'real.txt'), 'utf8')).toBe('new');
  });
});

describe('writeAtomically', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'the disk is full'],
    ['EACCES', 'no permission'],
    ['EPERM', 'no permission'],
    ['EROFS', 'the disk is read-only'],
    ['EIO', 'EIO: it failed'],
  ])('on %s says "%s", removes the half file and keeps the old one', async (code, problem) => {
    const path = join(folder, 'a.txt');
    await writeFile(path, 'old');
    const writing = writeAtomically(path, async (file) => {
      await file.writeFile('half');
      throw failure(code);
    });
    await expect(writing).rejects.toThrow(`${path}: cannot be written: ${problem}`);
    await expect(writing).rejects.toMatchObject({ code: 'io', cause: { code } });
    expect(await readdir(folder)).toEqual(['a.txt']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it.skipIf(process.platform !== 'linux')(
    "turns the system's own disk-full error into a sentence (/dev/full)",
    async () => {
      const writing = writeAtomically(join(folder, 'a.txt'), async () => {
        const full = await open('/dev/full', 'w');
        await full.writeFile('x').finally(() => full.close());
      });
      await expect(writing).rejects.toThrow('the disk is full');
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('passes other errors through, removing the half file', async () => {
    const mistake = new FtuError('cancelled', 'stopped');
    const writing = writeAtomically(join(folder, 'a.txt'), async () => {
      throw mistake;
    });
    await expect(writing).rejects.toBe(mistake);
    expect(await readdir(folder)).toEqual([]);
  });
});
