import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, emptyRaster, measureStain, raster, standardStain } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readStainTarget } from './read-stain-target.js';

let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-target-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('measures a picture', async () => {
  const random = createRandom(4);
  const data = new Uint8Array(64 * 64 * 3);
  for (let i = 0; i < data.length; i += 3) data.set([90 + 120 * random.next(), 60 + 60 * random.next(), 140], i);
  const picture = raster(64, 64, 3, data);
  await writePng(at('target.png'), picture);
  expect(await readStainTarget(at('target.png'), { method: 'reinhard' })).toEqual(measureStain(picture, 'reinhard'));
  await writePng(at('blank.png'), emptyRaster(64, 64, 3));
  await expect(readStainTarget(at('blank.png'), { method: 'reinhard' })).rejects.toThrow(/too little colour/);
});

it('takes numbers as they are, and out of what holds them', async () => {
  const { macenko } = standardStain;
  await writeFile(at('numbers.json'), JSON.stringify(macenko));
  await writeFile(at('dataset.json'), JSON.stringify({ format: 1, icc: 'srgb', stainNormalisation: macenko }));
  await writeFile(at('other.json'), '{"format":1}');
  const read = (name: string, icc?: 'srgb', method: 'macenko' | 'reinhard' = 'macenko') =>
    readStainTarget(at(name), { method, icc });
  expect(await read('numbers.json')).toEqual(macenko);
  expect(await read('dataset.json', 'srgb')).toEqual(macenko);
  await expect(read('dataset.json')).rejects.toThrow(/measured in sRGB, and slides are to be shown as stored/);
  await expect(read('numbers.json', undefined, 'reinhard')).rejects.toThrow(/by macenko/);
  await expect(read('other.json')).rejects.toThrow(/holds no colours/);
});
