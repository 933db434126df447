/** What OME-Zarr may say of a picture: planes, depths, scales, colours, missing chunks; and what is refused, in one sentence. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop, type Raster, resizeArea } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplePicture } from '../../../tests/format-suite.js';
import { writeFiles } from '../../../tests/zarr/write-files.js';
import { buildZarr, type ZarrOptions } from '../../../tests/zarr/zarr-builder.mjs';
import { openSlide } from '../../open-slide.node.js';
import type { Slide } from '../../slide.js';
import { readSlideTable } from '../../table/slide-table.node.js';

const picture = samplePicture(61, 43);
const half = resizeArea(picture, 30, 21);
const quarter = resizeArea(picture, 15, 10);
const grey: Raster = { ...picture, channels: 1, data: picture.data.filter((_, i) => i % 3 === 1) };
const whole = { x: 0, y: 0, width: 61, height: 43, downsample: 1 };

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-zarr-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = (
  options: Partial<ZarrOptions> = {},
  edit: (files: Map<string, Uint8Array>) => void = () => undefined,
) => {
  const files = buildZarr({ levels: [picture], ...options });
  edit(files);
  return writeFiles(join(folder, `${++count}.ome.zarr`), files);
};
const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

async function opened<T>(path: string, use: (slide: Slide) => Promise<T>): Promise<T> {
  const slide = await openSlide(path);
  return use(slide).finally(() => slide.close());
}
const pixelsOf = (path: string): Promise<Raster> => opened(path, (slide) => slide.readRegion(whole));

/** The file's JSON with some keys changed, or removed where undefined. */
const change = (name: string, changes: object) => (files: Map<string, Uint8Array>) => {
  const before: object = JSON.parse(new TextDecoder().decode(files.get(name)));
  files.set(name, text({ ...before, ...changes }));
};

const dyes = ['DAPI', 'FITC', 'TRITC'].map((label) => ({ label }));

