import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyClasses, parseClasses } from './classes.js';
import { readTruth } from './truth/read-truth.js';
import { writePng } from './write-image.js';

describe('parseClasses', () => {
  it('reads names with their values', () => {
    expect(parseClasses(undefined)).toEqual({ names: ['glomerulus'], values: undefined });
    expect(parseClasses('tubule')).toEqual({ names: ['tubule'], values: undefined });
    expect(parseClasses('glomerulus=1,2')).toEqual({ names: ['glomerulus'], values: [[1, 2]] });
    expect(parseClasses(' normal = 1 ; sclerotic=2, 3')).toEqual({
      names: ['normal', 'sclerotic'],
      values: [[1], [2, 3]],
    });
  });

  it.each(['', '=1', 'a=', 'a=0', 'a=256', 'a=1.5', 'a=x', 'a=1;b', 'a=1=2', 'a=1;a=2', 'a=1;'])(
    'refuses %j',
    (text) => {
      expect(() => parseClasses(text)).toThrow('examples: glomerulus=1,2');
    },
  );
});

describe('applyClasses', () => {
  const labels = raster(4, 1, 1, Uint8Array.of(0, 1, 2, 255));

  it('gives one channel per class', () => {
    expect(applyClasses(labels, parseClasses(undefined), 'm').data).toEqual(Uint8Array.of(0, 1, 1, 1));
    expect(applyClasses(labels, parseClasses('a=1;b=2,255'), 'm')).toEqual(
      raster(4, 1, 2, Uint8Array.of(0, 0, 1, 0, 0, 1, 0, 1)),
    );
    expect(applyClasses(labels, parseClasses('any=1,2,255;b=2'), 'm').data).toEqual(
      Uint8Array.of(0, 0, 1, 0, 1, 1, 1, 0),
    );
  });

  it('refuses labels that nobody explained', () => {
    expect(() => applyClasses(labels, parseClasses('a=1;b=2'), 'm.png')).toThrow(
      'm.png: unknown label 255; the class map is a=1;b=2; name every label value in the class map',
    );
    expect(() => applyClasses(labels, parseClasses('a=9'), 'm.png')).toThrow('unknown labels 1, 2, 255');
  });
});

describe('readTruth', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-truth-'));
    await writePng(join(folder, 'm.png'), raster(3, 1, 1, Uint8Array.of(0, 2, 1)));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const row = { id: 'a', image: '/a.png', columns: {} };

  it('prefers the label image to the run-length code', async () => {
    const mask = join(folder, 'm.png');
    expect((await readTruth({ ...row, mask, rle: '1 3' }, { width: 3, height: 1 })).data).toEqual(
      Uint8Array.of(0, 2, 1),
    );
    expect((await readTruth({ ...row, rle: '2 1' }, { width: 3, height: 1 })).data).toEqual(Uint8Array.of(0, 1, 0));
    expect((await readTruth({ ...row, rle: '' }, { width: 3, height: 1 })).data).toEqual(new Uint8Array(3));
  });

  it('refuses another size, a code past the end, and no truth at all', async () => {
    const mask = join(folder, 'm.png');
    await expect(readTruth({ ...row, mask }, { width: 30, height: 40 })).rejects.toThrow(
      'm.png: the mask is 3 x 1, the image is 30 x 40; check the row "a" of the slide table',
    );
    await expect(readTruth({ ...row, rle: '3 2' }, { width: 3, height: 1 })).rejects.toThrow(
      'run-length code of slide a: run 1 ("3 2") ends past the last of 3 pixels (3 x 1)',
    );
    await expect(readTruth(row, { width: 3, height: 1 })).rejects.toThrow('a: the slide has no truth');
  });
});
