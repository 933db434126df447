import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, type Raster, raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserRuntime, openTiffSlide } from '../../../browser.js';
import { blobSource, openSlide, type Slide, writePyramid } from '../../../index.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../../../../tests/fixtures/${name}`, import.meta.url));

let folder: string;
let noisy: Raster;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-jpeg-tiles-'));
  const random = createRandom(3);
  noisy = raster(
    300,
    200,
    3,
    Uint8Array.from({ length: 300 * 200 * 3 }, () => 256 * random.next()),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function pyramid(quality: number): Promise<string> {
  const path = join(folder, `${quality}.tif`);
  await writePyramid(
    path,
    {
      width: 300,
      height: 200,
      channels: 3,
      compression: 'jpeg',
      quality,
      tileSize: 64,
    },
    [noisy],
  );
  return path;
}

/** Every tile as it is handed out, decoded by libvips, against the reader's pixels of its place. */
async function compareTiles(slide: Slide): Promise<number> {
  let compared = 0;
  for (const [level, { width, height, blockWidth, blockHeight }] of slide.info.levels.entries()) {
    const { width: across, height: down } = slide.levels[level] ?? slide;
    for (let row = 0; row * blockHeight < height; row++) {
      for (let column = 0; column * blockWidth < width; column++) {
        const jpeg = await slide.readJpegTile?.({ level, column, row });
        const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
        expect([info.width, info.height]).toEqual([blockWidth, blockHeight]);
        const [left, top] = [column * blockWidth, row * blockHeight];
        const [columns, rows] = [Math.min(blockWidth, width - left), Math.min(blockHeight, height - top)];
        const read = await slide.readRows({ width: across, height: down, top, rows, left, columns });
        for (let y = 0; y < rows; y++) {
          const from = y * blockWidth * 3;
          const theirs = data.subarray(from, from + columns * 3);
          const ours = read.data.subarray(y * columns * 3, (y + 1) * columns * 3);
          expect(Buffer.compare(theirs, ours), `level ${level}, tile ${column}, ${row}, line ${y}`).toBe(0);
        }
        compared++;
      }
    }
  }
  return compared;
}

describe('readJpegTile', () => {
  it.each(['jpeg-tiles.tif', 'jpeg-rgb.tif'])('hands out what readRows shows: %s', async (name) => {
    const slide = await openSlide(fixture(name));
    expect(await compareTiles(slide)).toBe(6);
    await slide.close();
  });

  it.each([75, 95])(
    'hands out what readRows shows, in every level of our own pyramids of quality %i',
    async (quality) => {
      const slide = await openSlide(await pyramid(quality));
      expect(await compareTiles(slide)).toBeGreaterThan(24);
      await slide.close();
    },
  );

  it('gives the same bytes in a page', async () => {
    const name = fixture('jpeg-rgb.tif');
    const file = new File([await readFile(name)], 'jpeg-rgb.tif');
    const [page, node] = [await openTiffSlide(blobSource(file), browserRuntime), await openSlide(name)];
    const tile = { level: 0, column: 1, row: 1 };
    const [theirs, ours] = [await page.readJpegTile?.(tile), await node.readJpegTile?.(tile)];
    expect(ours?.length).toBeGreaterThan(100);
    expect(theirs).toEqual(ours);
    await Promise.all([page.close(), node.close()]);
  });

  it('is not there where no tile is a JPEG', async () => {
    for (const name of ['plain.tif', 'jpeg-strips.tif', 'jpeg2000-rgb.tif', 'lzw-tiles.tif', 'rgb.png']) {
      const slide = await openSlide(fixture(name));
      expect(slide.readJpegTile, name).toBeUndefined();
      await slide.close();
    }
  });

  it('refuses places that are not there, and reads nothing after closing', async () => {
    const slide = await openSlide(fixture('jpeg-tiles.tif'));
    const read = (level: number, column: number, row: number) => slide.readJpegTile?.({ level, column, row });
    await expect(read(0, 3, 0)).rejects.toThrow('there is no tile in column 3, row 0 of level 0');
    await expect(read(0, 0, -1)).rejects.toThrow('no tile');
    await expect(read(1, 0, 0)).rejects.toThrow('no tile');
    await expect(read(0, 0.5, 0)).rejects.toThrow('no tile');
    await slide.close();
    await expect(read(0, 0, 0)).rejects.toThrow('the slide is closed');
  });
});
