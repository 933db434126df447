/** CZIs of known tiles: every level as it must be seen, however tiles lie, overlap and are stored. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crop, type Raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCzi, type CziBlock, type CziOptions, xmlOf } from '../../../tests/czi/czi-builder.mjs';
import { makeSlide, type SlideOptions, twoScenes } from '../../../tests/czi/czi-slides.mjs';
import { samplesOf, shownOf } from '../../../tests/czi/pictures.mjs';
import { serve } from '../../../tests/serve.js';
import { openSlide } from '../../open-slide.node.js';
import type { Slide } from '../../slide.js';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-czi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function opened<T>(
  blocks: readonly CziBlock[],
  options: CziOptions,
  use: (slide: Slide, path: string) => Promise<T>,
): Promise<T> {
  const path = join(folder, `${++count}.czi`);
  await writeFile(path, buildCzi(blocks, options));
  const slide = await openSlide(path);
  return use(slide, path).finally(() => slide.close());
}

const jxr = (name: string): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../../../tests/fixtures/jpeg-xr/${name}`, import.meta.url)));
const whole = ({ width, height }: Slide) => ({ x: 0, y: 0, width, height, downsample: 1 });
/** One lies in the gaps of the other. */
const overlapping: SlideOptions = {
  scenes: [
    { x: 0, y: 0, columns: 2, rows: 2, overlap: -50 },
    { x: 55, y: 60, columns: 2, rows: 2, side: [30, 20], overlap: -60 },
  ],
  factors: [2, 4],
  pyramidSide: 64,
};
const grey = { xml: xmlOf({ bits: 16 }) };

/** Holds a level against what must be seen of it, but for a last row and column that stand for less than the others. */
async function checkLevel(slide: Slide, level: Raster): Promise<void> {
  const downsample = slide.levels.find(({ width }) => width === level.width)?.downsample ?? 0;
  const [width, height] = [Math.floor(slide.width / downsample), Math.floor(slide.height / downsample)];
  const parts = [
    { x: 0, y: 0, width, height },
    { x: width >> 2, y: height >> 1, width: Math.ceil(width / 2), height: Math.ceil(height / 4) },
  ];
  for (const part of parts) {
    const [x, y, columns, rows] = [part.x, part.y, part.width, part.height].map((side) => side * downsample);
    const region = { x: x ?? 0, y: y ?? 0, width: columns ?? 0, height: rows ?? 0, downsample };
    expect(Buffer.compare((await slide.readRegion(region)).data, crop(level, part).data)).toBe(0);
  }
}

