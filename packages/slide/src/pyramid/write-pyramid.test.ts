import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Raster, raster, runsOfRaster } from '@ftuseg/core';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSlide, readLabelImage, writeMaskPyramid, writePyramid } from '../index.js';
import { halve } from './halve.js';
import { halveStrip } from './tile-encoder.node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-pyramid-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Smooth colours, so that JPEG stays close. */
function picture(width: number, height: number, channels: 1 | 3): Raster {
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    data[i] = 128 + 60 * Math.sin(x / 19 + (i % channels)) + 50 * Math.cos(y / 23);
  }
  return raster(width, height, channels, data);
}

function* cut(image: Raster, order: 'rows' | 'columns', sizes: () => number): Generator<Raster> {
  const { width, height, channels, data } = image;
  const length = order === 'rows' ? height : width;
  for (let at = 0; at < length; ) {
    const size = Math.min(sizes(), length - at);
    if (order === 'rows') {
      yield raster(width, size, channels, data.slice(at * width * channels, (at + size) * width * channels));
    } else {
      const band = new Uint8Array(size * height * channels);
      for (let y = 0; y < height; y++) {
        const from = (y * width + at) * channels;
        band.set(data.subarray(from, from + size * channels), y * size * channels);
      }
      yield raster(size, height, channels, band);
    }
    at += size;
  }
}

const whole = (slide: { width: number; height: number }, downsample: number) => ({
  x: 0,
  y: 0,
  width: slide.width,
  height: slide.height,
  downsample,
});

