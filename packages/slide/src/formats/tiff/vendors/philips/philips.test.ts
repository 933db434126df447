/** Philips TIFFs of known pictures: sizes of padded levels, tiles that were left out, scale, label and macro picture, and files that contradict themselves. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop, type Raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFormat } from '../../../../../tests/format-suite.js';
import { shrink, tissue } from '../../../../../tests/ndpi/pictures.mjs';
import {
  buildPhilips,
  jpegText,
  type Level,
  type PhilipsOptions,
} from '../../../../../tests/vendors/philips-builder.mjs';
import { stripPage, text } from '../../../../../tests/vendors/tiff-pages.mjs';
import { jpegOf } from '../../../../../tests/vendors/tile-forms.mjs';
import { openSlide, type Slide } from '../../../../index.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-philips-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(levels: readonly Level[], options: PhilipsOptions = {}): Promise<string> {
  const path = join(folder, `${++files}.tiff`);
  await writeFile(path, buildPhilips(levels, { form: 'deflate', ...options }));
  return path;
}

async function withPhilips<T>(options: PhilipsOptions, work: (slide: Slide) => Promise<T>): Promise<T> {
  const slide = await openSlide(await write(levels, options));
  try {
    return await work(slide);
  } finally {
    await slide.close();
  }
}

const decode = async (jpeg: Uint8Array): Promise<Raster> => {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) };
};

// 203 x 117 are no whole tiles of 32, nor are 101 x 58 and 25 x 14.
const full = tissue(203, 117);
const levels = [1, 2, 8].map((factor) => ({ factor, picture: factor === 1 ? full : shrink(full, factor) }));

describeFormat('philips', [
  { name: 'tiles of Deflate', write: (picture) => write([{ factor: 1, picture }]) },
  {
    name: 'classic, without compression',
    write: (picture) => write([{ factor: 1, picture }], { form: 'none', big: false }),
  },
]);

describe('a Philips TIFF', () => {
  it('has levels without the padding that their pages have', async () => {
    await withPhilips({}, async (slide) => {
      expect(slide.levels).toEqual([
        { width: 203, height: 117, downsample: 1 },
        { width: 101, height: 58, downsample: 2 },
        { width: 25, height: 14, downsample: 8 },
      ]);
      for (const { picture } of levels) {
        const { width, height } = picture;
        expect(await slide.readRows({ width, height, top: 0, rows: height })).toEqual(picture);
      }
      const corner = { x: 150, y: 90, width: 53, height: 27 };
      expect(await slide.readRegion({ ...corner, downsample: 1 })).toEqual(crop(full, corner));
    });
  });

  it('states its scale, magnification and format', async () => {
    await withPhilips({}, async ({ info, pixelSize }) => {
      // Rows come first.
      expect(pixelSize?.x).toBeCloseTo(0.248, 9);
      expect(pixelSize?.y).toBeCloseTo(0.252, 9);
      expect(info).toMatchObject({
        format: 'Philips TIFF',
        micronsPerPixelFrom: 'Philips XML',
        objectivePower: 40,
        associated: [],
      });
    });
    const xml = { measured: null, derivation: 'tiff-levels=10002,10000-sourceFilename="a-levels=20.ndpi"' };
    await withPhilips({ xml }, async ({ info, micronsPerPixel }) => {
      expect(micronsPerPixel).toBeCloseTo(0.25, 9);
      expect(info.objectivePower).toBeUndefined();
    });
  });

  it('is white where tiles were left out', async () => {
    const sparse = (level: number, column: number, row: number) => level === 0 && column === 1 && row === 0;
    await withPhilips({ sparse }, async (slide) => {
      const tile = { x: 32, y: 0, width: 32, height: 32 };
      const { data } = await slide.readRegion({ ...tile, downsample: 1 });
      expect(data.every((value) => value === 255)).toBe(true);
      const beside = { x: 64, y: 0, width: 32, height: 32 };
      expect(await slide.readRegion({ ...beside, downsample: 1 })).toEqual(crop(full, beside));
    });
  });

  it('shows JPEG tiles as libjpeg does', async () => {
    await withPhilips({ form: 'jpeg' }, async (slide) => {
      const tile = { x: 64, y: 32, width: 32, height: 32 };
      const wanted = await decode(jpegOf(crop(full, tile)));
      expect(await slide.readRegion({ ...tile, downsample: 1 })).toEqual(wanted);
    });
  });
});

describe('pictures beside a Philips TIFF', () => {
  const [label, macro] = [tissue(80, 61, 2), tissue(101, 40, 3)];

  it('lie in its XML', async () => {
    const pictures = { LABELIMAGE: jpegText(label), MACROIMAGE: jpegText(macro) };
    await withPhilips({ xml: { pictures } }, async (slide) => {
      expect(slide.info.associated).toEqual(['label', 'macro']);
      expect(await slide.readAssociated('label')).toEqual(await decode(jpegOf(label)));
      expect(await slide.readAssociated('macro')).toEqual(await decode(jpegOf(macro)));
    });
  });

  it('or in pages, which count more', async () => {
    const beside = [
      stripPage(macro, { 254: [4, [1]], 270: [2, text('Macro')] }),
      stripPage(label, { 254: [4, [1]], 270: [2, text('Label')] }),
      stripPage(label, { 270: [2, text('Something')] }),
    ];
    const xml = { pictures: { LABELIMAGE: jpegText(macro) } };
    await withPhilips({ beside, xml }, async (slide) => {
      expect(slide.info).toMatchObject({ associated: ['macro', 'label'], notes: ['page 5, which is not read'] });
      expect(await slide.readAssociated('label')).toEqual(label);
      expect(await slide.readAssociated('macro')).toEqual(macro);
    });
  });

  it.each([
    ['no base 64', '*'],
    ['no JPEG', 'AAAAAAAA'],
    ['a JPEG that ends in its header', jpegText(label).slice(0, 100)],
  ])('are refused when they are asked for: %s', async (_, LABELIMAGE) => {
    await withPhilips({ xml: { pictures: { LABELIMAGE } } }, async (slide) => {
      expect(slide.info.associated).toEqual(['label']);
      const reading = slide.readAssociated('label');
      await expect(reading).rejects.toMatchObject({ code: 'bad-input' });
      await expect(reading).rejects.toThrow('page 0, picture "label" in its XML');
    });
  });
});

describe('a Philips TIFF that contradicts itself', () => {
  const spacings = [1, 2, 8].map((factor) => [factor * 0.00025, factor * 0.00025] as const);
  it.each<[string, PhilipsOptions, string]>([
    [
      'fewer spacings than levels',
      { xml: { spacings: spacings.slice(1) } },
      'describes 2 levels, and 3 pages are tiled',
    ],
    ['no spacing', { xml: { spacings: [spacings[0], undefined, spacings[2]] } }, 'states no pixel spacing of level 1'],
    [
      'a spacing of words',
      { xml: { spacings: [spacings[0], ['a', 'b'], spacings[2]] } },
      'no pixel spacing of level 1',
    ],
    [
      'another factor',
      {
        xml: {
          spacings: [
            [1, 1],
            [4, 4],
            [8, 8],
          ],
        },
      },
      'a level of 128 x 64 pixels is not 1/4',
    ],
    [
      'no whole factor',
      {
        xml: {
          spacings: [
            [1, 1],
            [1.5, 1.5],
            [8, 8],
          ],
        },
      },
      'level 1 to be 1.5 x 1.5 times as coarse',
    ],
    [
      'factors of sides',
      {
        xml: {
          spacings: [
            [1, 1],
            [2, 4],
            [8, 8],
          ],
        },
      },
      'level 1 to be 4 x 2 times as coarse',
    ],
    [
      'a finer level',
      {
        xml: {
          spacings: [
            [1, 1],
            [2, 2],
            [2, 2],
          ],
        },
      },
      'level 2 to be 2 x 2 times as coarse',
    ],
    ['grey levels', { tags: { 1: { 258: [3, [8]], 262: [3, [1]], 277: [3, [1]] } } }, 'page 1: 1 x 8 bits'],
    [
      'XML that ends early',
      { xmlText: '<DataObject ObjectType="DPUfsImport"><Attribute>' },
      'its XML is not well-formed',
    ],
    ['no slide', { xmlText: '<DataObject ObjectType="DPUfsImport"/>' }, 'describes 0 slides, not one'],
  ])('%s', async (_, options, problem) => {
    const path = await write(levels, options);
    await expect(openSlide(path)).rejects.toThrow(problem);
    await expect(openSlide(path)).rejects.toMatchObject({ name: 'SlideError', subject: path });
  });

  it('is another TIFF where other software wrote it again', async () => {
    await withPhilips({ software: 'libvips' }, async ({ info }) => {
      expect(info.format).toBe('BigTIFF pyramid');
    });
  });
});
