import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRaster, raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareDataset } from './prepare.js';

const [WIDTH, HEIGHT] = [64, 48];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-inverted-'));
  const image = emptyRaster(WIDTH, HEIGHT, 3);
  for (let i = 0; i < image.data.length; i++) image.data[i] = [120, 60, 140][i % 3] as number;
  await writePng(join(folder, 'image.png'), image);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Inside = (x: number, y: number) => boolean;
const disc: Inside = (x, y) => Math.hypot(x - 32, y - 24) < 10;

async function warningsOf(mpp: string, ...masks: readonly Inside[]): Promise<readonly string[]> {
  const lines = masks.map(async (inside, n) => {
    const labels = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
      inside(i % WIDTH, Math.floor(i / WIDTH)) ? 1 : 0,
    );
    await writePng(join(folder, `${n}.png`), raster(WIDTH, HEIGHT, 1, labels));
    return `s${n},image.png,${n}.png,${mpp}`;
  });
  const table = join(folder, 'slides.csv');
  await writeFile(table, ['id,image,mask,mpp', ...(await Promise.all(lines))].join('\n'));
  const out = await mkdtemp(join(folder, 'out-'));
  const { warnings } = await prepareDataset({ table, out, tile: 32 });
  return warnings.filter((warning) => warning.includes('exchanged'));
}

it('names slides that a class covers to the border, where most of a table are so, or the slide is large', async () => {
  const inverted: Inside = (x, y) => !disc(x, y);
  expect(await warningsOf('0.5', inverted)).toEqual([
    '"glomerulus" covers most of s0 (90 %) and the whole border, as where object and background were exchanged; look at the labels',
  ]);
  expect(await warningsOf('0.5', inverted, inverted, disc)).toEqual([expect.stringContaining('s0 (90 %), s1 (90 %)')]);
  expect(await warningsOf('25', inverted, disc, disc)).toEqual([expect.stringContaining('s0 (90 %)')]);
});

it('says nothing of tiles that show the inside of an object, or one object each', async () => {
  expect(await warningsOf('0.5', () => true, disc, disc)).toEqual([]);
  expect(await warningsOf('0.5', (x, y) => ((x - 32) / 31) ** 2 + ((y - 24) / 23) ** 2 < 1)).toEqual([]);
  expect(await warningsOf('0.5', (x) => x > 4)).toEqual([]);
});
