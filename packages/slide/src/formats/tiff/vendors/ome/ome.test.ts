/** Which page of an OME-TIFF is which, as its XML says. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Raster, raster } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shrink, tissue } from '../../../../../tests/ndpi/pictures.mjs';
import {
  buildPages,
  type Page,
  stripPage,
  type Tags,
  text,
  tiledPage,
} from '../../../../../tests/vendors/tiff-pages.mjs';
import { openSlide } from '../../../../open-slide.node.js';
import type { Slide } from '../../../../slide.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-ome-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const full = tissue(160, 128);
const half = shrink(full, 2);
const label = raster(40, 32, 3, new Uint8Array(40 * 32 * 3).fill(200));

/** @param inside of `Pixels` */
const image = (name: string, { width, height }: Raster, pixels: string, inside = ''): string =>
  `<Image ID="Image:${name}" Name="${name}"><Pixels DimensionOrder="XYCZT" Type="uint8" SizeX="${width}" SizeY="${height}" ${pixels}>${inside}</Pixels></Image>`;
const one = 'SizeZ="1" SizeT="1"';
const colour = `${one} SizeC="3"`;
const rgb = '<Channel SamplesPerPixel="3"/>';
const at = (ifd: number, rest = 'PlaneCount="1"'): string => `<TiffData IFD="${ifd}" ${rest}/>`;
const channels = (...names: readonly string[]): string => names.map((name) => `<Channel Name="${name}"/>`).join('');

async function withSlide(images: string, pages: readonly Page[], look: (slide: Slide) => Promise<void>): Promise<void> {
  const path = join(folder, 'slide.ome.tif');
  const [first, ...others] = pages;
  const xml = `<?xml version="1.0"?><OME UUID="urn:uuid:own">${images}</OME>`;
  const described = first && { ...first, tags: { ...first.tags, 270: [2, text(xml)] } satisfies Tags };
  await writeFile(path, buildPages(described === undefined ? [] : [described, ...others]));
  const slide = await openSlide(path);
  try {
    await look(slide);
  } finally {
    await slide.close();
  }
}
const refusal = (images: string, pages: readonly Page[]) => withSlide(images, pages, async () => undefined);

const sizes = ({ levels }: Slide): number[][] => levels.map(({ width, height }) => [width, height]);
const pixelsOf = async (slide: Slide, level = 0): Promise<Uint8Array> => {
  const { width = 0, height = 0 } = slide.levels[level] ?? {};
  return (await slide.readRows({ width, height, top: 0, rows: height })).data;
};
function band({ width, height, data }: Raster, channel: number, below: readonly Page[] = []): Page {
  const samples = data.filter((_, i) => i % 3 === channel);
  return { width, height, tiles: [samples], tags: { 258: [3, [8]], 262: [3, [1]], 277: [3, [1]] }, below };
}
const bands = (picture: Raster, order: readonly number[], below = false): Page[] =>
  order.map((c) => band(picture, c, below ? [band(half, c)] : []));

