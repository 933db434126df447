/** What frames hold: colours, depths, compressions, and how they are cut into items. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Raster } from '@ftuseg/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  cleanUp,
  folderOf,
  PICTURE,
  problemOf,
  readOne,
  slideFile,
  TILE,
  withSlide,
} from '../../../tests/dicom/dicom-folder.js';
import {
  buildSlide,
  planes,
  runLengths,
  type SlideFile,
  SYNTAX,
  tilesOf,
} from '../../../tests/dicom/slide-builder.mjs';
import { adobeMarker } from '../../codecs/jpeg/jpeg-stream.js';
import { openSlide } from '../../open-slide.node.js';

cleanUp();

const TILES = tilesOf(PICTURE, ...TILE);
const [across, down] = TILE;

/** The picture that a decoder of tiles makes. */
async function assembled(decode: (tile: number) => Promise<Uint8Array>): Promise<Raster> {
  const { width, height } = PICTURE;
  const data = new Uint8Array(width * height * 3);
  const decoded = await Promise.all(TILES.map((_, tile) => decode(tile)));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const tile = Math.floor(y / down) * Math.ceil(width / across) + Math.floor(x / across);
      const from = ((y % down) * across + (x % across)) * 3;
      data.set(decoded[tile]?.subarray(from, from + 3) ?? [], (y * width + x) * 3);
    }
  }
  return { width, height, channels: 3, data };
}

const raw = async (stream: Uint8Array): Promise<Uint8Array> => new Uint8Array(await sharp(stream).raw().toBuffer());

/** A stream without what says whose it is and what its components are. */
function bare(stream: Uint8Array): Uint8Array {
  let at = 2;
  while (stream[at + 1] !== 0xdb) at += 2 + (stream[at + 2] ?? 0) * 256 + (stream[at + 3] ?? 0);
  return Uint8Array.of(0xff, 0xd8, ...stream.subarray(at));
}

const marked = (stream: Uint8Array, transform: 0 | 1): Uint8Array =>
  Uint8Array.of(0xff, 0xd8, ...adobeMarker(transform), ...bare(stream).subarray(2));

/** JFIF's own segment, whose streams are grey or YCbCr. */
const jfif = (stream: Uint8Array): Uint8Array =>
  Uint8Array.of(
    0xff,
    0xd8,
    0xff,
    0xe0,
    0,
    16,
    0x4a,
    0x46,
    0x49,
    0x46,
    0,
    1,
    1,
    0,
    0,
    1,
    0,
    1,
    0,
    0,
    ...bare(stream).subarray(2),
  );

const smooth = await Promise.all(
  TILES.map(async (_, tile) => {
    const data = Uint8Array.from(
      { length: across * down * 3 },
      (_, i) => (i % 3) * 90 + tile * 5 + Math.floor(i / 48) * 2,
    );
    const picture = sharp(data, { raw: { width: across, height: down, channels: 3 } });
    return new Uint8Array(await picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer());
  }),
);
const jpegs = (photometric: string, frame: (stream: Uint8Array) => Uint8Array): Uint8Array =>
  slideFile({ syntax: SYNTAX.jpeg, photometric, frameData: smooth.map(frame) });

describe('JPEG', () => {
  const converted = (): Promise<Raster> => assembled((tile) => raw(smooth[tile] ?? new Uint8Array()));
  const unconverted = (): Promise<Raster> => assembled((tile) => raw(marked(smooth[tile] ?? new Uint8Array(), 0)));

  it('is converted as the header says where the stream says nothing', async () => {
    expect(await readOne(jpegs('YBR_FULL_422', bare))).toEqual(await converted());
    expect(await readOne(jpegs('YBR_FULL', bare))).toEqual(await converted());
    expect(await readOne(jpegs('RGB', bare))).toEqual(await unconverted());
    expect(await converted()).not.toEqual(await unconverted());
  });

  it('is converted as the stream says where it says something', async () => {
    for (const photometric of ['RGB', 'YBR_FULL_422']) {
      expect(await readOne(jpegs(photometric, jfif))).toEqual(await converted());
      expect(await readOne(jpegs(photometric, (stream) => marked(stream, 1)))).toEqual(await converted());
      expect(await readOne(jpegs(photometric, (stream) => marked(stream, 0)))).toEqual(await unconverted());
    }
  });

  it('tiles are handed out undecoded, with the colours that they are shown in', async () => {
    const folder = await folderOf({ 'a.dcm': jpegs('RGB', bare) });
    await withSlide(folder, async (slide) => {
      const tile = await slide.readJpegTile?.({ level: 0, column: 1, row: 1 });
      const shown = await slide.readRegion({ x: 16, y: 12, width: across, height: down, downsample: 1 });
      expect(await raw(tile ?? new Uint8Array())).toEqual(shown.data);
    });
  });

  it('frames of several items are found by a table, or by how they begin', async () => {
    const pieces = (stream: Uint8Array): Uint8Array[] => [
      stream.subarray(0, 60),
      stream.subarray(60, 64),
      stream.subarray(64),
    ];
    const frameData = smooth.map((stream, tile) => (tile % 2 === 0 ? pieces(stream) : [stream]));
    for (const table of ['basic', 'none'] as const) {
      const file = slideFile({ syntax: SYNTAX.jpeg, photometric: 'YBR_FULL_422', frameData, table });
      expect(await readOne(file)).toEqual(await converted());
    }
    const lost = slideFile({
      syntax: SYNTAX.rle,
      frameData: frameData.map(() => [new Uint8Array(70), new Uint8Array(70)]),
      table: 'none',
    });
    expect(await problemOf({ 'a.dcm': lost })).toMatch(/18 items do not make 9 frames/);
  });
});

