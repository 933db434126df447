/** NDPI files of known pictures: pixels against libjpeg's own decoding, scale, what is beside the slide, and files that say little or nothing true. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop, type Raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeIntervals, joinJpeg, jpegHeader } from '../../../tests/ndpi/jpeg-encoder.mjs';
import { jpegPage, type NdpiPage, writeNdpi } from '../../../tests/ndpi/ndpi-builder.mjs';
import { shrink, tissue } from '../../../tests/ndpi/pictures.mjs';
import { openSlide } from '../../index.js';
import type { Slide } from '../../slide.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-ndpi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withNdpi<T>(pages: readonly NdpiPage[], work: (slide: Slide) => Promise<T>): Promise<T> {
  const path = join(folder, `${++files}.ndpi`);
  await writeNdpi(path, pages);
  const slide = await openSlide(path);
  try {
    return await work(slide);
  } finally {
    await slide.close();
    await rm(path);
  }
}

const decode = async (jpeg: Uint8Array): Promise<Raster> => {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) };
};
/** Whether pictures are the same; to print how they differ takes long. */
const same = (one: Raster, other: Raster): boolean =>
  one.width === other.width && one.height === other.height && Buffer.compare(one.data, other.data) === 0;
const whole = ({ width, height }: Slide) => ({ x: 0, y: 0, width, height, downsample: 1 });

/** What a restart interval shows when it is a JPEG of its own: units are coded alike wherever they stand. */
async function byIntervals(picture: Raster, sampling: readonly [number, number], unitsWide: number): Promise<Raster> {
  const [columns, rows] = [unitsWide * 8 * sampling[0], 8 * sampling[1]];
  const out = { ...picture, data: new Uint8Array(picture.data.length) };
  for (let y = 0; y < picture.height; y += rows) {
    for (let x = 0; x < picture.width; x += columns) {
      const size = { width: Math.min(columns, picture.width - x), height: Math.min(rows, picture.height - y) };
      const part = crop(picture, { x, y, ...size });
      const coding = { sampling, step: 4, interval: 0 };
      const { jpeg } = joinJpeg(jpegHeader({ ...size, ...coding }), encodeIntervals(part, coding));
      const { data } = await decode(jpeg);
      for (let row = 0; row < size.height; row++) {
        const line = data.subarray(row * size.width * 3, (row + 1) * size.width * 3);
        out.data.set(line, ((y + row) * picture.width + x) * 3);
      }
    }
  }
  return out;
}

const full = tissue(320, 213);
const SAMPLINGS = [
  ['4:4:4', [1, 1]],
  ['4:2:2', [2, 1]],
  ['4:2:0', [2, 2]],
] as const;

const WINDOWS = [
  { x: 0, y: 0, width: 1, height: 1 },
  { x: 60, y: 3, width: 9, height: 200 },
  { x: 70, y: 100, width: 40, height: 25 },
  { x: 250, y: 150, width: 70, height: 63 },
  { x: 319, y: 212, width: 1, height: 1 },
];

describe.each(SAMPLINGS)('a level with restart markers, %s', (_, sampling) => {
  const interval = 64 / 8 / sampling[0];
  const page = jpegPage(full, { sampling, interval });

  it('has the pixels of its intervals, whole and in windows', async () => {
    const wanted = await byIntervals(full, sampling, interval);
    await withNdpi([page], async (slide) => {
      expect(same(await slide.readRegion(whole(slide)), wanted)).toBe(true);
      for (const at of WINDOWS) {
        expect(same(await slide.readRegion({ ...at, downsample: 1 }), crop(wanted, at))).toBe(true);
      }
    });
  });

  it('has them in the first window that is read', async () => {
    const wanted = await byIntervals(full, sampling, interval);
    for (const at of WINDOWS) {
      const found = await withNdpi([page], (slide) => slide.readRegion({ ...at, downsample: 1 }));
      expect(same(found, crop(wanted, at))).toBe(true);
    }
  });

  it('decodes no more intervals for it than it needs', async () => {
    const wanted = await byIntervals(full, sampling, interval);
    // The last interval ends after a byte.
    const jpeg = page.jpeg.slice();
    jpeg.set([0xff, 0xd9], (page.starts?.at(-1) ?? 0) + 1);
    const above = { x: 250, y: 150, width: 70, height: 30 };
    const read = (at: typeof above) =>
      withNdpi([{ ...page, jpeg }], (slide) => slide.readRegion({ ...at, downsample: 1 }));
    expect(same(await read(above), crop(wanted, above))).toBe(true);
    await expect(read({ ...above, y: 180, height: 33 })).rejects.toThrow(/damaged/);
  });

  it('is nearly what was drawn', async () => {
    const { data } = await withNdpi([page], (slide) => slide.readRegion(whole(slide)));
    const mean = data.reduce((sum, value, i) => sum + Math.abs(value - (full.data[i] ?? 999)), 0) / data.length;
    expect(mean).toBeLessThan(4);
  });

  it.each<[string, (starts: readonly number[]) => number[] | undefined]>([
    ['is missing', () => undefined],
    ['is too short', (starts) => starts.slice(1)],
    ['is zeros', (starts) => starts.map(() => 0)],
    ['is off by one interval', (starts) => starts.map((_, i) => starts[Math.max(0, i - 1)] ?? 0)],
    [
      'is off by eight intervals, where markers have the same numbers',
      (starts) => [...starts.slice(0, 16), ...starts.slice(8, -8)],
    ],
    ['has one wrong entry', (starts) => starts.map((start, i) => (i === 20 ? start + 3 : start))],
    ['lies outside the file', (starts) => starts.map((start) => start + 2 ** 31)],
  ])('is the same where the list of intervals %s', async (_name, change) => {
    const wanted = await withNdpi([page], (slide) => slide.readRegion(whole(slide)));
    const listed = change(page.starts);
    const corner = { x: 200, y: 180, width: 64, height: 30 };
    await withNdpi([{ ...page, listed }], async (slide) => {
      expect(same(await slide.readRegion({ ...corner, downsample: 1 }), crop(wanted, corner))).toBe(true);
      expect(same(await slide.readRegion(whole(slide)), wanted)).toBe(true);
    });
  });
});