describe('OME-Zarr', () => {
  it.each([2, 3] as const)('gives the own pixels of every level, version %i of Zarr', async (version) => {
    const levels = [picture, half, quarter];
    await opened(await write({ levels, version, microns: [0.25, 0.5], unit: 'micrometer' }), async (slide) => {
      expect(slide.levels.map(({ width, height }) => [width, height])).toEqual([
        [61, 43],
        [30, 21],
        [15, 10],
      ]);
      for (const { width, height, data } of levels) {
        expect((await slide.readRows({ width, height, top: 0, rows: height })).data).toEqual(data);
        const window = { x: width >> 1, y: height >> 2, width: width >> 2, height: height >> 1 };
        const { x, y } = window;
        const part = { width, height, top: y, rows: window.height, left: x, columns: window.width };
        expect(await slide.readRows(part)).toEqual(crop({ width, height, channels: 3, data }, window));
      }
      expect(slide.pixelSize).toEqual({ x: 0.25, y: 0.5 });
      expect(slide.info).toMatchObject({
        format: version === 2 ? 'OME-Zarr 0.4' : 'OME-Zarr 0.5',
        micronsPerPixelFrom: 'OME-Zarr coordinate transformations',
        pixels: expect.stringContaining('8-bit RGB'),
      });
      expect(slide.info.levels[1]).toMatchObject({
        blocks: 'tiles',
        blockWidth: 16,
        blockHeight: 16,
        compression: version === 2 ? 'zlib' : 'zlib',
      });
    });
  });

  it.each([
    ['nanometer', 500, 0.5],
    ['millimeter', 0.0005, 0.5],
    ['micrometer', 0.5, 0.5],
    ['', 0.5, undefined],
    ['pixel', 0.5, undefined],
    ['meter', 1, undefined],
  ])('knows a scale in %j', async (unit, length, microns) => {
    await opened(await write({ microns: [length, length], unit }), async (slide) => {
      if (microns === undefined) expect(slide.micronsPerPixel).toBeUndefined();
      else expect(slide.micronsPerPixel).toBeCloseTo(microns, 9);
      expect(slide.info.scaleNote === undefined).toBe(microns !== undefined || unit === '');
    });
  });

  it.each([
    ['focal planes', { axes: 'zcyx', planes: { z: 5 } }, '5 focal planes, of which the middle one (3) is read'],
    [
      'focal planes in one chunk',
      { axes: 'tczyx', planes: { z: 4 }, chunk: { z: 3, c: 3 } },
      '4 focal planes, of which the middle one (3) is read',
    ],
    ['time points', { axes: 'tcyx', planes: { t: 3 }, chunk: { t: 2 } }, '3 time points, of which the first is read'],
  ])('reads one of several %s and says so', async (_, options, note) => {
    const path = await write(options);
    expect(await pixelsOf(path)).toEqual(picture);
    await opened(path, async ({ info }) => expect(info.notes).toContain(note));
  });

  it('reads 16 bits by their highest eight, in both orders of bytes, and grey', async () => {
    for (const bigEndian of [false, true]) {
      const omero = { channels: [{ color: 'FF0000' }, { color: '00FF00' }, { color: '0000FF' }] };
      expect(await pixelsOf(await write({ bits: 16, bigEndian, omero }))).toEqual(picture);
      expect(await pixelsOf(await write({ bits: 16, bigEndian, omero, version: 3, chunk: { c: 3 } }))).toEqual(picture);
    }
    const wanted = { ...picture, data: picture.data.map((_, i) => grey.data[Math.floor(i / 3)] ?? 0) };
    expect(await pixelsOf(await write({ levels: [grey], axes: 'yx' }))).toEqual(wanted);
    expect(await pixelsOf(await write({ levels: [grey], bits: 16 }))).toEqual(wanted);
  });

  it('puts channels in the order of their colours', async () => {
    const omero = { channels: [{ color: '0000ff' }, { color: '#FF0000' }, { color: '00FF00' }] };
    const wanted = picture.data.map((_, i) => picture.data[i - (i % 3) + ((i + 1) % 3)] ?? 0);
    for (const chunk of [{}, { c: 3 }, { c: 2 }])
      expect((await pixelsOf(await write({ omero, chunk }))).data).toEqual(wanted);
    await opened(await write(), async ({ info }) => expect(info.notes?.[0]).toContain('taken as red, green and blue'));
  });

  it('takes the fill value where chunks, shards or parts of a shard are missing', async () => {
    const isMissing = (_: number, place: readonly number[]) => place[1] === 1 && (place[2] ?? 0) > 1;
    const wanted = picture.data.map((value, i) => {
      const [x, y] = [Math.floor(i / 3) % 61, Math.floor(i / 183)];
      return y >= 16 && y < 32 && x >= 32 ? 77 : value;
    });
    for (const options of [
      {},
      { version: 3 },
      { version: 3, shards: { x: 2, y: 2 } },
      { version: 3, shards: { x: 2 } },
    ] as const) {
      expect((await pixelsOf(await write({ ...options, isMissing, fill: 77 }))).data).toEqual(wanted);
    }
  });

  it('opens the first series of a conversion', async () => {
    const path = await write({ prefix: '0/' }, (files) => {
      files.set('.zattrs', text({ 'bioformats2raw.layout': 3 }));
      files.set('1/.zattrs', text({}));
      files.set('OME/.zattrs', text({ series: ['0', '1'] }));
    });
    expect(await pixelsOf(path)).toEqual(picture);
    await opened(path, async ({ info }) => expect(info.notes?.[0]).toBe('2 series, of which the first is read'));
  });

  it('counts as one slide in a table and in a folder of pictures', async () => {
    const place = join(folder, 'scans');
    await writeFiles(join(place, 'a.ome.zarr'), buildZarr({ levels: [picture] }));
    await writeFiles(join(place, 'b.zarr'), buildZarr({ levels: [picture], version: 3 }));
    const notes: string[] = [];
    const rows = await readSlideTable(place, { onNote: (note) => notes.push(note) });
    expect([rows.map(({ id }) => id), notes]).toEqual([['a', 'b'], []]);
    await writeFile(join(place, 'slides.csv'), 'id,image\none,a.ome.zarr\n');
    const [row] = await readSlideTable(join(place, 'slides.csv'));
    expect(await pixelsOf(row?.image ?? '')).toEqual(picture);
    expect((await readSlideTable(join(place, 'b.zarr')))[0]?.id).toBe('b');
  });
});

const group = (attributes: object) => (files: Map<string, Uint8Array>) => files.set('.zattrs', text(attributes));
const levels = [picture, half];

