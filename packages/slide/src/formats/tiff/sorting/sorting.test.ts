/** What pages are to each other where writers differ: bands, thumbnails before the slide, other pictures of its shape, padding. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Raster, raster, resizeArea } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shrink, tissue } from '../../../../tests/ndpi/pictures.mjs';
import { buildPages, type Page, stripPage, type Tags, text, tiledPage } from '../../../../tests/vendors/tiff-pages.mjs';
import { openSlide } from '../../../open-slide.node.js';
import type { Slide } from '../../../slide.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-sorting-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withSlide(pages: readonly Page[], look: (slide: Slide) => Promise<void>): Promise<void> {
  const path = join(folder, 'slide.tif');
  await writeFile(path, buildPages(pages));
  const slide = await openSlide(path);
  try {
    await look(slide);
  } finally {
    await slide.close();
  }
}

const sizes = ({ levels }: Slide): number[][] => levels.map(({ width, height }) => [width, height]);
const levelOf = async (slide: Slide, number: number): Promise<Raster> => {
  const { width = 0, height = 0 } = slide.levels[number] ?? {};
  return slide.readRows({ width, height, top: 0, rows: height });
};

const full = tissue(160, 128);
const [half, quarter] = [shrink(full, 2), shrink(full, 4)];
const reduced: Tags = { 254: [4, [1]] };
const named = (name: string): Tags => ({ 270: [2, text(name)] });

/** A page of one of the three colours. */
function band({ width, height, data }: Raster, channel: number, tags: Tags = {}, below: readonly Page[] = []): Page {
  const samples = data.filter((_, i) => i % 3 === channel);
  const grey: Tags = { 258: [3, [8]], 262: [3, [1]], 277: [3, [1]] };
  return { width, height, tiles: [samples], tags: { ...grey, ...tags }, below };
}
const channels = [0, 1, 2];

describe('three single-band pages', () => {
  it.each<[string, Page[]]>([
    ['below each band', channels.map((c) => band(full, c, {}, [band(half, c, reduced), band(quarter, c, reduced)]))],
    [
      'behind them',
      [full, half, quarter].flatMap((picture, i) => channels.map((c) => band(picture, c, i > 0 ? reduced : {}))),
    ],
  ])('have levels of all three colours, %s', async (_, pages) => {
    await withSlide(pages, async (slide) => {
      expect(sizes(slide)).toEqual([
        [160, 128],
        [80, 64],
        [40, 32],
      ]);
      for (const [i, picture] of [full, half, quarter].entries()) {
        expect((await levelOf(slide, i)).data).toEqual(picture.data);
      }
    });
  });

  it('have no level that a band lacks', async () => {
    const pages = channels.map((c) => band(full, c, {}, c === 2 ? [] : [band(half, c, reduced)]));
    await withSlide(pages, async (slide) => {
      expect(sizes(slide)).toEqual([[160, 128]]);
      expect(slide.info.associated).toEqual(['page 0, sub-image 0', 'page 1, sub-image 0']);
    });
  });

  it('have one range of 16 bits, which one of them states', async () => {
    const shorts = new Uint8Array(Uint16Array.from({ length: 4 }, (_, i) => 1000 * (i + 1)).buffer);
    const sixteen = (tags: Tags): Page => {
      const grey: Tags = { 258: [3, [16]], 262: [3, [1]], 277: [3, [1]] };
      return { ...stripPage(raster(2, 2, 3, new Uint8Array(12)), { ...grey, ...tags }), tiles: [shorts] };
    };
    const pages = [sixteen({ 281: [3, [4095]] }), sixteen({ 281: [3, [4000]] }), sixteen({ 281: [3, [8000]] })];
    await withSlide(pages, async (slide) => {
      const { data } = await levelOf(slide, 0);
      expect(data.subarray(0, 3)).toEqual(Uint8Array.of(31, 31, 31));
    });
  });
});

describe('planes whose axes the file states', () => {
  const threeSaying = (description: string): Page[] =>
    channels.map((c) => band(full, c, c === 0 ? { 270: [2, text(description)] } : {}));

  it.each([
    ['ImageJ=1.53t\nimages=3\nslices=3\n', '3 focal planes'],
    ['ImageJ=1.53t\nimages=3\nframes=3\n', '3 time points'],
    ['{"shape": [3, 128, 160], "axes": "ZYX"}', '3 focal planes'],
    ['{"axes": "IYX", "shape": [3, 128, 160]}', '3 planes (axis I)'],
  ])('are refused where they are no colours: %j', async (description, planes) => {
    await expect(withSlide(threeSaying(description), async () => undefined)).rejects.toThrow(
      `stacks of ${planes} are not supported`,
    );
  });

  it.each([
    'ImageJ=1.53t\nimages=3\nchannels=3\nslices=1\n',
    'ImageJ=1.53t\nimages=3\n',
    '{"shape": [3, 128, 160], "axes": "CYX"}',
    '{"shape": [1, 3, 128, 160], "axes": "ZCYX"}',
    '{"shape": [3, 128, 160]}',
    '{"shape": "none"',
  ])('are colours with %j', async (description) => {
    await withSlide(threeSaying(description), async (slide) =>
      expect((await levelOf(slide, 0)).data).toEqual(full.data),
    );
  });

  it.each(['ImageJ=1.53t\nimages=2\nslices=2\n', '{"shape": [2, 128, 160], "truncated": true}'])(
    'are refused where they lie behind the only page: %j',
    async (description) => {
      const page = band(full, 0, { 270: [2, text(description)] });
      const behind = new Uint8Array(160 * 128);
      const stack = { ...page, tiles: [Uint8Array.of(...(page.tiles[0] ?? []), ...behind)] };
      await expect(withSlide([stack], async () => undefined)).rejects.toThrow(/stacks of (2 focal|several) planes/);
      await withSlide([page], async (slide) => expect(slide.width).toBe(160));
    },
  );
});

