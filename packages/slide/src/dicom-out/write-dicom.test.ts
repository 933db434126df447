import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Raster, resizeArea } from '@ftuseg/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cleanUp, folderOf, slideFile, wholeOf, withSlide } from '../../tests/dicom/dicom-folder.js';
import { buildSlide, type SlideFile, SYNTAX, tilesOf } from '../../tests/dicom/slide-builder.mjs';
import { samplePicture } from '../../tests/format-suite.js';
import type { Slide } from '../slide.js';
import { writeDicom } from './write-dicom.node.js';

cleanUp();

/** Colours that a JPEG keeps nearly as they are. */
function smooth(width: number, height: number): Raster {
  const at = (i: number): number => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return [60 + x / 2, 90 + y / 2, 200 - (x + y) / 3][i % 3] ?? 0;
  };
  return { width, height, channels: 3, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => at(i)) };
}

const FULL = smooth(300, 200);
const HALF = resizeArea(FULL, 150, 100);
const TILE = [64, 48] as const;

const distance = (a: Raster, b: Raster): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.data[i] ?? 999))), 0);

const jpegs = (picture: Raster): Promise<Uint8Array[]> =>
  Promise.all(
    tilesOf(picture, ...TILE).map(async (tile) => {
      const image = sharp(tile, { raw: { width: TILE[0], height: TILE[1], channels: 3 } });
      return new Uint8Array(await image.jpeg({ chromaSubsampling: '4:4:4' }).toBuffer());
    }),
  );

