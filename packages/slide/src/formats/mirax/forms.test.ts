/** MIRAX slides of known photos: every level as it must be seen, however positions and images are stored; and what is refused. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectLevels } from '../../../tests/expect-levels.js';
import { lossyMiraxes } from '../../../tests/hostile/mirax-cases.mjs';
import { buildMirax, type MiraxOptions } from '../../../tests/mirax/mirax-builder.mjs';
import { serve } from '../../../tests/serve.js';
import { writeFiles } from '../../../tests/zarr/write-files.js';
import { browserRuntime } from '../../browser-runtime.js';
import { openSlide } from '../../open-slide.node.js';
import type { Slide } from '../../slide.js';
import { blobFolder } from '../../source/blob-folder.js';
import { readSlideTable } from '../../table/slide-table.node.js';
import { openSlideFolder } from '../open-source.js';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-mirax-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(options: MiraxOptions = {}, edit: (files: Map<string, Uint8Array>) => void = () => undefined) {
  const { files, levels } = await buildMirax(options);
  edit(files);
  const place = await writeFiles(join(folder, String(++count)), files);
  return { path: join(place, 'scan.mrxs'), place, levels, files };
}

async function opened<T>(path: string, use: (slide: Slide) => Promise<T>): Promise<T> {
  const slide = await openSlide(path);
  return use(slide).finally(() => slide.close());
}

const png = ({ width, height, data }: { width: number; height: number; data: Uint8Array }) =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();

describe('MIRAX', () => {
  it.each<[string, MiraxOptions]>([
    ['photos that lie unevenly', {}],
    ['packed positions', { positions: 'packed', perPage: 100 }],
    ['photos that lie evenly', { positions: 'none' }],
    ['photos without overlap', { positions: 'none', overlap: 0 }],
    ['photos of one image', { divisions: 1, photosAcross: 5, photosDown: 4 }],
    ['photos of sixteen images', { divisions: 4, side: 16, levels: 5, overlap: 16 }],
    [
      'photos that were not taken',
      { isMissing: (x, y) => x + y === 2, fill: 0x204060, photosAcross: 4, photosDown: 3 },
    ],
    ['places between pixels', { shift: (x, y) => [3 * x, 5 * y + x] }],
    ['PNG', { format: 'PNG', encode: png }],
  ])('shows every level as it must be: %s', async (_, options) => {
    const { path, levels } = await write(options);
    await opened(path, async (slide) => {
      expect(slide.levels.map(({ width, height }) => [width, height])).toEqual(
        levels.map(({ width, height }) => [width, height]),
      );
      await expectLevels(slide, levels);
      expect(slide.micronsPerPixel).toBe(0.25);
      expect(slide.info).toMatchObject({
        format: '3DHISTECH MIRAX',
        objectivePower: 40,
        micronsPerPixelFrom: 'Slidedat.ini',
      });
    });
  });

  it.each([
    ['all of it', () => false, undefined],
    ['its corner', (x: number, y: number) => x < 2 || y < 1, { x: 64, y: 32, width: 64, height: 64 }],
    ['its middle', (x: number, y: number) => x % 3 === 0 || y % 2 === 0, { x: 32, y: 32, width: 64, height: 32 }],
  ])('says which box of the slide was scanned: %s', async (_, isMissing, bounds) => {
    const { path } = await write({
      photosAcross: 4,
      photosDown: 3,
      positions: 'none',
      side: 16,
      overlap: 0,
      isMissing,
    });
    await opened(path, async (slide) => {
      expect([slide.width, slide.height]).toEqual([128, 96]);
      expect(slide.bounds).toEqual(bounds);
    });
  });

  it('reads more than one block', async () => {
    const { path, levels } = await write({ photosAcross: 12, photosDown: 9, side: 64, levels: 2 });
    const [full = { width: 1, height: 1, channels: 3, data: new Uint8Array() }] = levels;
    expect(full.width).toBeGreaterThan(1100);
    await opened(path, async (slide) => {
      const { width, height } = full;
      const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
      expect(Buffer.compare(data, full.data)).toBe(0);
    });
  });

  it('gives pictures beside the slide by name', async () => {
    const raw = { width: 40, height: 30, data: new Uint8Array(3600).fill(90) };
    const jpeg = await sharp(raw.data, { raw: { width: 40, height: 30, channels: 3 } })
      .jpeg()
      .toBuffer();
    const { path } = await write({ pictures: { label: jpeg, macro: jpeg } });
    await opened(path, async (slide) => {
      expect([...slide.info.associated].sort()).toEqual(['label', 'macro']);
      const { data, ...size } = await slide.readAssociated('label');
      expect([size, data.every((value) => Math.abs(value - 90) < 3)]).toEqual([
        { width: 40, height: 30, channels: 3 },
        true,
      ]);
    });
  });

  it('is a folder, in a page and on a server too, and one slide in a folder of pictures', async () => {
    const { place, path, levels, files } = await write();
    const [full] = levels;
    const whole = { x: 0, y: 0, width: full?.width ?? 0, height: full?.height ?? 0, downsample: 1 };
    await opened(join(place, 'scan'), async (slide) => expect(await slide.readRegion(whole)).toEqual(full));
    const chosen = new Map(
      [...files].map(([name, bytes]) => [name.replace('scan/', ''), new Blob([Uint8Array.from(bytes)])]),
    );
    const inPage = await openSlideFolder(blobFolder('scan', chosen), browserRuntime);
    expect(await inPage?.readRegion(whole)).toEqual(full);
    await inPage?.close();
    const rows = await readSlideTable(place);
    expect(rows.map(({ id, image }) => [id, image])).toEqual([['scan', path]]);
  });

  it('is read from a server', async () => {
    const { place, levels } = await write({}, (files) => files.set('scan.mrxs', Uint8Array.of(1)));
    const server = await serve(place);
    try {
      await opened(`${server.address}/scan.mrxs`, async (slide) => {
        const { width, height } = slide;
        expect(await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 })).toEqual(levels[0]);
      });
    } finally {
      await server.close();
    }
  });
});

const line = (from: RegExp, to: string) => (files: Map<string, Uint8Array>) => {
  const name = 'scan/Slidedat.ini';
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(files.get(name));
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  files.set(name, new TextEncoder().encode(changed));
};

describe('MIRAX that is refused', () => {
  it.each<[string, (files: Map<string, Uint8Array>) => void, string]>([
    ['no folder', (files) => files.delete('scan/Slidedat.ini'), 'scan/Slidedat.ini is missing; a MIRAX slide is'],
    ['no index', (files) => files.delete('scan/Index.dat'), 'scan/Index.dat is missing'],
    ['no data file', (files) => files.delete('scan/Data0001.dat'), 'scan/Data0001.dat is missing'],
    ['another slide', line(/A1B2C3D4/, 'B1B2C3D4'), 'of another slide than Slidedat.ini'],
    ['a missing key', line(/IMAGENUMBER_X/, 'IMAGENUMBER_Q'), '"IMAGENUMBER_X" is missing in [GENERAL]'],
    ['an impossible number', line(/IMAGENUMBER_X = \d+/, 'IMAGENUMBER_X = -3'), '"IMAGENUMBER_X" is -3'],
    ['images of other formats', line(/BMP24/, 'TIFF'), 'images of the format "TIFF" are not supported'],
    ['another format than stated', line(/BMP24/g, 'JPEG'), 'it does not start as a JPEG'],
    [
      'fluorescence',
      line(/HIER_COUNT = 1/, 'HIER_COUNT = 2\r\nHIER_1_NAME = Slide filter level\r\nHIER_1_COUNT = 3'),
      'several fluorescence filters',
    ],
    ['files outside', line(/Data0000.dat/, '../../secret'), '"FILE_0" is no name of a file in the slide'],
    ['fewer photos', line(/IMAGENUMBER_Y = 4/, 'IMAGENUMBER_Y = 6'), 'they have 54 bytes where 81 are needed'],
    [
      'a cut index',
      (files) => files.set('scan/Index.dat', files.get('scan/Index.dat')?.slice(0, 90) ?? new Uint8Array()),
      'lie outside the file',
    ],
    [
      'cut data',
      (files) => files.set('scan/Data0000.dat', files.get('scan/Data0000.dat')?.slice(0, 9000) ?? new Uint8Array()),
      'pass its end',
    ],
  ])('%s', async (_, edit, problem) => {
    const { path } = await write({}, edit);
    const read = () =>
      opened(path, ({ readRegion, width, height }) => readRegion({ x: 0, y: 0, width, height, downsample: 1 }));
    await expect(read()).rejects.toMatchObject({ subject: path });
    await expect(read()).rejects.toThrow(problem);
  });
});

describe('MIRAX that lacks something or has it elsewhere', () => {
  it('is refused, or says so', async () => {
    const quiet: string[] = [];
    const outcomes = { refused: 0, said: 0 };
    for await (const [name, files] of lossyMiraxes()) {
      const place = await writeFiles(join(folder, String(++count)), files);
      const notes = await opened(join(place, 'case.mrxs'), async ({ info }) => info.notes ?? []).catch(() => undefined);
      if (notes === undefined) outcomes.refused++;
      else if (notes.length > 0) outcomes.said++;
      else quiet.push(name);
    }
    expect(quiet).toEqual([]);
    expect(outcomes).toEqual({ refused: 14, said: 8 });
  });

  it('counts what a scanner went over', async () => {
    const { path } = await write({ isMissing: (x, y) => x + y === 2, photosAcross: 4, photosDown: 3 });
    await opened(path, async ({ info }) =>
      expect(info.notes).toEqual(['9 of 12 places (75 %) have a photo; the others are shown in the fill colour']),
    );
  });

  it.each<[string, (files: Map<string, Uint8Array>) => void, string]>([
    ['levels of other scales', line(/PIXEL_X = 0.5/, 'PIXEL_X = 0.25'), '"MICROMETER_PER_PIXEL_X" of level 1 is 0.25'],
    ['levels that are not counted', line(/HIER_0_COUNT = 4/, 'HIER_0_COUNT = 3'), 'counts only 3 of them'],
    ['positions of another name', line(/VIMSLIDE_POSITION_BUFFER/, 'VIMSLIDE'), 'record 1 has as many bytes'],
  ])('%s', async (_, edit, problem) => {
    const { path } = await write({}, edit);
    await expect(openSlide(path)).rejects.toThrow(problem);
  });
});
