/** What byte counts of zero mean: blocks that were left out where these have no place, else uncompressed ones of which a writer stated nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tissue } from '../../../../tests/ndpi/pictures.mjs';
import { buildPages, cutTiles, type Page, type Tags, tiledPage } from '../../../../tests/vendors/tiff-pages.mjs';
import { openSlide } from '../../../open-slide.node.js';
import type { Slide } from '../../../slide.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-stored-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withSlide(page: Page, look: (slide: Slide) => Promise<void>): Promise<void> {
  const path = join(folder, 'slide.tif');
  await writeFile(path, buildPages([page]));
  const slide = await openSlide(path);
  try {
    await look(slide);
  } finally {
    await slide.close();
  }
}

const picture = tissue(48, 32);
const whole = { x: 0, y: 0, width: 48, height: 32, downsample: 1 };
const zeros = (tag: number, count: number): Tags => ({ [tag]: [4, Array.from({ length: count }, () => 0)] });
const strips: Page = {
  width: 48,
  height: 32,
  tiles: [picture.data.subarray(0, 48 * 16 * 3), picture.data.subarray(48 * 16 * 3)],
  tags: { 278: [4, [16]] },
};

it.each<[string, Page]>([
  ['strips', { ...strips, tags: { ...strips.tags, ...zeros(279, 2) } }],
  ['tiles', tiledPage(picture, 16, zeros(325, 6))],
])('uncompressed %s that have a place are read though their count is zero', async (_, page) => {
  await withSlide(page, async (slide) => {
    expect((await slide.readRegion(whole)).data).toEqual(picture.data);
    expect(slide.info.warnings).toBeUndefined();
  });
});

it('blocks that were left out are counted, and a slide of nothing else warns', async () => {
  const tiles = cutTiles(picture, 16).map((tile) => Uint8Array.from(deflateSync(tile)));
  const some = { ...tiledPage(picture, 16, { 259: [3, [8]] }), tiles: tiles.with(1, new Uint8Array(0)) };
  await withSlide(some, async (slide) => {
    expect(await slide.countStored?.()).toEqual([{ stored: 5, blocks: 6 }]);
    expect(slide.info.warnings).toBeUndefined();
  });
  await withSlide({ ...some, tags: { ...some.tags, ...zeros(325, 6) } }, async (slide) => {
    expect(await slide.countStored?.()).toEqual([{ stored: 0, blocks: 6 }]);
    expect(slide.info.warnings).toEqual([
      'none of the 6 tiles of its largest level is stored: the slide is blank there',
    ]);
  });
});