it('JPEG 2000 with its own colour transform, and without', async () => {
  const fixture = (name: string): string =>
    fileURLToPath(new URL(`../../../tests/fixtures/${name}.tif`, import.meta.url));
  for (const [name, photometric] of [
    ['jpeg2000-rgb', 'YBR_RCT'],
    ['jpeg2000-rgb', 'RGB'],
    ['jpeg2000-ycbcr', 'YBR_FULL'],
  ] as const) {
    const bytes = await readFile(fixture(name));
    const starts: number[] = [];
    for (let at = bytes.indexOf('ff4fff51', 0, 'hex'); at >= 0; at = bytes.indexOf('ff4fff51', at + 1, 'hex'))
      starts.push(at);
    const frameData = starts.map(
      (start) => new Uint8Array(bytes.subarray(start, bytes.indexOf('ffd9', start, 'hex') + 2)),
    );
    const tiff = await openSlide(fixture(name));
    const { width, height } = tiff;
    const wanted = await tiff.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
    await tiff.close();
    const changes: SlideFile['changes'] = photometric === 'YBR_FULL' ? { 2621444: ['CS', 'YBR_ICT'] } : {};
    const more = { width, height, tile: [32, 32] as const, syntax: SYNTAX.jpeg2000, photometric, frameData, changes };
    expect(await readOne(buildSlide(more))).toEqual(wanted);
  }
});

describe('samples', () => {
  const grey = TILES.map((tile) => tile.filter((_, i) => i % 3 === 1));
  const spread = (values: (sample: number) => number): Promise<Raster> =>
    assembled(async (tile) =>
      Uint8Array.from(grey[tile] ?? []).reduce(
        (out, value, i) => out.fill(values(value), 3 * i, 3 * i + 3),
        new Uint8Array(across * down * 3),
      ),
    );
  const mono = (photometric: string, more: Partial<SlideFile> = {}): Uint8Array =>
    slideFile({ samples: 1, photometric, frameData: grey, ...more });

  it('that are grey become RGB, black or white at zero', async () => {
    expect(await readOne(mono('MONOCHROME2'))).toEqual(await spread((value) => value));
    expect(await readOne(mono('MONOCHROME1'))).toEqual(await spread((value) => 255 - value));
  });

  it('of 12 of 16 bits keep their highest eight, plain and in run lengths', async () => {
    const values = grey.map((tile) => Array.from(tile, (value) => value * 16 + 7));
    const low = (tile: number[]): Uint8Array => Uint8Array.from(tile, (value) => value & 255);
    const high = (tile: number[]): Uint8Array => Uint8Array.from(tile, (value) => value >> 8);
    const plain = values.map((tile) => Uint8Array.from(tile.flatMap((value) => [value & 255, value >> 8])));
    const packed = values.map((tile) => runLengths([high(tile), low(tile)]));
    const depth = { bits: 16, usedBits: 12 };
    const wanted = await spread((value) => value);
    expect(await readOne(mono('MONOCHROME2', { ...depth, frameData: plain }))).toEqual(wanted);
    expect(await readOne(mono('MONOCHROME2', { ...depth, frameData: packed, syntax: SYNTAX.rle }))).toEqual(wanted);
  });

  it('of full and halved chroma become RGB', async () => {
    // Chroma of 128 is grey, whichever way it is stored.
    const full = grey.map((tile) => Uint8Array.from([...tile].flatMap((luma) => [luma, 128, 128])));
    const halved = grey.map((tile) =>
      Uint8Array.from({ length: tile.length / 2 }, (_, i) => i).reduce<number[]>((out, _, i) => {
        out.push(tile[2 * i] ?? 0, tile[2 * i + 1] ?? 0, 128, 128);
        return out;
      }, []),
    );
    const wanted = await spread((value) => value);
    expect(await readOne(slideFile({ photometric: 'YBR_FULL', frameData: full }))).toEqual(wanted);
    expect(
      await readOne(slideFile({ photometric: 'YBR_FULL_422', frameData: halved.map((tile) => Uint8Array.from(tile)) })),
    ).toEqual(wanted);
    const rle = full.map((tile) => runLengths(planes(tile)));
    expect(await readOne(slideFile({ photometric: 'YBR_FULL', frameData: rle, syntax: SYNTAX.rle }))).toEqual(wanted);
    const red = slideFile({
      photometric: 'YBR_FULL',
      frameData: TILES.map(() => new Uint8Array(across * down * 3).map((_, i) => [76, 85, 255][i % 3] ?? 0)),
    });
    expect((await readOne(red)).data.subarray(0, 3)).toEqual(Uint8Array.of(254, 0, 0));
  });
});
