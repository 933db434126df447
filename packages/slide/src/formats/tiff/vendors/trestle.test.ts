import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shrink } from '../../../../tests/ndpi/pictures.mjs';
import { buildTrestle, type TrestleOptions, threeLevels } from '../../../../tests/vendors/trestle-builder.mjs';
import { openSlide, type Slide } from '../../../index.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-trestle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function open(change: TrestleOptions['change'] = {}): Promise<Slide> {
  const path = join(folder, `${++files}.tif`);
  await writeFile(path, buildTrestle({ ...threeLevels, change }));
  return openSlide(path);
}

describe('Trestle', () => {
  it('puts tiles together that overlap differently at every level', async () => {
    const slide = await open();
    expect(slide.levels).toEqual([
      { width: 296, height: 232, downsample: 1 },
      { width: 148, height: 116, downsample: 2 },
      { width: 74, height: 58, downsample: 4 },
    ]);
    expect(slide.micronsPerPixel).toBe(0.625);
    expect(slide.info).toMatchObject({ format: 'Trestle', objectivePower: 10, micronsPerPixelFrom: 'resolution tags' });
    for (const downsample of [1, 2, 4]) {
      const { data } = await slide.readRegion({ x: 0, y: 0, width: 296, height: 232, downsample });
      expect(data).toEqual((downsample === 1 ? threeLevels.picture : shrink(threeLevels.picture, downsample)).data);
    }
    await slide.close();
  });

  it.each([
    ['overlaps of half a tile', { stated: '16 16' }, 'page 0: tiles of 32 x 32 pixels that overlap by 16 x 16'],
    ['overlaps that are no numbers', { stated: 'six 6' }, 'that overlap by NaN x 6'],
    ['levels of other shapes', { stated: '6 6 0 15' }, 'page 1: a level of'],
  ])('refuses %s', async (_, change, sentence) => {
    await expect(open(change)).rejects.toThrow(sentence);
  });
});
