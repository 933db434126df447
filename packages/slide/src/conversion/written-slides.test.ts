/** Slides written as TIFF, OME-TIFF and DICOM: level 0 is that of the source wherever tiles are copied or every pixel is kept. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Raster } from '@ftuseg/core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../../tests/vendors/tiff-pages.mjs';
import { formPage } from '../../tests/vendors/tile-forms.mjs';
import { parseOme } from '../formats/tiff/vendors/ome/parse-ome.js';
import { openSlide, type Slide, type TiffOptions, type WrittenLevels, writeDicom, writeTiff } from '../index.js';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-convert-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fixture = (name: string): string => fileURLToPath(new URL(`../../tests/fixtures/${name}`, import.meta.url));
const next = (name: string): string => join(folder, `${++count}-${name}`);

async function opened<T>(path: string, use: (slide: Slide) => Promise<T>): Promise<T> {
  const slide = await openSlide(path);
  return use(slide).finally(() => slide.close());
}
const wholeOf = ({ width, height, ...slide }: Slide): Promise<Raster> =>
  slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });

/** Colours of which no two sides are alike. */
const scene = (width: number, height: number): Raster => {
  const at = (i: number): number => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return [40 + x, 80 + y, 220 - (x + y) / 3][i % 3] ?? 0;
  };
  return { width, height, channels: 3, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => at(i)) };
};

/** A TIFF of JPEG tiles of 64 pixels by libvips. */
async function jpegTiff(channels: 1 | 3, quality: number, more: (image: Sharp) => Sharp = (image) => image) {
  const { width, height, data } = scene(150, 90);
  const path = next('source.tif');
  const image = more(sharp(data, { raw: { width, height, channels: 3 } }));
  const coloured = channels === 1 ? image.greyscale() : image;
  await coloured
    .tiff({ compression: 'jpeg', quality, tile: true, tileWidth: 64, tileHeight: 64, xres: 2000, yres: 1000 })
    .toFile(path);
  return path;
}

interface Outcome extends WrittenLevels {
  readonly path: string;
}
const BASE = { layout: 'tiff', compression: 'jpeg', name: 'scan' } as const;
const asTiff = (from: string, options: Partial<TiffOptions> = {}): Promise<Outcome> =>
  opened(from, async (slide) => {
    const path = next(options.layout === 'ome-tiff' ? 'out.ome.tif' : 'out.tif');
    const scale = slide.pixelSize ?? slide.micronsPerPixel;
    return { path, ...(await writeTiff(path, slide, { ...BASE, micronsPerPixel: scale, ...options })) };
  });
const asDicom = (from: string): Promise<Outcome> =>
  opened(from, async (slide) => {
    const path = next('series');
    const micronsPerPixel = slide.pixelSize ?? slide.micronsPerPixel ?? 0.5;
    return { path, ...(await writeDicom(path, slide, { micronsPerPixel, container: 'scan' })) };
  });

async function expectSame(from: string, { path }: Outcome): Promise<void> {
  const wanted = await opened(from, wholeOf);
  const found = await opened(path, wholeOf);
  expect([found.width, found.height]).toEqual([wanted.width, wanted.height]);
  expect(Buffer.compare(found.data, wanted.data)).toBe(0);
}
const tilesOf = ({ levels }: WrittenLevels) => levels.map(({ copied, encoded }) => [copied, encoded]);

describe('JPEG tiles', () => {
  it.each([
    ['half chroma', () => jpegTiff(3, 80)],
    ['whole chroma', () => jpegTiff(3, 95)],
    ['grey', () => jpegTiff(1, 80)],
    ['RGB', async () => fixture('jpeg-rgb.tif')],
    ['tables of the page', async () => fixture('jpeg-tiles.tif')],
  ])('of %s are copied as they are, into every format', async (_, make) => {
    const from = await make();
    for (const written of [await asTiff(from), await asTiff(from, { layout: 'ome-tiff' }), await asDicom(from)]) {
      const [first] = tilesOf(written);
      expect(first?.[0]).toBeGreaterThan(0);
      expect(first?.[1]).toBe(0);
      await expectSame(from, written);
      const again = await asTiff(written.path, { compression: 'keep', levels: 1 });
      expect(tilesOf(again)).toEqual([first]);
      await expectSame(from, again);
    }
  });

  it('that were never written are compressed as the others are, and the others copied', async () => {
    const page = formPage(scene(100, 70), {}, { form: 'jpeg', sparse: (column, row) => column === 1 && row === 1 });
    const from = next('sparse.tif');
    await writeFile(from, buildPages([page]));
    for (const written of [await asTiff(from), await asDicom(from)]) {
      expect(tilesOf(written)[0]).toEqual([11, 1]);
      const [wanted, found] = [await opened(from, wholeOf), await opened(written.path, wholeOf)];
      const most = wanted.data.reduce((sum, value, i) => Math.max(sum, Math.abs(value - (found.data[i] ?? 999))), 0);
      expect(most).toBeLessThan(3);
    }
  });

  it('are copied where the size of tiles that is asked for is theirs', async () => {
    const from = await jpegTiff(3, 80);
    expect(tilesOf(await asTiff(from, { tileSize: 64, levels: 1 }))).toEqual([[6, 0]]);
    expect(tilesOf(await asTiff(from, { tileSize: 128, levels: 1 }))).toEqual([[0, 2]]);
    expect(tilesOf(await asTiff(from, { quality: 80, tileSize: 64, levels: 1 }))).toEqual([[0, 6]]);
  });
});