describe('OME-Zarr that is refused', () => {
  it.each<[string, Partial<ZarrOptions>, (files: Map<string, Uint8Array>) => void, RegExp]>([
    ['a plate', {}, group({ plate: {} }), /this is a plate of wells \(HCS\), not a slide; give the folder of one/],
    ['a well', {}, group({ well: {} }), /a well of a plate/],
    ['labels', {}, group({ labels: ['cells'] }), /holds label images and no picture/],
    ['a label image', { attributes: { 'image-label': {} } }, () => undefined, /this is a label image of OME-Zarr/],
    ['a group of something else', {}, group({}), /no picture of OME-Zarr/],
    [
      'other versions',
      {},
      change('.zattrs', { multiscales: [{ version: '0.1' }] }),
      /version "0.1" of OME-Zarr is not supported/,
    ],
    [
      'other axes',
      {},
      change('.zattrs', { multiscales: [{ axes: ['q', 'y', 'x'] }] }),
      /the axes \["q","y","x"\] are not supported/,
    ],
    ['no axes', {}, change('.zattrs', { multiscales: [{ datasets: [] }] }), /its axes are not stated/],
    [
      'channels of other colours',
      { omero: { channels: [{ color: 'FF00FF' }, { color: '00FF00' }, {}] } },
      () => undefined,
      /3 channels are not supported that are coloured FF00FF, 00FF00, not at all/,
    ],
    ['dyes', { omero: { channels: dyes } }, () => undefined, /called DAPI, FITC, TRITC/],
    ['three channels of 16 bits', { bits: 16 }, () => undefined, /unless the file says that 16-bit channels are red/],
    ['floats', {}, change('0/.zarray', { dtype: '<f4' }), /samples of type "<f4" are not supported/],
    [
      'other compressors',
      {},
      change('0/.zarray', { compressor: { id: 'lzma' } }),
      /the compressor "lzma" is not supported/,
    ],
    ['filters', {}, change('0/.zarray', { filters: [{ id: 'delta' }] }), /filters are not supported/],
    [
      'chunks of a gigabyte',
      {},
      change('0/.zarray', { chunks: [1, 32768, 32768] }),
      /chunks of 1 x 32768 x 32768 samples take more than 64 MB/,
    ],
    [
      'no metadata of a level',
      { levels },
      (files) => files.delete('1/.zarray'),
      /1\/.zarray: the metadata of this level are missing/,
    ],
    [
      'levels that contradict each other',
      { levels },
      change('1/.zarray', { shape: [3, 21, 50] }),
      /a level of 50 x 21 pixels is no smaller one of a picture of 61 x 43/,
    ],
    ['a level of other samples', { levels }, change('1/.zarray', { dtype: '<u2' }), /other samples or channels/],
    [
      'a level of another scale',
      { levels: [picture, { ...half }] },
      (files) => {
        const attributes = JSON.parse(new TextDecoder().decode(files.get('.zattrs')));
        attributes.multiscales[0].datasets[1].coordinateTransformations[0].scale = [1, 2, 2];
        files.set('.zattrs', text(attributes));
      },
      /states that its pixels are 4 times as large \(axis x\), and its size of 30 x 21 is that of 2.033/,
    ],
    [
      'a picture that would be black',
      { bits: 16, levels: [{ ...grey, data: grey.data.map(() => 3) }] },
      () => undefined,
      /would be black/,
    ],
    [
      'names that lead outside',
      {},
      (files) => {
        const attributes = JSON.parse(new TextDecoder().decode(files.get('.zattrs')));
        attributes.multiscales[0].datasets[0].path = '../x';
        files.set('.zattrs', text(attributes));
      },
      /names a file outside its folder/,
    ],
  ])('%s', async (_, options, edit, problem) => {
    const path = await write(options, edit);
    await expect(openSlide(path)).rejects.toMatchObject({ subject: path });
    await expect(openSlide(path)).rejects.toThrow(problem);
  });

  it('says which chunk is damaged', async () => {
    const damaged = [
      [{}, (files: Map<string, Uint8Array>) => files.set('0/1/0/2', Uint8Array.of(1, 2, 3)), '0, chunk 1/0/2: '],
      [
        { compressor: 'none' },
        (files: Map<string, Uint8Array>) => files.set('0/1/0/2', new Uint8Array(255)),
        '255 bytes were decoded where 256 are needed',
      ],
      [
        {},
        (files: Map<string, Uint8Array>) => files.set('0/1/0/2', new Uint8Array(1e5)),
        '100000 bytes are stored where at most',
      ],
      [
        { version: 3, sums: true },
        (files: Map<string, Uint8Array>) => files.get('0/c/1/0/2')?.reverse(),
        'does not have the sum',
      ],
      [
        { version: 3, shards: { x: 4, y: 4 } },
        (files: Map<string, Uint8Array>) => files.get('0/c/1/0/0')?.fill(9, -40),
        'does not have the sum',
      ],
      [
        { version: 3, shards: { x: 4, y: 4 } },
        (files: Map<string, Uint8Array>) => files.set('0/c/1/0/0', new Uint8Array(9)),
        'its index of 260 bytes is cut off',
      ],
    ] as const;
    for (const [options, edit, problem] of damaged) {
      const path = await write(options, edit);
      await expect(pixelsOf(path)).rejects.toMatchObject({ code: 'bad-input', subject: path });
      await expect(pixelsOf(path)).rejects.toThrow(problem);
    }
  });

  it('a folder that is only called so', async () => {
    const path = await writeFiles(join(folder, 'empty.zarr'), new Map());
    await expect(openSlide(path)).rejects.toThrow('there are no metadata of Zarr in it');
  });
});
