/** Blocks that were left out are white in every kind of picture, and bands where zero is white are no negative. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages, type Page, type Tags } from '../../../../tests/vendors/tiff-pages.mjs';
import { openSlide } from '../../../open-slide.node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-gaps-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SIDE = 16;
const WHITE = [255, 255, 255];

/** Two tiles for each plane, of which the second was left out. */
function half(samples: readonly number[], tags: Tags, planes = 1): Page {
  const [{ length }, bytes] = [samples, (SIDE * SIDE * samples.length) / planes];
  const tile = (plane: number) => {
    const own = samples.slice((plane * length) / planes, ((plane + 1) * length) / planes);
    return Uint8Array.from({ length: bytes }, (_, i) => own[i % own.length] ?? 0);
  };
  const tiles = Array.from({ length: planes }, (_, plane) => [tile(plane), new Uint8Array(0)]).flat();
  return { width: 2 * SIDE, height: SIDE, side: SIDE, tiles, tags };
}

async function colours(pages: readonly Page[], downsample: number): Promise<number[][]> {
  const path = join(folder, 'slide.tif');
  await writeFile(path, buildPages(pages));
  const slide = await openSlide(path);
  try {
    const region = { x: 0, y: 0, width: 2 * SIDE, height: SIDE, downsample };
    const { data, width } = await slide.readRegion(region);
    return [[...data.subarray(0, 3)], [...data.subarray(3 * (width - 1), 3 * width)]];
  } finally {
    await slide.close();
  }
}

const grey: Tags = { 258: [3, [8]], 277: [3, [1]] };
const palette: Tags = { ...grey, 262: [3, [3]], 320: [3, Array.from({ length: 768 }, (_, i) => (i % 256) * 100)] };
const samplesOf = (bits: number, count: number): Tags => ({
  258: [3, Array.from({ length: count }, () => bits)],
  277: [3, [count]],
});

describe.each([1, 2])('at 1/%i, blocks that were left out are white', (downsample) => {
  it.each<[string, Page, number[]]>([
    ['in a palette without white', half([9], palette), [3, 3, 3]],
    ['in a palette with opacity', half([9, 255], { ...palette, ...samplesOf(8, 2), 338: [3, [2]] }), [3, 3, 3]],
    ['where zero is white', half([9], { ...grey, 262: [3, [0]] }), [246, 246, 246]],
    ['where zero is black', half([9], { ...grey, 262: [3, [1]] }), [9, 9, 9]],
    ['in 16 bits', half([0, 200], { ...grey, 258: [3, [16]], 262: [3, [1]] }), [200, 200, 200]],
    ['in inks', half([255, 0, 0, 0], { ...samplesOf(8, 4), 262: [3, [5]] }), [0, 255, 255]],
    ['in inks by plane', half([255, 0, 0, 0], { ...samplesOf(8, 4), 262: [3, [5]], 284: [3, [2]] }, 4), [0, 255, 255]],
    ['in RGB by plane', half([1, 2, 3], { 284: [3, [2]] }, 3), [1, 2, 3]],
    ['in RGB with opacity', half([0, 0, 0, 0], { ...samplesOf(8, 4), 338: [3, [1]] }), WHITE],
  ])('%s', async (_, page, first) => {
    expect(await colours([page], downsample)).toEqual([first, WHITE]);
  });

  it.each([
    [0, [254, 253, 252]],
    [1, [1, 2, 3]],
  ])('in three bands of photometric %i', async (photometric, first) => {
    const bands = [1, 2, 3].map((value) => half([value], { ...grey, 262: [3, [photometric]] }));
    expect(await colours(bands, downsample)).toEqual([first, WHITE]);
  });
});

it('three bands of which zero is white in some are no picture', async () => {
  const bands = [0, 1, 1].map((photometric) => half([1], { ...grey, 262: [3, [photometric]] }));
  await expect(colours(bands, 1)).rejects.toThrow('stacks of several planes (3) are not supported');
});

it('16 bits that use fewer are refused however much was left out', async () => {
  const dark = half([255, 15], { ...grey, 258: [3, [16]], 262: [3, [1]] });
  await expect(colours([dark], 1)).rejects.toThrow('they use 12 bits');
});
