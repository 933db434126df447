/** The small picture of a slide of which a part is damaged: the part comes from a coarser level, or is white, and the rest is as it was. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { ByteCache, openSlide, type Slide, SlideError, writePyramid } from '@ftuseg/slide';
import { halve } from '@ftuseg/slide/browser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAX_OVERVIEW_BYTES, Overviews, overviewBytes } from './overview.js';
import { tileGrid } from './tile-grid.js';

const [WIDTH, HEIGHT] = [600, 400];
/** Level-0 pixels that cannot be decoded. */
const DAMAGED = { left: 256, top: 0, right: 512, bottom: 256 };

let folder: string;
let slide: Slide;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-overview-'));
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    return [x / 3, y / 2, 90][i % 3] ?? 0;
  });
  const options = { width: WIDTH, height: HEIGHT, channels: 3 as const, compression: 'deflate' as const };
  await writePyramid(join(folder, 'a.tif'), options, [raster(WIDTH, HEIGHT, 3, data)]);
  slide = await openSlide(join(folder, 'a.tif'));
});
afterAll(async () => {
  await slide.close();
  await rm(folder, { recursive: true });
});

/** @param finest downsample of which the part can be read again */
function damagedFrom(finest: number, error: Error = new SlideError('bad-input', 'a tile is damaged')): Slide {
  const check = (downsample: number, x: number, y: number, width: number, height: number): void => {
    const { left, top, right, bottom } = DAMAGED;
    if (downsample < finest && x < right && y < bottom && x + width > left && y + height > top) throw error;
  };
  return {
    ...slide,
    readRegion: async (region, options) => {
      check(region.downsample, region.x, region.y, region.width, region.height);
      return slide.readRegion(region, options);
    },
    readRows: async (rows, options) => {
      const factor = WIDTH / rows.width;
      const { left = 0, columns = rows.width } = rows;
      check(factor, left * factor, rows.top * factor, columns * factor, rows.rows * factor);
      return slide.readRows(rows, options);
    },
  };
}

async function finestOf(one: Slide) {
  const overviews = new Overviews(
    (picture) => halve(picture, 'mean'),
    new ByteCache(MAX_OVERVIEW_BYTES, overviewBytes),
  );
  const overview = await overviews.of('a', one, tileGrid(one), new AbortController().signal);
  const picture = overview.level(overview.finest);
  if (picture === undefined) throw new Error('there is no picture');
  return picture;
}

it.each([
  ['a coarser level', 2, 6],
  ['white', Infinity, 255],
])('shows what is damaged as %s', async (_, finest, most) => {
  const [whole, patched] = [await finestOf(slide), await finestOf(damagedFrom(finest))];
  expect([patched.width, patched.height]).toEqual([whole.width, whole.height]);
  let [beside, within] = [0, 0];
  for (let i = 0; i < whole.data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    const far = Math.abs((patched.data[i] ?? 0) - (whole.data[i] ?? 0));
    if (x >= DAMAGED.left && x < DAMAGED.right && y < DAMAGED.bottom) within = Math.max(within, far);
    else beside = Math.max(beside, far);
  }
  expect(beside).toBe(0);
  expect(within).toBeGreaterThan(0);
  expect(within).toBeLessThanOrEqual(most);
});

it('fails where nothing can be read, or what fails is no damage', async () => {
  const none = { ...slide, readRegion: broken, readRows: broken };
  await expect(finestOf(none)).rejects.toThrow('a tile is damaged');
  await expect(finestOf(damagedFrom(2, new SlideError('io', 'the disk is gone')))).rejects.toThrow('the disk is gone');
});

const broken = async (): Promise<never> => {
  throw new SlideError('bad-input', 'a tile is damaged');
};
