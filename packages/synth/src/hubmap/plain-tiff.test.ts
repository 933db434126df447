import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, raster } from '@ftuseg/core';
import { openSlide } from '@ftuseg/slide';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TiffLayout, tiffLayouts, writePlainTiff } from './plain-tiff.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-tiff-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const [width, height] = [301, 203];

/** Long repeats fill LZW's table slowly, noise fast: both ends of its code widths, and its clearing. */
function picture(noise: number) {
  const random = createRandom(3);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    random.next() < noise ? random.int(256) : (i * 7) & 0xf0,
  );
  return raster(width, height, 3, data);
}

const whole = { x: 0, y: 0, width, height, downsample: 1 };

async function pixelsOf(path: string): Promise<Uint8Array> {
  const slide = await openSlide(path);
  const { data } = await slide.readRegion(whole);
  await slide.close();
  return data;
}

/** As libtiff reads it. */
async function libtiffPixels(path: string, layout: TiffLayout): Promise<Uint8Array> {
  if (layout !== 'pages') return sharp(path).raw().toBuffer();
  const planes = await Promise.all([0, 1, 2].map((page) => sharp(path, { page }).extractChannel(0).raw().toBuffer()));
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => planes[i % 3]?.[Math.floor(i / 3)] ?? 0);
}

describe('writePlainTiff', () => {
  it.each(tiffLayouts.flatMap((layout) => [0, 0.1, 1].map((noise) => ({ layout, noise }))))(
    'writes $layout (noise $noise) that libtiff and ftuseg read back',
    async ({ layout, noise }) => {
      const path = join(folder, `${layout}-${noise}.tiff`);
      const image = picture(noise);
      await writePlainTiff(path, image, layout);
      expect(Buffer.compare(await libtiffPixels(path, layout), image.data)).toBe(0);
      expect(Buffer.compare(await pixelsOf(path), image.data)).toBe(0);
    },
  );

  it('states the scale where it is given, and else nothing', async () => {
    const scaleOf = async (micronsPerPixel: number | undefined): Promise<number | undefined> => {
      const path = join(folder, 'scale.tiff');
      await writePlainTiff(path, picture(0), 'planes', micronsPerPixel);
      const slide = await openSlide(path);
      await slide.close();
      return slide.micronsPerPixel;
    };
    expect(await scaleOf(0.65)).toBeCloseTo(0.65, 6);
    expect(await scaleOf(undefined)).toBeUndefined();
  });
});