describe('a CZI', () => {
  it.each<[string, SlideOptions, CziOptions]>([
    ['two scenes and three levels', twoScenes, {}],
    ['one tile', { scenes: [{ x: 3, y: 4, columns: 1, rows: 1 }] }, {}],
    ['tiles whose index runs backwards', { scenes: [{ x: 0, y: 0, columns: 3, rows: 3, order: (n) => 100 - n }] }, {}],
    ['scenes that overlap', overlapping, {}],
    ['scenes that overlap, filled with black', { ...overlapping, fill: 0 }, {}],
    ['levels of a third', { ...twoScenes, factors: [3, 9] }, {}],
    ['pieces of a few pixels', { ...twoScenes, factors: [2, 8, 32], pyramidSide: 8 }, {}],
    ['Zstandard', { ...twoScenes, compression: 'zstd0' }, {}],
    ['Zstandard with a header', { ...twoScenes, compression: 'zstd1' }, {}],
    ['16 bits', { ...twoScenes, bits: 16 }, {}],
    ['16 bits whose bytes are parted', { ...twoScenes, bits: 16, compression: 'parted' }, {}],
    ['grey', { ...twoScenes, samples: 1 }, {}],
    ['grey of 16 bits', { ...twoScenes, samples: 1, bits: 16, compression: 'parted' }, grey],
  ])('shows every level as it must be: %s', async (_, options, written) => {
    const { blocks, levels } = makeSlide(options);
    await opened(blocks, written, async (slide) => {
      const sizes = levels.map(({ width, height }) => [width, height]);
      expect(slide.levels.map(({ width, height }) => [width, height])).toEqual(sizes);
      expect(slide.levels.map(({ downsample }) => downsample)).toEqual([1, ...(options.factors ?? [])]);
      for (const level of levels) await checkLevel(slide, level);
    });
  });

  it('says its scale, its magnification and what is left out', async () => {
    const { blocks } = makeSlide(twoScenes);
    const further = blocks.flatMap((block) => [0, 1, 2].map((Z) => ({ ...block, at: { ...block.at, Z, T: 0 } })));
    const xml = xmlOf({ microns: 0.22, magnification: 40, width: 9, height: 9 });
    await opened(further, { xml, isPending: true }, async ({ micronsPerPixel, info }) => {
      expect(micronsPerPixel).toBeCloseTo(0.22, 10);
      expect(info).toMatchObject({
        format: 'Zeiss CZI',
        objectivePower: 40,
        micronsPerPixelFrom: 'CZI metadata',
        pixels: '8-bit RGB',
      });
      expect(info.notes).toEqual([
        '2 scenes on one canvas, white between them',
        '3 focal planes, of which the middle one is read',
        expect.stringMatching(/^metadata that state 9 x 9 pixels, where its sub-blocks lie in \d+ x \d+$/),
        'a mark that its writer did not end',
      ]);
    });
    await opened(blocks, { xml: '' }, async ({ micronsPerPixel }) => expect(micronsPerPixel).toBeUndefined());
  });

  it('shows the middle focal plane and the first time', async () => {
    const at = (Z: number, T: number) => ({ Z, T });
    const block = (number: number, place: Record<string, number>): CziBlock => ({
      x: 0,
      y: 0,
      picture: samplesOf(30, 20, 3, 8, number),
      at: place,
    });
    const blocks = [block(1, at(5, 0)), block(2, at(7, 0)), block(3, at(6, 0)), block(4, at(6, 1))];
    await opened(blocks, {}, async (slide) => {
      expect(await slide.readRegion(whole(slide))).toEqual(shownOf(samplesOf(30, 20, 3, 8, 3)));
    });
  });

  it('leaves out a level of which a piece is missing', async () => {
    const { blocks, levels } = makeSlide(twoScenes);
    const isReduced = ({ picture, size }: CziBlock) => size?.[0] === 2 * picture.width;
    const first = blocks.findIndex(isReduced);
    const missing = blocks.filter((_, i) => i !== first);
    await opened(missing, {}, async (slide) => {
      expect(slide.levels.map(({ downsample }) => downsample)).toEqual([1, 4]);
      expect(slide.info.notes).toContainEqual(
        expect.stringMatching(/^a level of downsample 2 that lacks \d of 12 sub-blocks, which is not used$/),
      );
      for (const level of levels.filter((_, i) => i !== 1)) await checkLevel(slide, level);
    });
  });

  it.each([
    ['rgb.jxr', 3, 8],
    ['rgb16.jxr', 3, 16],
    ['grey.jxr', 1, 8],
    ['grey16.jxr', 1, 16],
  ] as const)('reads JPEG XR: %s', async (name, samples, bits) => {
    const picture = samplesOf(61, 43, samples, bits);
    const block = { x: 0, y: 0, picture, compression: 'jpeg-xr', data: jxr(name) } as const;
    await opened([block], {}, async (slide) => {
      expect((await slide.readRegion(whole(slide))).data).toEqual(shownOf(picture).data);
      expect(slide.info.levels[0]?.compression).toBe('jpeg-xr');
    });
  });

  it('repeats the last row of a JPEG XR that has one fewer than is stated, and leaves out one too many', async () => {
    const picture = samplesOf(61, 43, 3, 8);
    for (const [width, height] of [
      [61, 44],
      [62, 44],
      [60, 43],
    ] as const) {
      const block = {
        x: 0,
        y: 0,
        picture: samplesOf(width, height, 3, 8),
        compression: 'jpeg-xr',
        data: jxr('rgb.jxr'),
      };
      await opened([block as CziBlock], {}, async (slide) => {
        const { data } = await slide.readRegion(whole(slide));
        for (const [x, y] of [
          [0, 0],
          [width - 1, height - 1],
          [width - 2, 7],
        ] as const) {
          const from = 3 * (Math.min(y, 42) * 61 + Math.min(x, 60));
          expect([...data.subarray(3 * (y * width + x)).subarray(0, 3)]).toEqual([
            ...picture.data.subarray(from, from + 3),
          ]);
        }
      });
    }
  });

  it('gives pictures beside the slide by name', async () => {
    const label = samplesOf(40, 30, 3, 8, 7);
    const jpeg = await sharp(Buffer.alloc(3600, 90), { raw: { width: 40, height: 30, channels: 3 } })
      .jpeg()
      .toBuffer();
    const attachments = [
      { name: 'Label', kind: 'CZI', bytes: buildCzi([{ x: 0, y: 0, picture: label, compression: 'zstd1' }]) },
      { name: 'SlidePreview', kind: 'CZI', bytes: buildCzi([{ x: 5, y: 5, picture: label }]) },
      { name: 'Thumbnail', kind: 'JPG', bytes: jpeg },
      { name: 'TimeStamps', kind: 'CZTIMS', bytes: Uint8Array.of(1, 2, 3) },
    ];
    await opened(makeSlide(twoScenes).blocks, { attachments }, async (slide) => {
      expect(slide.info.associated).toEqual(['label', 'macro', 'thumbnail']);
      expect(await slide.readAssociated('label')).toEqual(shownOf(label));
      expect(await slide.readAssociated('macro')).toEqual(shownOf(label));
      const { data, ...size } = await slide.readAssociated('thumbnail');
      expect(size).toEqual({ width: 40, height: 30, channels: 3 });
      expect(data.every((value) => Math.abs(value - 90) < 3)).toBe(true);
    });
  });

  it('is read from a server', async () => {
    const { blocks, levels } = makeSlide({ ...twoScenes, compression: 'zstd1' });
    await writeFile(join(folder, 'served.czi'), buildCzi(blocks));
    const server = await serve(folder);
    try {
      const slide = await openSlide(`${server.address}/served.czi`);
      expect(await slide.readRegion(whole(slide))).toEqual(levels[0]);
      await slide.close();
    } finally {
      await server.close();
    }
  });
});
