/** Files of a series as one slide. */
import { join } from 'node:path';
import { crop, type Raster, resizeArea } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import {
  cleanUp,
  folderOf,
  PICTURE,
  problemOf,
  readOne,
  slideFile,
  TILE,
  wholeOf,
  withSlide,
} from '../../../tests/dicom/dicom-folder.js';
import { type FramePosition, type SlideFile, tilesOf } from '../../../tests/dicom/slide-builder.mjs';
import { samplePicture } from '../../../tests/format-suite.js';
import { readSlideTable } from '../../table/slide-table.node.js';

cleanUp();

const half = samplePicture(23, 16);
const label = samplePicture(10, 8);
const macro = samplePicture(30, 9);
const level1 = { type: 'DERIVED\\PRIMARY\\VOLUME\\RESAMPLED', uid: '1.2.3.5', spacing: '0.001\\0.001' };
const series = {
  'a.dcm': slideFile(level1, half),
  'b.dcm': slideFile({ paths: [{ id: '1', power: '40', profile: true }] }),
  'label.dcm': slideFile({ type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE', uid: '1.2.3.6' }, label),
  'macro.dcm': slideFile({ type: 'ORIGINAL\\PRIMARY\\OVERVIEW\\NONE', uid: '1.2.3.7' }, macro),
};

describe('a series', () => {
  it.each(['', 'a.dcm', 'label.dcm'])('is one slide, opened as its folder or as one of its files: %j', async (name) => {
    const folder = await folderOf(series);
    await withSlide(join(folder, name), async (slide) => {
      expect(slide.levels).toEqual([
        { width: 45, height: 31, downsample: 1 },
        { width: 23, height: 16, downsample: 45 / 23 },
      ]);
      expect(slide.micronsPerPixel).toBe(0.5);
      expect(slide.info).toMatchObject({
        format: 'DICOM',
        micronsPerPixelFrom: 'PixelSpacing',
        objectivePower: 40,
        associated: ['label', 'macro'],
      });
      expect(await wholeOf(slide)).toEqual(PICTURE);
      const small = await slide.readRows({ width: 23, height: 16, top: 0, rows: 16 });
      expect(small).toEqual(half);
      expect(await slide.readAssociated('label')).toEqual(label);
      expect(await slide.readAssociated('macro')).toEqual(macro);
    });
  });

  it('without its largest level opens with a warning, and so does a resampled file by itself', async () => {
    const { 'b.dcm': _, ...rest } = series;
    const missing = expect.stringMatching(
      /^its largest level \(23 x 16\) was made of a larger one .* not in the series/,
    );
    await withSlide(await folderOf(rest), async ({ info, micronsPerPixel }) => {
      expect([micronsPerPixel, info.warnings, info.notes]).toEqual([1, [missing], undefined]);
    });
    await withSlide(await folderOf({ 'a.dcm': series['a.dcm'] }), async ({ info }) => {
      expect([info.warnings, info.notes]).toEqual([[missing], undefined]);
    });
  });

  it('without a level in the middle opens without a word', async () => {
    const level2 = { ...level1, uid: '1.2.3.8', spacing: '0.002\\0.002' };
    const rest = { 'b.dcm': series['b.dcm'], 'c.dcm': slideFile(level2, samplePicture(11, 8)) };
    await withSlide(await folderOf(rest), async ({ info, levels }) => {
      expect([levels.length, info.warnings]).toEqual([2, undefined]);
    });
  });

  it('is one row of a slide table, and so is a file', async () => {
    const folder = await folderOf(series);
    const id = folder.split('/').at(-1);
    expect(await readSlideTable(folder)).toEqual([{ id, image: folder, columns: { id, image: id } }]);
    const image = join(folder, 'b.dcm');
    expect(await readSlideTable(image)).toEqual([{ id: 'b', image, columns: { id: 'b', image: 'b.dcm' } }]);
  });

  it('passes over what lies beside it: another slide, copies, other DICOM files, noise', async () => {
    const others = {
      'c.dcm': slideFile({ series: '1.2.3.200' }),
      'copy of b.dcm': series['b.dcm'],
      'ct.dcm': slideFile({ changes: { 524310: ['UI', '1.2.840.10008.5.1.4.1.1.2'] } }),
      'noise.dcm': Uint8Array.from({ length: 500 }, (_, i) => i & 255),
      'text.txt': new Uint8Array(10),
      'localizer.dcm': slideFile({ type: 'ORIGINAL\\PRIMARY\\OTHER\\NONE', uid: '1.2.3.8' }),
    };
    const folder = await folderOf({ ...series, ...others });
    await withSlide(join(folder, 'b.dcm'), async (slide) => expect(slide.levels).toHaveLength(2));
  });

  it('is one also behind the header of a TIFF, which some writers put before it', async () => {
    const bytes = slideFile();
    bytes.set([0x49, 0x49, 0x2a, 0, 8]);
    const folder = await folderOf({ 'dual.tif': bytes });
    await withSlide(join(folder, 'dual.tif'), async (slide) => expect(await wholeOf(slide)).toEqual(PICTURE));
  });

  it('is read without a label that cannot be, which is said', async () => {
    const palette = slideFile(
      { uid: '9', type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE', photometric: 'PALETTE COLOR' },
      label,
    );
    await withSlide(
      await folderOf({ 'a.dcm': slideFile(), 'b.dcm': palette, '._c.dcm': new Uint8Array(9) }),
      async ({ info }) => {
        expect(info.associated).toEqual([]);
        expect(info.notes).toEqual([expect.stringMatching(/^a label that is not read: the colours "PALETTE COLOR"/)]);
      },
    );
  });

  it('without spacing has no scale, and one that is not square has two', async () => {
    const unknown = await folderOf({ 'a.dcm': slideFile({ changes: { 1375769129: null } }) });
    await withSlide(unknown, async ({ micronsPerPixel, info }) => {
      expect([micronsPerPixel, info.scaleNote]).toEqual([undefined, 'the file has no PixelSpacing']);
    });
    const oblong = await folderOf({ 'a.dcm': slideFile({ spacing: '0.0004\\0.0005' }) });
    await withSlide(oblong, async ({ pixelSize }) => expect(pixelSize).toEqual({ x: 0.5, y: 0.4 }));
  });
});

/** Tiles in another order, with their places. */
function scattered(picture: Raster, order: readonly number[], more: Partial<SlideFile> = {}, place: object = {}) {
  const tiles = tilesOf(picture, ...TILE);
  const across = Math.ceil(picture.width / TILE[0]);
  const positions = order.map(
    (tile): FramePosition => ({
      column: (tile % across) * TILE[0] + 1,
      row: Math.floor(tile / across) * TILE[1] + 1,
      ...place,
    }),
  );
  const frameData = order.map((tile) => tiles[tile] ?? new Uint8Array());
  return { organization: 'TILED_SPARSE', positions, frameData, ...more };
}

const ORDER = [4, 0, 8, 2, 6, 1, 3, 7, 5];

describe('sparse tiles', () => {
  it.each([true, false])('lie where they say, with open sequences or closed ones (%s)', async (isOpen) => {
    expect(await readOne(slideFile(scattered(PICTURE, ORDER, { isOpen })))).toEqual(PICTURE);
  });

  it('that are missing are white', async () => {
    const { data } = await readOne(slideFile(scattered(PICTURE, [0, 1, 2, 3, 5, 6, 7, 8])));
    const hole = crop({ ...PICTURE, data }, { x: 16, y: 12, width: 16, height: 12 });
    expect(new Set(hole.data)).toEqual(new Set([255]));
    expect(data.subarray(0, 12)).toEqual(PICTURE.data.subarray(0, 12));
  });

  it('that are missing are white where the largest sample is black', async () => {
    const { positions, ...file } = scattered(PICTURE, [0, 1, 2, 3, 5, 6, 7, 8]);
    const frameData = positions.map(() => new Uint8Array(TILE[0] * TILE[1]).fill(40));
    const grey = { photometric: 'MONOCHROME1', samples: 1, frameData };
    const { data } = await readOne(slideFile({ ...file, positions, ...grey }));
    const hole = crop({ ...PICTURE, data }, { x: 16, y: 12, width: 16, height: 12 });
    expect([data[0], new Set(hole.data)]).toEqual([215, new Set([255])]);
  });

  it('of several focal planes and optical paths are those of the first', async () => {
    const other = scattered(PICTURE, ORDER, {}, { z: 5, path: 'a' });
    const first = scattered(PICTURE, ORDER, {}, { z: 0, path: 'a' });
    const path = scattered(PICTURE, ORDER, {}, { z: 0, path: 'b' });
    const blank = other.frameData.map(({ length }) => new Uint8Array(length));
    const file = slideFile({
      ...first,
      paths: [{ id: 'b', illumination: '111743' }, { id: 'a' }],
      positions: [...path.positions, ...first.positions, ...other.positions],
      frameData: [...blank, ...first.frameData, ...blank],
    });
    await withSlide(await folderOf({ 'a.dcm': file }), async (slide) => {
      expect(await wholeOf(slide)).toEqual(PICTURE);
      expect(slide.info.notes).toEqual([
        '2 optical paths, of which number 2 is read',
        '2 focal planes, of which the one at 0 µm is read',
      ]);
    });
  });
});

describe('focal planes of sparse tiles', () => {
  const at = (picture: Raster, order: readonly number[], z: number) => scattered(picture, order, {}, { z });
  /** Each plane another picture, one behind the other. */
  const stack = (planes: readonly (readonly [picture: Raster, z: number])[], more: Partial<SlideFile> = {}) => {
    const [first] = planes;
    const across = Math.ceil((first?.[0].width ?? 0) / TILE[0]);
    const tiles = across * Math.ceil((first?.[0].height ?? 0) / TILE[1]);
    const order = Array.from({ length: tiles }, (_, i) => i);
    const all = planes.map(([picture, z]) => at(picture, order, z));
    const joined = {
      organization: 'TILED_SPARSE',
      positions: all.flatMap(({ positions }) => positions),
      frameData: all.flatMap(({ frameData }) => frameData),
    };
    return slideFile({ ...joined, ...more }, first?.[0]);
  };
  const black = ({ width, height }: Raster): Raster => ({
    ...PICTURE,
    width,
    height,
    data: new Uint8Array(width * height * 3),
  });
  const planes = [
    [black(PICTURE), -3],
    [PICTURE, 0.25],
    [black(PICTURE), 3],
  ] as const;

  it('the nearest to 0 is read, at all levels', async () => {
    const small = stack(
      [
        [half, 0.2],
        [black(half), -3.1],
      ],
      level1,
    );
    await withSlide(await folderOf({ 'a.dcm': stack(planes), 'b.dcm': small }), async (slide) => {
      expect(await wholeOf(slide)).toEqual(PICTURE);
      expect(await slide.readRows({ width: 23, height: 16, top: 0, rows: 16 })).toEqual(half);
      expect(slide.info.notes).toEqual(['3 focal planes, of which the one at 0.25 µm is read']);
    });
  });

  it('a level of another one is left out', async () => {
    await withSlide(await folderOf({ 'a.dcm': stack(planes), 'b.dcm': stack([[half, -3]], level1) }), async (slide) => {
      expect(slide.levels).toHaveLength(1);
      expect(slide.info.notes).toContain('a level of 23 x 16, which is not read: its focal plane is that at -3 µm');
    });
  });

  it('tiles that each have a height of their own are one picture', async () => {
    const file = scattered(PICTURE, ORDER);
    const positions = file.positions.map((position, i) => ({ ...position, z: i / 4 - 1 }));
    await withSlide(await folderOf({ 'a.dcm': slideFile({ ...file, positions }) }), async (slide) => {
      expect(await wholeOf(slide)).toEqual(PICTURE);
      expect(slide.info.notes).toBeUndefined();
    });
  });
});

it('reads the first of full focal planes, and the brightfield path', async () => {
  const tiles = tilesOf(PICTURE, ...TILE);
  const blank = tiles.map(({ length }) => new Uint8Array(length));
  const planes = slideFile({ focalPlanes: 3, frameData: [...tiles, ...blank, ...blank] });
  expect(await readOne(planes)).toEqual(PICTURE);
  const paths = [{ id: 'b', illumination: '111741' }, { id: 'a' }];
  expect(await readOne(slideFile({ paths, frameData: [...blank, ...tiles] }))).toEqual(PICTURE);
});

describe('a concatenation', () => {
  const tiles = tilesOf(PICTURE, ...TILE);
  const part = (number: number, from: number, to: number, total: number | undefined = 3): Uint8Array =>
    slideFile({
      uid: `1.2.3.4.${number}`,
      frameData: tiles.slice(from, to),
      part: { number, firstFrame: from, ...(total === undefined ? {} : { total }) },
    });

  it('is one level', async () => {
    const folder = await folderOf({ 'x.dcm': part(2, 4, 5), 'y.dcm': part(1, 0, 4), 'z.dcm': part(3, 5, 9) });
    await withSlide(folder, async (slide) => expect(await wholeOf(slide)).toEqual(PICTURE));
    await withSlide(join(folder, 'z.dcm'), async (slide) => {
      const small = await slide.readRegion({ x: 0, y: 0, width: 45, height: 31, downsample: 3 });
      expect(small.data).toEqual(resizeArea(PICTURE, 15, 10).data);
    });
  });

  it('of which parts are missing or contradict each other is refused', async () => {
    const missing = /^bad-input: .*part 2 of 3 of the picture of 45 x 31 is missing; put all files/;
    expect(await problemOf({ 'x.dcm': part(1, 0, 4), 'z.dcm': part(3, 5, 9) })).toMatch(missing);
    expect(await problemOf({ 'x.dcm': part(1, 0, 4) }, 'x.dcm')).toMatch(/part 2 of 3 of the picture/);
    const open = { ...{ number: 1, firstFrame: 0 } };
    const alone = slideFile({ frameData: tiles, part: open });
    expect(await problemOf({ 'x.dcm': alone })).toMatch(/part 2 of the picture of 45 x 31 is missing/);
    const twice = {
      'x.dcm': part(1, 0, 4),
      'y.dcm': slideFile({ uid: '7', frameData: tiles.slice(0, 4), part: { number: 1, total: 2, firstFrame: 0 } }),
    };
    expect(await problemOf(twice)).toMatch(/two files are the same part/);
    expect(await problemOf({ 'x.dcm': part(1, 0, 4, 2), 'y.dcm': part(2, 5, 9, 2) })).toMatch(
      /y.dcm: it says that 5 frames come before it, and there are 4/,
    );
  });
});