/** A pyramid of JPEG tiles with a label. @param photometric what the tiles are said to hold */
async function pyramid(photometric: string, sparse: Partial<SlideFile> = {}): Promise<string> {
  const file = async (picture: Raster, more: Partial<SlideFile>): Promise<Uint8Array> =>
    buildSlide({
      width: picture.width,
      height: picture.height,
      tile: TILE,
      syntax: SYNTAX.jpeg,
      photometric,
      frameData: await jpegs(picture),
      ...more,
    });
  return folderOf({
    'a.dcm': await file(FULL, sparse),
    'b.dcm': await file(HALF, { uid: '1.2.3.5', spacing: '0.001\\0.001' }),
    'label.dcm': slideFile({ uid: '1.2.3.6', type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE' }),
  });
}

/** Writes a slide as DICOM beside nothing else. @returns the folder */
const written = (from: string, more: object = {}): Promise<string> =>
  withSlide(from, async (slide) => {
    const folder = join(await folderOf({}), 'out');
    await writeDicom(folder, slide, { micronsPerPixel: slide.micronsPerPixel, container: 'glass 1', ...more });
    return folder;
  });

const tileOf = (slide: Slide, level: number, column: number, row: number): Promise<Uint8Array | undefined> =>
  slide.readJpegTile?.({ level, column, row }) ?? Promise.resolve(undefined);

describe('tiles of a pyramid', () => {
  it.each(['RGB', 'YBR_FULL_422'])('are handed through as they are (%s)', async (photometric) => {
    const from = await pyramid(photometric);
    const to = await written(from);
    expect(await readdir(to)).toEqual(['level-0.dcm', 'level-1.dcm']);
    await withSlide(from, async (old) =>
      withSlide(to, async (slide) => {
        expect(slide.levels).toEqual(old.levels);
        expect([slide.micronsPerPixel, slide.info.objectivePower]).toEqual([0.5, 20]);
        expect(slide.info.associated).toEqual([]);
        expect(await wholeOf(slide)).toEqual(await wholeOf(old));
        for (const level of [0, 1]) expect(await tileOf(slide, level, 1, 1)).toEqual(await tileOf(old, level, 1, 1));
      }),
    );
  });

  it('that were never written are compressed, white', async () => {
    const all = await jpegs(FULL);
    const order = all.map((_, tile) => tile).filter((tile) => tile !== 24);
    const positions = order.map((tile) => ({ column: (tile % 5) * 64 + 1, row: Math.floor(tile / 5) * 48 + 1 }));
    const frameData = order.map((tile) => all[tile] ?? new Uint8Array());
    const to = await written(await pyramid('YBR_FULL_422', { organization: 'TILED_SPARSE', positions, frameData }));
    await withSlide(to, async (slide) => {
      const corner = await slide.readRegion({ x: 256, y: 192, width: 44, height: 8, downsample: 1 });
      expect(new Set(corner.data)).toEqual(new Set([255]));
    });
  });

  it('are compressed anew where their quality or size is asked for', async () => {
    const from = await pyramid('YBR_FULL_422');
    const to = await written(from, { tileSize: 128, quality: 95 });
    const old = await withSlide(from, wholeOf);
    await withSlide(to, async (slide) => {
      expect(slide.info.levels.map(({ width, blockWidth }) => [width, blockWidth])).toEqual([
        [300, 128],
        [150, 128],
        [75, 128],
      ]);
      expect(distance(await wholeOf(slide), old)).toBeLessThan(10);
    });
  });
});

describe('tiles of JPEG 2000', () => {
  const fixture = (name: string): string => new URL(`../../tests/fixtures/${name}.tif`, import.meta.url).pathname;

  it('are handed through as they are, by the name of their component transform', async () => {
    const from = fixture('jpeg2000-rgb');
    const to = await written(from, { micronsPerPixel: 0.5 });
    await withSlide(from, async (old) =>
      withSlide(to, async (slide) => {
        expect(slide.info.levels[0]?.compression).toContain('jpeg-2000');
        expect(await wholeOf(slide)).toEqual(await wholeOf(old));
        const file = await readFile(join(to, 'level-0.dcm'));
        const tile = await old.readJpeg2000Tile?.({ level: 0, column: 1, row: 1 });
        expect(file.includes(Buffer.from(tile?.data ?? []))).toBe(true);
        expect(tile?.data.length).toBeGreaterThan(100);
        for (const text of ['1.2.840.10008.1.2.4.91', 'YBR_RCT', 'ISO_15444_1']) expect(file.includes(text)).toBe(true);
      }),
    );
  });

  it('of YCbCr with a reversible wavelet are compressed anew, and refused where they are to be kept', async () => {
    const from = fixture('jpeg2000-ycbcr');
    await withSlide(await written(from, { micronsPerPixel: 0.5 }), async ({ info }) =>
      expect(info.levels[0]?.compression).toContain('jpeg'),
    );
    await expect(written(from, { micronsPerPixel: 0.5, compression: 'keep' })).rejects.toThrow(
      /YCbCr with a reversible wavelet, for which DICOM has no name/,
    );
  });
});

describe('a slide without a pyramid', () => {
  it('is halved down to one tile', async () => {
    const from = await folderOf({ 'a.dcm': slideFile({ spacing: '0.0004\\0.0005' }, FULL) });
    const to = await written(from, { micronsPerPixel: { x: 0.5, y: 0.4 } });
    await withSlide(to, async (slide) => {
      expect(slide.levels.map(({ width, height }) => [width, height])).toEqual([
        [300, 200],
        [150, 100],
      ]);
      expect(slide.pixelSize).toEqual({ x: 0.5, y: 0.4 });
      expect(distance(await wholeOf(slide), FULL)).toBeLessThan(10);
      const half = await slide.readRows({ width: 150, height: 100, top: 0, rows: 100 });
      expect(distance(half, HALF)).toBeLessThan(10);
    });
  });

  it('of one pixel is one tile', async () => {
    const to = await written(await folderOf({ 'a.dcm': slideFile({}, samplePicture(1, 1)) }));
    await withSlide(to, async ({ width, height }) => expect([width, height]).toEqual([1, 1]));
  });
});

it('is refused without a scale, and in a folder that has a slide; nothing is left behind', async () => {
  const from = await folderOf({ 'a.dcm': slideFile() });
  await expect(written(from, { micronsPerPixel: undefined })).rejects.toThrow(/its scale is unknown, and DICOM has no/);
  await withSlide(from, async (slide) => {
    const options = { micronsPerPixel: 0.5, container: 'a' };
    await expect(writeDicom(from, slide, options)).rejects.toThrow(/there is a DICOM slide in it already \(a\.dcm\)/);
    const empty = await folderOf({});
    const signal = AbortSignal.abort();
    await expect(writeDicom(empty, slide, { ...options, signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(empty)).toEqual([]);
  });
});

const hasDcmtk = spawnSync('dcmdump', ['--version']).status === 0;
it.skipIf(!hasDcmtk)("is DICOM to dcmtk (needs dcmtk's dcmdump)", async () => {
  const folder = await written(await pyramid('RGB'));
  for (const name of await readdir(folder)) {
    const told = execFileSync('dcmdump', [join(folder, name)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(told).not.toMatch(/^[WE]: /m);
    expect(told).toContain('=VLWholeSlideMicroscopyImageStorage');
    expect((await readFile(join(folder, name))).length % 2).toBe(0);
  }
});
