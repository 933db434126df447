/** Aperio's slides of several focal planes: levels are those of the first one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shrink, tissue } from '../../../../tests/ndpi/pictures.mjs';
import { buildPages, type Page, text, tiledPage } from '../../../../tests/vendors/tiff-pages.mjs';
import { openSlide } from '../../../open-slide.node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-aperio-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const page = (picture: Raster, plane: number | undefined): Page => {
  const offset = plane === undefined ? '' : `|OffsetZ = ${plane}`;
  const description = `Aperio Image Library v11\r\n160x128 (32x32)|AppMag = 20|MPP = 0.5${offset}`;
  return tiledPage(picture, 32, { 270: [2, text(description)] });
};
const pyramid = (seed: number) => {
  const full = tissue(160, 128, seed);
  return [full, shrink(full, 2), shrink(full, 4)] as const;
};
const [first, second] = [pyramid(1), pyramid(2)];
const all = [...first.map((picture) => [picture, 0] as const), ...second.map((picture) => [picture, 1.5] as const)];
const inFile = all.map(([picture, plane]) => page(picture, plane));

it.each<[string, Page[], string[]]>([
  ['one behind the other', inFile, ['2 focal planes, of which OffsetZ = 0 is read']],
  [
    'side by side, the second without its largest level',
    [0, 4, 1, 5, 2].map((i) => inFile[i]).filter((found) => found !== undefined),
    ['2 focal planes, of which OffsetZ = 0 is read'],
  ],
  [
    'that are not stated',
    all.map(([picture]) => page(picture, undefined)),
    [
      'page 3 (160 x 128 pixels), which is not read',
      'a level of 80 x 64 pixels (page 4), which is not read: it is no smaller than a level of 80 x 64 pixels (page 1)',
      'a level of 40 x 32 pixels (page 5), which is not read: it is no smaller than a level of 40 x 32 pixels (page 2)',
    ],
  ],
])('planes %s', async (_, pages, notes) => {
  const path = join(folder, 'slide.svs');
  await writeFile(path, buildPages(pages));
  const slide = await openSlide(path);
  try {
    expect(slide.levels.map(({ downsample }) => downsample)).toEqual([1, 2, 4]);
    expect(slide.info.notes).toEqual(notes);
    for (const [i, picture] of first.entries()) {
      const { width, height } = picture;
      const region = { x: 0, y: 0, width: 160, height: 128, downsample: 2 ** i };
      expect((await slide.readRegion(region)).data).toEqual(picture.data);
      expect((await slide.readRows({ width, height, top: 0, rows: height })).data).toEqual(picture.data);
    }
  } finally {
    await slide.close();
  }
});