describe('intervals of whole rows', () => {
  it.each([1, 3])('of %i rows of units have the pixels of the whole JPEG', async (rows) => {
    const odd = tissue(203, 101);
    const interval = rows * Math.ceil(203 / 16);
    const page = jpegPage(odd, { sampling: [2, 1], interval });
    await withNdpi([page], async (slide) => {
      expect(same(await slide.readRegion(whole(slide)), await decode(page.jpeg))).toBe(true);
      expect(slide.info.levels[0]).toMatchObject({ blocks: 'tiles', blockWidth: 203 });
    });
  });

  it('that are no rectangles are read as one JPEG', async () => {
    const page = jpegPage(full, { interval: 7 });
    await withNdpi([page], async (slide) => {
      expect(slide.info.levels[0]).toMatchObject({ blocks: 'strips', blockHeight: 213 });
      expect(same(await slide.readRegion(whole(slide)), await decode(page.jpeg))).toBe(true);
    });
  });
});

describe('a slide', () => {
  const pages = [
    jpegPage(tissue(512, 384), { interval: 8, lens: 40, pixelsPerCentimetre: 44_000, remark: 'a'.repeat(5000) }),
    jpegPage(shrink(tissue(512, 384), 4), { interval: 8, lens: 10 }),
    jpegPage(shrink(tissue(512, 384), 16), { lens: 2.5 }),
    jpegPage(tissue(512, 384, 9), { interval: 8, lens: 40, plane: -2000 }),
    jpegPage(tissue(512, 384, 5), { interval: 8, lens: 40, plane: 3000 }),
    jpegPage(tissue(90, 30, 3), { lens: -1 }),
    jpegPage(tissue(60, 40, 4), { lens: -2 }),
  ];

  it('has levels, a scale, a magnification, and pictures beside it by name', async () => {
    await withNdpi(pages, async (slide) => {
      expect(slide.levels.map(({ width, downsample }) => [width, downsample])).toEqual([
        [512, 1],
        [128, 4],
        [32, 16],
      ]);
      expect(slide.micronsPerPixel).toBeCloseTo(10_000 / 44_000, 9);
      expect(slide.info).toMatchObject({
        format: 'Hamamatsu NDPI',
        micronsPerPixelFrom: 'resolution tags',
        objectivePower: 40,
        notes: ['focal planes at -2000, 3000 nm, which are not read'],
        associated: ['macro', 'map'],
      });
      expect(same(await slide.readAssociated('macro'), await decode(pages[5]?.jpeg ?? new Uint8Array()))).toBe(true);
      expect(same(await slide.readAssociated('map'), await decode(pages[6]?.jpeg ?? new Uint8Array()))).toBe(true);
      const small = await slide.readRegion({ ...whole(slide), downsample: 16 });
      expect(same(small, await decode(pages[2]?.jpeg ?? new Uint8Array()))).toBe(true);
    });
  });

  it('hands its tiles out as they are, but for those at the border', async () => {
    await withNdpi([jpegPage(tissue(256, 600), { interval: 8 })], async (slide) => {
      expect(slide.info.levels[0]).toMatchObject({ blockWidth: 128, blockHeight: 512 });
      const jpeg = await slide.readJpegTile?.({ level: 0, column: 1, row: 0 });
      const wanted = await slide.readRegion({ x: 128, y: 0, width: 128, height: 512, downsample: 1 });
      expect(same(await decode(jpeg ?? new Uint8Array()), wanted)).toBe(true);
      expect(await slide.readJpegTile?.({ level: 0, column: 1, row: 1 })).toBeUndefined();
    });
  });
});