describe('the slide', () => {
  const at = (microns: number): Tags => {
    const density = [Math.round(10_000 / microns), 1] as const;
    return { 282: [5, [density]], 283: [5, [density]], 296: [3, [3]] };
  };
  it.each<[string, Page[]]>([
    [
      'the smallest level first',
      [
        tiledPage(quarter, 32, { ...reduced, ...at(2) }),
        tiledPage(half, 32, { ...reduced, ...at(1) }),
        tiledPage(full, 32, at(0.5)),
      ],
    ],
    [
      'a thumbnail first',
      [
        stripPage(quarter, { ...reduced, ...at(2) }),
        tiledPage(full, 32, at(0.5)),
        tiledPage(half, 32, { ...reduced, ...at(1) }),
      ],
    ],
    [
      'smaller levels first that do not say that they are',
      [stripPage(quarter, at(2)), stripPage(half, at(1)), tiledPage(full, 32, at(0.5))],
    ],
    [
      'what hangs on a reduced page',
      [
        {
          ...stripPage(quarter, { ...reduced, ...at(2) }),
          below: [tiledPage(half, 32, reduced), tiledPage(full, 32, at(0.5))],
        },
      ],
    ],
  ])('is the largest picture: %s', async (_, pages) => {
    await withSlide(pages, async (slide) => {
      expect(sizes(slide)).toEqual([
        [160, 128],
        [80, 64],
        [40, 32],
      ]);
      expect(slide.micronsPerPixel).toBeCloseTo(0.5);
      expect([slide.info.warnings, slide.info.notes, slide.info.associated]).toEqual([undefined, undefined, []]);
      expect((await levelOf(slide, 0)).data).toEqual(full.data);
      expect((await levelOf(slide, 2)).data).toEqual(quarter.data);
    });
  });

  it('is said where a page before it has another shape and no name', async () => {
    const other = tissue(40, 50);
    await withSlide([stripPage(other), tiledPage(full, 32)], async (slide) => {
      expect([slide.width, slide.info.associated]).toEqual([160, ['page 0']]);
      const warning = 'page 1 (160 x 128 pixels) is read as the slide, since it is larger than page 0 (40 x 50 pixels)';
      expect(slide.info.warnings).toEqual([warning]);
    });
    await withSlide([stripPage(other, named('label 40x50')), tiledPage(full, 32)], async (slide) => {
      expect([slide.width, slide.info.associated, slide.info.warnings]).toEqual([160, ['label'], undefined]);
    });
  });

  it('comes with a warning where another picture is as large', async () => {
    await withSlide([tiledPage(full, 32), tiledPage(half, 32), tiledPage(full, 32)], async (slide) => {
      expect(slide.info.warnings).toEqual([
        'page 2 (160 x 128 pixels) is not read: the slide is page 0 (160 x 128 pixels); if it is the other, save that by itself',
      ]);
    });
  });

  it('is the only picture there is, whatever it says', async () => {
    await withSlide([tiledPage(half, 32, { ...reduced, ...named('label') })], async (slide) => {
      expect([slide.width, slide.info.warnings]).toEqual([80, undefined]);
    });
  });
});

describe('pictures of the shape of the slide', () => {
  it.each<[string, Tags, string]>([
    ['says what it shows', { 254: [4, [1]], ...named('label') }, 'label'],
    ["is marked as Aperio's picture of the glass", { 254: [4, [9]] }, 'macro'],
    ['does not say that it is reduced, as the levels do', { 254: [4, [0]] }, 'page 2'],
  ])('are no level where one %s', async (_, tags, name) => {
    const other = raster(40, 32, 3, new Uint8Array(40 * 32 * 3).fill(9));
    await withSlide([tiledPage(full, 32), tiledPage(half, 32, reduced), stripPage(other, tags)], async (slide) => {
      expect(sizes(slide)).toEqual([
        [160, 128],
        [80, 64],
      ]);
      expect(slide.info.associated).toEqual([name]);
    });
  });
});

describe('levels of whole tiles', () => {
  const SIDE = 64;
  const picture = tissue(500, 500);
  const factors = [2, 4];
  const resized = [256, 128].map((side) => resizeArea(picture, side, side));
  const padded = factors.map((factor) => {
    const page = shrink(picture, factor);
    const side = Math.ceil(page.width / SIDE) * SIDE;
    return { ...tiledPage(page, SIDE, reduced), width: side, height: side };
  });

  it.each<[string, Page[], number[]]>([
    ['are padded', padded, [250, 125]],
    ['are all of the slide', resized.map((page) => tiledPage(page, SIDE, reduced)), [256, 128]],
  ])('%s where their pixels say so', async (_, pages, sides) => {
    await withSlide([tiledPage(picture, SIDE), ...pages], async (slide) => {
      expect(sizes(slide)).toEqual([500, ...sides].map((side) => [side, side]));
      expect(slide.info.notes).toBeUndefined();
    });
  });

  it('are left out where nothing tells', async () => {
    const blank = (side: number): Page =>
      tiledPage(raster(side, side, 3, new Uint8Array(side * side * 3).fill(240)), SIDE);
    await withSlide([blank(500), blank(256)], async (slide) => {
      expect(sizes(slide)).toEqual([[500, 500]]);
      expect(slide.info.notes).toEqual([
        expect.stringContaining('page 1 (256 x 256 pixels), which is not read as a level'),
      ]);
    });
  });
});