describe('the slide of an OME-TIFF', () => {
  const scaled = `${colour} PhysicalSizeX="0.5" PhysicalSizeY="0.5"`;
  it.each<[string, string, Page[]]>([
    [
      'is the page that is stated',
      image('scan', full, scaled, rgb + at(1)) + image('label', label, colour, rgb + at(0)),
      [stripPage(label), tiledPage(full, 32)],
    ],
    [
      'is the largest image, not the first',
      image('label', label, colour, rgb + at(0)) + image('scan', full, scaled, rgb + at(1)),
      [stripPage(label), tiledPage(full, 32)],
    ],
    [
      'is the page of its size, where none is stated',
      image('label', label, colour) + image('scan', full, scaled),
      [stripPage(label), tiledPage(full, 32)],
    ],
    [
      'has no page of another image for a level',
      image('scan', full, scaled, rgb + at(0)) + image('label', label, colour, rgb + at(1)),
      [tiledPage(full, 32), stripPage(label)],
    ],
  ])('%s', async (_, images, pages) => {
    await withSlide(images, pages, async (slide) => {
      expect([sizes(slide), slide.micronsPerPixel]).toEqual([[[160, 128]], 0.5]);
      expect(await pixelsOf(slide)).toEqual(full.data);
      expect(slide.info.associatedSizes).toEqual({ label: { width: 40, height: 32 } });
      expect((await slide.readAssociated('label')).data).toEqual(label.data);
      expect([slide.info.warnings, slide.info.notes]).toEqual([undefined, undefined]);
    });
  });

  it('has pages that belong to no image for levels', async () => {
    await withSlide(
      image('scan', full, scaled, rgb + at(0)),
      [tiledPage(full, 32), tiledPage(half, 32)],
      async (slide) =>
        expect(sizes(slide)).toEqual([
          [160, 128],
          [80, 64],
        ]),
    );
  });

  it('is brightfield where a larger image is not, with a warning', async () => {
    const larger = tissue(170, 130);
    const images =
      image('dyes', larger, colour, channels('DAPI', 'FITC', 'TRITC') + at(0, 'PlaneCount="3"')) +
      image('scan', full, scaled, rgb + at(3));
    await withSlide(images, [...bands(larger, [0, 1, 2]), tiledPage(full, 32)], async (slide) => {
      expect(await pixelsOf(slide)).toEqual(full.data);
      expect(slide.info.warnings).toEqual([
        expect.stringMatching(
          /^image "dyes" \(170 x 130 pixels\) is not read \(.*DAPI, FITC, TRITC\): the slide is image "scan"/,
        ),
      ]);
    });
  });

  it('is not a smaller image where the largest is damaged', async () => {
    const images = image('scan', full, scaled, rgb + at(1)) + image('other', label, colour, rgb + at(0));
    const bent = { ...tiledPage(full, 32), tags: { 259: [3, [6]] } satisfies Tags };
    await expect(refusal(images, [stripPage(label), bent])).rejects.toThrow('page 1: the compression old-style JPEG');
    await expect(refusal(images, [stripPage(label)])).rejects.toThrow('of image "scan", and the file has 0 of these');
  });

  it('comes with a warning where there is another scan of its scale', async () => {
    const images =
      image('a', full, scaled, rgb + at(0)) + image('b', half, scaled.replace('0.5"', '1.0"'), rgb + at(1));
    const scan = tissue(100, 90);
    const more = image('c', scan, scaled, rgb + at(2));
    await withSlide(
      images + more,
      [full, half, scan].map((one) => tiledPage(one, 32)),
      async ({ info }) => {
        expect(info.warnings).toEqual([
          expect.stringContaining('image "c" (100 x 90 pixels) is not read: the slide is'),
        ]);
        expect(info.associated).toEqual(['b', 'c']);
      },
    );
  });

  it('has no scale of a picture of another size', async () => {
    await withSlide(image('scan', half, scaled, rgb + at(0)), [tiledPage(full, 32)], async (slide) => {
      expect([slide.width, slide.micronsPerPixel]).toEqual([160, undefined]);
      expect(slide.info.scaleNote).toContain('a picture of 80 x 64 pixels, and this one has 160 x 128');
    });
    const pages = [tiledPage(full, 32), tiledPage(half, 32)];
    await expect(refusal(image('scan', half, scaled, rgb + at(0)), pages)).rejects.toThrow(
      'OME-XML states 80 x 64 pixels for image "scan", which are those of page 1, and page 0 (160 x 128 pixels)',
    );
  });
});