it.each(['jpeg2000-rgb.tif', 'jpeg2000-ycbcr.tif'])(
  'JPEG 2000 tiles of %s are kept where that is asked for',
  async (name) => {
    const from = fixture(name);
    const kept = await asTiff(from, { compression: 'keep', layout: 'ome-tiff' });
    expect(tilesOf(kept)[0]?.[1]).toBe(0);
    await expectSame(from, kept);
    await expectSame(from, await asTiff(kept.path, { compression: 'keep' }));
  },
);

it.each(['rgb16-be-big-tiles.tif', 'palette.tif', 'rgba-le-classic-strips.tif', 'planar-tiles.tif', 'ycbcr-2x2.tif'])(
  '%s is kept as it is read, with deflate',
  async (name) => {
    const from = fixture(name);
    for (const layout of ['tiff', 'ome-tiff'] as const) {
      const written = await asTiff(from, { compression: 'deflate', layout, tileSize: 32 });
      expect(tilesOf(written).every(([copied]) => copied === 0)).toBe(true);
      await expectSame(from, written);
    }
  },
);

describe('what is known of a slide', () => {
  it('is in an OME-TIFF: scale, magnification, size, levels as sub-images', async () => {
    const from = fixture('jpeg-tiles.tif');
    await opened(from, async (slide) => {
      const path = next('known.ome.tif');
      const known = { ...slide, info: { ...slide.info, objectivePower: 40 } };
      const options = {
        ...BASE,
        layout: 'ome-tiff',
        micronsPerPixel: { x: 0.25, y: 0.5 },
        name: 'a "<&>\u0001 µ',
      } as const;
      await writeTiff(path, known, { ...options, tileSize: 16 });
      const text = /<OME[\s\S]*<\/OME>/.exec((await readFile(path)).toString('utf8'))?.[0] ?? '';
      expect(text).toContain('Name="a &quot;&lt;&amp;&gt;  µ"');
      const image = { scale: { x: 0.25, y: 0.5 }, objectivePower: 40, channels: [{ samples: 3 }], sizeC: 3 };
      expect(parseOme(text)).toMatchObject([image]);
      await opened(path, async ({ info, pixelSize, levels }) => {
        expect([info.format, info.objectivePower, pixelSize]).toEqual(['OME-TIFF pyramid', 40, { x: 0.25, y: 0.5 }]);
        expect(levels.map(({ width, height }) => [width, height])).toEqual([
          [83, 61],
          [42, 31],
          [21, 16],
          [11, 8],
        ]);
      });
    });
  });

  it('its ICC profile is carried over undecoded, into TIFF and into DICOM and back', async () => {
    const from = await jpegTiff(3, 80, (image) => image.withIccProfile('p3'));
    const profile = await opened(from, async (slide) => slide.readIccProfile?.());
    expect(profile?.length).toBeGreaterThan(100);
    for (const written of [await asTiff(from), await asTiff(from, { layout: 'ome-tiff' }), await asDicom(from)]) {
      const found = await opened(written.path, async (slide) => slide.readIccProfile?.());
      expect(Buffer.compare(found?.subarray(0, profile?.length) ?? new Uint8Array(), profile ?? new Uint8Array())).toBe(
        0,
      );
    }
  });
});

it('leaves nothing when it is stopped, and replaces a series only where it is told to', async () => {
  const from = await jpegTiff(3, 80);
  await opened(from, async (slide) => {
    const signal = AbortSignal.abort();
    const options = { micronsPerPixel: 0.5, container: 'a' };
    const place = await mkdtemp(join(folder, 'stopped-'));
    await expect(writeDicom(join(place, 'a'), slide, { ...options, signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const stopped = writeTiff(join(place, 'a.tif'), slide, { ...BASE, micronsPerPixel: 1, signal });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(place)).toEqual([]);
    await writeDicom(join(place, 'a'), slide, options);
    await expect(writeDicom(join(place, 'a'), slide, options)).rejects.toThrow(/there is a DICOM slide in it already/);
    await writeDicom(join(place, 'a'), slide, { ...options, overwrite: true, levels: 1 });
    expect(await readdir(join(place, 'a'))).toEqual(['level-0.dcm']);
  });
});