describe('writePyramid', () => {
  it('keeps every pixel with Deflate, in either order and any bands', async () => {
    const side = fc.integer({ min: 1, max: 90 });
    const order = fc.constantFrom('rows' as const, 'columns' as const);
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        order,
        fc.constantFrom(1 as const, 3 as const),
        fc.nat(),
        async (w, h, o, c, seed) => {
          const random = createRandom(seed);
          const image = raster(
            w,
            h,
            c,
            Uint8Array.from({ length: w * h * c }, () => random.int(256)),
          );
          const path = join(folder, 'random.tif');
          const options = { width: w, height: h, channels: c, order: o, compression: 'deflate', tileSize: 16 } as const;
          await writePyramid(
            path,
            options,
            cut(image, o, () => 1 + random.int(40)),
          );
          const slide = await openSlide(path);
          let level: Raster = image;
          for (const { width, height } of slide.levels) {
            expect([width, height]).toEqual([level.width, level.height]);
            level = halve(level, 'mean');
          }
          const read = await slide.readRegion(whole(slide, 1));
          await slide.close();
          const expected =
            c === 3
              ? image.data
              : Uint8Array.from({ length: w * h * 3 }, (_, i) => image.data[Math.floor(i / 3)] as number);
          expect(Buffer.compare(read.data, expected)).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([80, 92])('is read alike by libvips and by us, as JPEG of quality %i', async (quality) => {
    const image = picture(700, 500, 3);
    const path = join(folder, `jpeg-${quality}.tif`);
    const options = {
      width: 700,
      height: 500,
      channels: 3,
      quality,
      micronsPerPixel: 0.5,
      description: 'a test',
    } as const;
    await writePyramid(
      path,
      options,
      cut(image, 'rows', () => 123),
    );
    const metadata = await sharp(path).metadata();
    expect(metadata).toMatchObject({ width: 700, height: 500, channels: 3, pages: 3 });
    expect(metadata.density).toBe(50800);
    const theirs = await sharp(path).raw().toBuffer();
    const slide = await openSlide(path);
    expect(slide.micronsPerPixel).toBeCloseTo(0.5, 6);
    expect(slide.levels.map(({ width, height }) => [width, height])).toEqual([
      [700, 500],
      [350, 250],
      [175, 125],
    ]);
    const ours = await slide.readRegion(whole(slide, 1));
    await slide.close();
    const furthest = (other: Uint8Array): number =>
      ours.data.reduce((most, v, i) => Math.max(most, Math.abs(v - (other[i] ?? 0))), 0);
    expect(furthest(theirs)).toBeLessThanOrEqual(2);
    expect(furthest(image.data)).toBeLessThanOrEqual(24);
  });

  it('keeps label values in every level', async () => {
    const labels = raster(
      300,
      200,
      1,
      Uint8Array.from({ length: 60_000 }, (_, i) => (i % 7 === 0 ? 2 : 0)),
    );
    const path = join(folder, 'labels.tif');
    await writePyramid(path, { width: 300, height: 200, channels: 1, content: 'labels', tileSize: 64 }, [labels]);
    const { pages = 0 } = await sharp(path).metadata();
    expect(pages).toBe(4);
    for (let page = 0; page < pages; page++) {
      const values = new Set(await sharp(path, { page }).toColourspace('b-w').raw().toBuffer());
      expect([...values].every((value) => value === 0 || value === 2)).toBe(true);
    }
  });

  it('leaves nothing behind when bands fail, end early, do not fit or the work is stopped', async () => {
    const path = join(folder, 'failed.tif');
    const options = { width: 64, height: 64, channels: 3 } as const;
    const half = picture(64, 32, 3);
    const abort = new AbortController();
    function* stopped() {
      yield half;
      abort.abort();
      yield half;
    }
    const broken = (function* () {
      yield half;
      throw new Error('the scanner caught fire');
    })();
    await expect(writePyramid(path, options, [half])).rejects.toThrow('end after 32 of 64 rows');
    await expect(writePyramid(path, options, [half, half, half])).rejects.toThrow('does not fit');
    await expect(writePyramid(path, options, [picture(60, 64, 3)])).rejects.toThrow('does not fit');
    await expect(writePyramid(path, options, broken)).rejects.toThrow('caught fire');
    await expect(writePyramid(path, { ...options, signal: abort.signal }, stopped())).rejects.toThrow('stopped');
    await expect(stat(path)).rejects.toThrow();
    expect((await readdir(folder)).filter((name) => name.includes('failed'))).toEqual([]);
    await expect(writePyramid(path, { ...options, tileSize: 100 }, [half])).rejects.toThrow('multiple of 16');
    await expect(writePyramid(path, { ...options, content: 'labels', compression: 'jpeg' }, [half])).rejects.toThrow(
      'Deflate',
    );
  });
});

describe('bands', () => {
  it('may end inside a strip and be as long as the next', async () => {
    const image = picture(40, 42, 3);
    const path = join(folder, 'uneven.tif');
    const sizes = [10, 22, 10];
    const options = { width: 40, height: 42, channels: 3, compression: 'deflate', tileSize: 16 } as const;
    await writePyramid(
      path,
      options,
      cut(image, 'rows', () => sizes.shift() ?? 1),
    );
    const slide = await openSlide(path);
    expect(Buffer.compare((await slide.readRegion(whole(slide, 1))).data, image.data)).toBe(0);
    await slide.close();
  });

  it('are cut alike whatever their sizes', async () => {
    const random = createRandom(21);
    // Numbers of objects: what grades is refused as labels.
    const grey = picture(50, 75, 1);
    const image = { ...grey, data: grey.data.map((value) => (value * 97) & 255) };
    const path = join(folder, 'cut.tif');
    for (let trial = 0; trial < 40; trial++) {
      const options = { width: 50, height: 75, channels: 1, content: 'labels', tileSize: 16 } as const;
      await writePyramid(
        path,
        options,
        cut(image, 'rows', () => 1 + random.int(48)),
      );
      const labels = await readLabelImage(path);
      expect(Buffer.compare(labels.data, image.data)).toBe(0);
    }
  });
});

describe('halveStrip', () => {
  it('gives the same with and without the addon', async () => {
    const random = createRandom(8);
    for (const [width, height, channels] of [
      [7, 5, 3],
      [8, 6, 1],
      [1, 9, 3],
      [33, 1, 1],
    ] as const) {
      const image = raster(
        width,
        height,
        channels,
        Uint8Array.from({ length: width * height * channels }, () => random.int(256)),
      );
      expect((await halveStrip(image, 'picture')).data).toEqual(halve(image, 'mean').data);
    }
  });
});

describe('tiles of one value', () => {
  it.each([1, 3] as const)('come back as they were: %i channels', async (channels) => {
    const image = picture(300, 200, channels);
    for (let y = 0; y < 200; y++) image.data.fill(y < 100 ? 255 : 7, y * 300 * channels, (y * 300 + 150) * channels);
    const path = join(folder, `uniform-${channels}.tif`);
    const options = { width: 300, height: 200, channels, compression: 'deflate', tileSize: 16 } as const;
    await writePyramid(path, options, [image]);
    const slide = await openSlide(path);
    const { data } = await slide.readRegion(whole(slide, 1));
    await slide.close();
    const grey = channels === 1 ? data.filter((_, i) => i % 3 === 0) : data;
    expect(Buffer.compare(grey, image.data)).toBe(0);
  });
});

describe('writeMaskPyramid', () => {
  /** A mask of rectangles, some across borders of tiles. */
  const random = createRandom(31);
  const masks = [
    [1, 1, 1],
    [300, 40, 2],
    [65, 130, 4],
    [700, 515, 9],
    [1025, 258, 0],
  ].map(([width = 1, height = 1, count = 0]) => {
    const image = raster(width, height, 1, new Uint8Array(width * height));
    for (let n = 0; n < count; n++) {
      const [left, top] = [random.int(width), random.int(height)];
      const [right, bottom] = [left + 1 + random.int(200), top + 1 + random.int(200)];
      for (let y = top; y < Math.min(bottom, height); y++) {
        image.data.fill(1 + (n % 3), y * width + left, y * width + Math.min(right, width));
      }
    }
    return image;
  });

  it.each(masks)('writes the file that writePyramid writes of the same pixels: $width x $height', async (image) => {
    const { width, height } = image;
    const painted = { ...image, data: image.data.map((label) => label * 50) };
    const [ours, theirs] = [join(folder, 'runs.tif'), join(folder, 'pixels.tif')];
    for (const tileSize of [16, 256]) {
      const shared = { micronsPerPixel: 0.5, tileSize };
      await writeMaskPyramid(ours, runsOfRaster(image), { ...shared, valueFor: (label) => label * 50 });
      const options = { ...shared, width, height, channels: 1, content: 'labels', order: 'columns' } as const;
      await writePyramid(
        theirs,
        options,
        cut(painted, 'columns', () => 256),
      );
      expect(Buffer.compare(await readFile(ours), await readFile(theirs))).toBe(0);
    }
  });

  it('stops where it is told to, and leaves nothing', async () => {
    const path = join(folder, 'stopped.tif');
    const signal = AbortSignal.abort();
    const mask = masks[3] ?? picture(1, 1, 1);
    await expect(writeMaskPyramid(path, runsOfRaster(mask), { signal })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(writeMaskPyramid(path, runsOfRaster(mask), { tileSize: 100 })).rejects.toThrow('multiple of 16');
    expect((await readdir(folder)).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });
});