describe('three pages of an OME-TIFF', () => {
  const stated = (order: readonly number[], rest = 'PlaneCount="1"'): string =>
    order.map((c, ifd) => `<TiffData FirstC="${c}" IFD="${ifd}" ${rest}/>`).join('');

  it.each<[string, string, Page[]]>([
    ['in their order', channels('R', 'G', 'B'), bands(full, [0, 1, 2], true)],
    ['as TiffData states them', channels('R', 'G', 'B') + stated([2, 0, 1]), bands(full, [2, 0, 1], true)],
    ['as TiffData without a count states them', rgb + stated([2, 1, 0], ''), bands(full, [2, 1, 0], true)],
    ['one after the other from the first that is stated', rgb + at(0, ''), bands(full, [0, 1, 2], true)],
    ['by their names', channels('Blue', 'Red', 'Green') + stated([0, 1, 2]), bands(full, [2, 0, 1], true)],
    [
      'by their colours',
      `<Channel Color="65535"/><Channel Color="16711935"/><Channel Color="-16776961"/><TiffData/>`,
      bands(full, [2, 1, 0], true),
    ],
  ])('are red, green and blue %s, with their levels', async (_, inside, pages) => {
    await withSlide(image('scan', full, colour, inside), pages, async (slide) => {
      expect(await pixelsOf(slide)).toEqual(full.data);
      expect(await pixelsOf(slide, 1)).toEqual(half.data);
      expect(slide.info.notes).toBeUndefined();
    });
  });

  it('are taken for colours where nothing says what they are, which is noted', async () => {
    const pages = [...bands(full, [0, 1, 2]), ...bands(half, [0, 1, 2])];
    await withSlide(image('scan', full, colour, channels('', '', '')), pages, async (slide) => {
      expect(await pixelsOf(slide, 1)).toEqual(half.data);
      expect(slide.info.notes).toEqual([expect.stringContaining('they are taken as red, green and blue')]);
    });
  });

  it.each<[string, string, Page[], RegExp]>([
    ['dyes', channels('DAPI', 'FITC', 'TRITC'), bands(full, [0, 1, 2]), /3 channels .* called DAPI, FITC, TRITC/],
    [
      'a wavelength',
      `${channels('', '')}<Channel EmissionWavelength="510"/>`,
      bands(full, [0, 1, 2]),
      /channels are not supported of fluorescence/,
    ],
    ['missing pages', channels('R', 'G', 'B'), bands(full, [0, 1]), /a page for each of 3 channels .* has 2 of these/],
    [
      'one page for all',
      channels('R', 'G', 'B') + stated([0, 1, 2]).replaceAll(/IFD="\d"/g, 'IFD="0"'),
      bands(full, [0, 1, 2]),
      /has 1 of these/,
    ],
    ['pages of two sizes', '', [...bands(full, [0, 1]), ...bands(half, [2])], /whose pages are not of one form/],
  ])('are refused with %s', async (_, inside, pages, message) => {
    await expect(refusal(image('scan', full, colour, inside), pages)).rejects.toThrow(message);
  });
});

it.each<[string, string, RegExp]>([
  ['focal planes', 'SizeC="1" SizeZ="3" SizeT="1"', /stacks of 3 focal planes/],
  ['times', 'SizeC="1" SizeZ="1" SizeT="3"', /series of 3 time points/],
  ['channels', 'SizeC="5" SizeZ="1" SizeT="1"', /images of 5 channels/],
  ['channels beyond counting', 'SizeC="9000000000" SizeZ="900000" SizeT="1"', /stacks of 900000 focal planes/],
])('an OME-TIFF of several %s is refused', async (_, pixels, message) => {
  await expect(refusal(image('scan', full, pixels), bands(full, [0, 1, 2]))).rejects.toThrow(message);
});

it('an OME-TIFF of dyes in one page is refused', async () => {
  const inside = channels('DAPI', 'FITC', 'TRITC') + at(0);
  await expect(refusal(image('scan', full, colour, inside), [tiledPage(full, 32)])).rejects.toThrow('called DAPI');
});

describe('an OME-TIFF of several files', () => {
  const inFile = (ifd: number, name: string): string =>
    `<TiffData IFD="${ifd}" PlaneCount="1"><UUID FileName="${name}">urn:uuid:${name}</UUID></TiffData>`;

  it('is refused where the slide lies in another', async () => {
    const images =
      image('scan', full, colour, rgb + inFile(0, 'other')) + image('label', label, colour, rgb + inFile(0, 'own'));
    await expect(refusal(images, [stripPage(label)])).rejects.toThrow('OME-TIFFs of several files');
  });

  it('is read where other pictures do, and where it was renamed', async () => {
    const images =
      image('scan', full, colour, rgb + inFile(0, 'own')) + image('label', label, colour, rgb + inFile(0, 'other'));
    await withSlide(images, [tiledPage(full, 32)], async (slide) => {
      expect(await pixelsOf(slide)).toEqual(full.data);
      expect(slide.info.notes).toEqual([
        expect.stringContaining('"label", which cannot be read (OME-TIFFs of several'),
      ]);
    });
    await withSlide(image('scan', full, colour, rgb + inFile(0, 'before')), [tiledPage(full, 32)], async (slide) =>
      expect(slide.width).toBe(160),
    );
  });
});
