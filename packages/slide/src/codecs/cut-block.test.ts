/** Tiles of which no more is stored than is inside the page: whole and in parts, in Node and in a page. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jpegTiff } from '../../tests/hostile/jpeg-tiff.js';
import { browserRuntime, openTiffSlide } from '../browser.js';
import { blobSource, openSlide } from '../index.js';

const [width, height, side] = [100, 90, 64];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-cut-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Encode = (tile: Sharp) => Promise<Buffer>;
const encoders: readonly (readonly [string, number, Encode])[] = [
  ['JPEG', 7, (tile) => tile.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()],
  ['WebP', 50001, (tile) => tile.webp({ lossless: true }).toBuffer()],
];

const colour = (x: number, y: number, c: number): number => (c === 0 ? 2 * x : c === 1 ? 2 * y : 120);

/** Tiles that are cut to what is inside the page, or to less by some pixels. */
async function cutTiles(encode: Encode, compression: number, less = 0): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const columns = Math.min(side, width - left) - (left > 0 ? less : 0);
      const rows = Math.min(side, height - top);
      const data = Uint8Array.from({ length: columns * rows * 3 }, (_, i) => {
        const pixel = Math.floor(i / 3);
        return colour(left + (pixel % columns), top + Math.floor(pixel / columns), i % 3);
      });
      blocks.push(await encode(sharp(data, { raw: { width: columns, height: rows, channels: 3 } })));
    }
  }
  const photometric = compression === 7 ? 6 : 2;
  return jpegTiff({ blocks, size: [width, height], tile: [side, side], photometric, compression });
}

describe.each(encoders)('%s tiles that are cut at the edges of the slide', (name, compression, encode) => {
  it('have their pixels, whole and in parts, in Node and in a page', async () => {
    const path = join(folder, `${name}.tif`);
    await writeFile(path, await cutTiles(encode, compression));
    const file = new File([await readFile(path)], 'a.tif');
    const slides = [await openSlide(path), await openTiffSlide(blobSource(file), browserRuntime)];
    for (const slide of slides) {
      // The corner first, which is decoded in parts.
      for (const [x, y] of [
        [80, 70],
        [0, 0],
      ] as const) {
        const region = { x, y, width: width - x, height: height - y, downsample: 1 };
        const { data } = await slide.readRegion(region);
        const expected = data.map((_, i) => {
          const pixel = Math.floor(i / 3);
          return colour(x + (pixel % region.width), y + Math.floor(pixel / region.width), i % 3);
        });
        expect(Math.max(...data.map((value, i) => Math.abs(value - (expected[i] ?? 0))))).toBeLessThan(8);
      }
      await slide.close();
    }
  });

  it('are damaged where a pixel inside the slide is missing', async () => {
    const path = join(folder, `${name}-less.tif`);
    await writeFile(path, await cutTiles(encode, compression, 1));
    const slide = await openSlide(path);
    const region = { x: 0, y: 0, width, height, downsample: 1 };
    await expect(slide.readRegion(region)).rejects.toThrow(/has 35 x \d+ pixels/);
    await slide.close();
  });
});
