/** Forms of TIFFs that other programs write and that are easily read wrongly, built byte by byte against values known beforehand. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTiff } from '../../../tests/hostile/tiff-builder.mjs';
import { openSlide, readLabelImage } from '../../index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-forms-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Tags = Readonly<Record<number, readonly number[]>>;

/** One strip (or tile, with tag 322) of the bytes; further tags as they are given, 16 bits each. */
async function tiff(
  name: string,
  tags: Tags,
  block: Uint8Array,
  offsets: 'blocks' | number[] = 'blocks',
): Promise<string> {
  const tiled = tags[322] !== undefined;
  const [offsetTag, countTag] = tiled ? [324, 325] : [273, 279];
  const all = {
    259: [1],
    277: [1],
    ...(tiled ? {} : { 278: tags[257] ?? [1] }),
    ...tags,
  };
  const entries = Object.entries(all).map(([tag, values]) => ({ tag: Number(tag), type: 3, values: [...values] }));
  const stored = tags[273] !== undefined ? entries.filter(({ tag }) => tag !== 273) : entries;
  const places = tags[273] !== undefined ? [273, 279] : [offsetTag, countTag];
  const path = join(folder, name);
  const list = [
    ...stored,
    { tag: places[0] ?? 273, type: 4, values: offsets },
    { tag: places[1] ?? 279, type: 4, values: [block.length] },
  ].sort((a, b) => a.tag - b.tag);
  await writeFile(path, buildTiff({ tags: list, blocks: [block] }));
  return path;
}

async function pixels(path: string): Promise<number[]> {
  const slide = await openSlide(path);
  try {
    const { width, height } = slide;
    return [...(await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 })).data];
  } finally {
    await slide.close();
  }
}

const grey = (values: readonly number[]): number[] => values.flatMap((value) => [value, value, value]);
const size = (width: number, height: number): Tags => ({ 256: [width], 257: [height] });
const shorts = (values: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);

describe('samples', () => {
  it.each([
    [1, [0b01100000], [0, 255, 255, 0]],
    [2, [0b00011011], [0, 85, 170, 255]],
    [4, [0x0f, 0x38], [0, 255, 51, 136]],
    [12, [0x00, 0x0f, 0xff, 0x80, 0x01, 0x00], [0, 255, 128, 16]],
  ])('of %i bits are stretched to 8', async (bits, bytes, expected) => {
    const tags = { ...size(4, 1), 258: [bits], 262: [1] };
    expect(await pixels(await tiff(`grey${bits}.tif`, tags, Uint8Array.from(bytes)))).toEqual(grey(expected));
  });

  it('heed the order of bits, compressed or not', async () => {
    const reversed = Uint8Array.of(0x80, 0x40, 0xc0, 0x0f);
    const tags = { ...size(4, 1), 258: [8], 262: [1], 266: [2] };
    expect(await pixels(await tiff('fill.tif', tags, reversed))).toEqual(grey([1, 2, 3, 0xf0]));
    const packed = deflateSync(Uint8Array.of(1, 2, 3, 4)).map((byte) =>
      Number.parseInt([...byte.toString(2).padStart(8, '0')].reverse().join(''), 2),
    );
    expect(await pixels(await tiff('fill-deflate.tif', { ...tags, 259: [8] }, packed))).toEqual(grey([1, 2, 3, 4]));
  });

  it('of three black-is-zero channels are RGB, four inks are CMYK', async () => {
    const rgb = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const tags = { ...size(2, 1), 258: [8, 8, 8], 262: [1], 277: [3], 338: [0, 0] };
    expect(await pixels(await tiff('black3.tif', tags, rgb))).toEqual([...rgb]);
    const inks = Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 255);
    const cmyk = { ...size(2, 1), 258: [8, 8, 8, 8], 262: [5], 277: [4] };
    expect(await pixels(await tiff('cmyk.tif', cmyk, inks))).toEqual([0, 255, 255, 0, 0, 0]);
    const { 262: _, ...unsaid } = cmyk;
    await expect(pixels(await tiff('unsaid.tif', unsaid, inks))).rejects.toThrow('what its 4 samples mean');
  });

  it('beyond the colours are noted, and refused where four channels are black-is-zero', async () => {
    const notesOf = async (path: string) => {
      const { info, close } = await openSlide(path);
      await close();
      return info.notes;
    };
    const eight = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const two = { ...size(4, 1), 258: [8, 8], 262: [1], 277: [2], 338: [0] };
    const four = { ...size(2, 1), 258: [8, 8, 8, 8], 277: [4], 338: [0] };
    expect(await notesOf(await tiff('two.tif', two, eight))).toEqual([
      '2 samples per pixel, of which the first is read',
    ]);
    const rgbx = await tiff('rgbx.tif', { ...four, 262: [2] }, eight);
    expect(await pixels(rgbx)).toEqual([1, 2, 3, 5, 6, 7]);
    expect(await notesOf(rgbx)).toEqual(['4 samples per pixel, of which the first 3 are read']);
    for (const extra of [[0, 0, 0], [0]]) {
      const path = await tiff('black4.tif', { ...four, 262: [1], 338: extra }, eight);
      await expect(openSlide(path)).rejects.toThrow('images of 4 channels are not supported');
    }
    const opaque = { ...four, 262: [1], 338: [0, 0, 2] };
    expect(await notesOf(await tiff('black-opacity.tif', opaque, eight))).toBeUndefined();
  });

  it('of YCbCr with a reference of nothing have the usual one', async () => {
    const tags = { ...size(1, 1), 258: [8, 8, 8], 262: [6], 277: [3], 530: [1, 1], 532: [0, 0, 0, 0, 0, 0] };
    expect(await pixels(await tiff('reference.tif', tags, Uint8Array.of(77, 128, 128)))).toEqual([77, 77, 77]);
  });

  it('may lie in tiles that are listed as strips', async () => {
    const tile = Uint8Array.from({ length: 256 }, (_, i) => i);
    const tags = { ...size(16, 16), 258: [8], 262: [1], 322: [16], 323: [16], 273: [0] };
    expect(await pixels(await tiff('tile-strips.tif', tags, tile))).toEqual(grey([...tile]));
  });
});

describe('JPEG 2000', () => {
  it.each([
    [33003, 2],
    [33004, 2],
    [34712, 2],
    [34712, 6],
  ])('of compression %i and photometric %i has the colours of the codestream', async (compression, photometric) => {
    const original = fileURLToPath(new URL('../../../tests/fixtures/jpeg2000-rgb.tif', import.meta.url));
    const bytes = await readFile(original);
    const directory = bytes.readUInt32LE(4);
    for (let i = 0; i < bytes.readUInt16LE(directory); i++) {
      const entry = directory + 2 + 12 * i;
      if (bytes.readUInt16LE(entry) === 259) bytes.writeUInt16LE(compression, entry + 8);
      if (bytes.readUInt16LE(entry) === 262) bytes.writeUInt16LE(photometric, entry + 8);
    }
    const path = join(folder, `j2k-${compression}-${photometric}.tif`);
    await writeFile(path, bytes);
    expect(await pixels(path)).toEqual(await pixels(original));
  });
});

/** 8 x 8 samples of 12 bits, 65 times their number, by OpenJPEG's `opj_compress -n 1`. */
const TWELVE = Buffer.from(
  '/0//UQApAAAAAAAIAAAACAAAAAAAAAAAAAAACAAAAAgAAAAAAAAAAAABCwEB/1IADAAAAAEAAAQEAAH/XAAEQGD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjD/kAAKAAAAAABmAAH/k9/hVBIsQqeXlbFDDtYoP97oKcVIuDRWEuF5DpiRhU9D0Zh+EpvOO8N5vXFJxoU3gmJWFbc5znXqSkAMwCgAB0Rl1SPMU4YLXGfa6ymrhOuAcNhsNhsNhsP/2Q==',
  'base64',
);

describe('JPEG 2000 of other samples than 8-bit RGB', () => {
  const tags = { ...size(8, 8), 258: [16], 259: [34712], 262: [1], 322: [8], 323: [8] };

  it('has the brightness of its own 12 bits, whether the file states them or not', async () => {
    const expected = grey(Array.from({ length: 64 }, (_, i) => (65 * i) >> 4));
    expect(await pixels(await tiff('twelve.tif', tags, TWELVE))).toEqual(expected);
    expect(await pixels(await tiff('twelve-stated.tif', { ...tags, 281: [4095] }, TWELVE))).toEqual(expected);
    const cut = { ...tags, 322: [16], 323: [16] };
    expect(await pixels(await tiff('cut.tif', cut, TWELVE)), 'cut at the edge').toEqual(expected);
  });

  it.each<[string, Tags, RegExp]>([
    ['opacity of grey', { 258: [8, 8], 277: [2], 338: [2] }, /2 samples per pixel in jpeg-2000 are not supported/],
    ['opacity of RGB', { 258: [8, 8, 8, 8], 262: [2], 277: [4], 338: [1] }, /4 samples per pixel in jpeg-2000 are/],
    ['inks', { 258: [8, 8, 8, 8], 262: [5], 277: [4] }, /CMYK in jpeg-2000 is not supported/],
  ])('is refused by name when it is opened: %s', async (name, more, problem) => {
    const path = await tiff(`${name}.tif`, { ...tags, ...more }, TWELVE);
    await expect(openSlide(path)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(problem),
    });
  });

  it('is refused by name, and not called damaged, where its depth is another than the stated one', async () => {
    const path = await tiff('eight.tif', { ...tags, 258: [8] }, TWELVE);
    const problem = /samples of 12 bits where the file states 8 are not supported inside JPEG 2000/;
    await expect(pixels(path)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(problem) });
  });
});

describe('old-style LZW', () => {
  it('has its lowest bits first', async () => {
    // Clear, 7, 8, the string of both, end: 9 bits each.
    const codes = [256, 7, 8, 258, 257];
    const bits = codes.flatMap((code) => Array.from({ length: 9 }, (_, i) => (code >> i) & 1));
    const bytes = Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
      bits.slice(8 * i, 8 * i + 8).reduce((byte, bit, k) => byte | (bit << k), 0),
    );
    const tags = { ...size(4, 1), 258: [8], 262: [1], 259: [5] };
    expect(await pixels(await tiff('old.tif', tags, bytes))).toEqual(grey([7, 8, 7, 8]));
  });
});

describe('16 bits', () => {
  const tags = { ...size(4, 1), 258: [16], 262: [1] };

  it('use what the file states', async () => {
    const path = await tiff('twelve.tif', { ...tags, 281: [4095] }, shorts([0, 16, 2048, 4095]));
    expect(await pixels(path)).toEqual(grey([0, 1, 128, 255]));
    const beyond = await tiff('beyond.tif', { ...tags, 281: [4095] }, shorts([0, 16, 2048, 4096]));
    await expect(pixels(beyond)).rejects.toThrow('a sample is 4096, and the file states 4095');
  });

  it.each([255, 1023, 4095, 16383])('are refused where none is above %i and nothing is stated', async (most) => {
    const path = await tiff(`unstated${most}.tif`, tags, shorts([0, 1, most >> 1, most]));
    await expect(openSlide(path)).rejects.toThrow(`use ${Math.log2(most + 1)} bits`);
  });

  it('are read where they are bright, and where all are zero', async () => {
    expect(await pixels(await tiff('bright.tif', tags, shorts([0, 256, 512, 65535])))).toEqual(grey([0, 1, 2, 255]));
    expect(await pixels(await tiff('zero.tif', tags, shorts([0, 0, 0, 0])))).toEqual(grey([0, 0, 0, 0]));
  });
});

describe('an orientation', () => {
  const bytes = Uint8Array.of(1, 2);
  it.each([
    [1, undefined],
    [
      6,
      'its Orientation (tag 274) is 6: viewers may show it turned by 90 degrees clockwise; it is read as it is stored',
    ],
    [9, undefined],
  ])('of %i is not applied, and said', async (orientation, warning) => {
    const path = await tiff(
      `turned${orientation}.tif`,
      { ...size(2, 1), 258: [8], 262: [1], 274: [orientation] },
      bytes,
    );
    expect(await pixels(path)).toEqual(grey([1, 2]));
    const { info, close } = await openSlide(path);
    await close();
    expect(info.warnings).toEqual(warning && [expect.stringContaining(warning)]);
  });
});

describe('files that are something else', () => {
  it('takes DICOM behind a header of TIFF for what it is', async () => {
    const path = await tiff('dicom.tif', { ...size(16, 16), 258: [8], 262: [1] }, new Uint8Array(256));
    const bytes = await readFile(path);
    bytes.write('DICM', 128, 'latin1');
    await writeFile(path, bytes);
    await expect(openSlide(path)).rejects.toThrow(
      /dicom\.tif: .* has no value representation|transfer syntax is missing/,
    );
  });

  it('refuses kilobytes that decode to gigabytes before it decodes them', async () => {
    const tags = { ...size(65520, 65520), 258: [8, 8, 8], 262: [2], 277: [3], 259: [8], 278: [65535] };
    const path = await tiff('bomb.tif', tags, deflateSync(new Uint8Array(1 << 20)));
    await expect(openSlide(path)).rejects.toThrow(/would decode to 12\.9 GB, more than 500 times/);
  });
});

describe('labels in TIFFs', () => {
  const labels = [0, 1, 2, 255];
  const formats: readonly [string, Tags, Uint8Array][] = [
    ['16 bits', { 258: [16], 262: [1] }, shorts(labels)],
    ['32-bit floats', { 258: [32], 262: [1], 339: [3] }, new Uint8Array(Float32Array.from(labels).buffer)],
    ['signed 32 bits', { 258: [32], 262: [1], 339: [2] }, new Uint8Array(Int32Array.from(labels).buffer)],
    ['equal channels', { 258: [8, 8, 8], 262: [2], 277: [3] }, Uint8Array.from(grey(labels))],
  ];
  it.each(formats)('of %s are the numbers they are', async (name, tags, block) => {
    const path = await tiff(`labels ${name}.tif`, { ...size(4, 1), ...tags }, block);
    expect(await readLabelImage(path)).toEqual(raster(4, 1, 1, Uint8Array.from(labels)));
  });

  it('are refused where they are no numbers from 0 to 255', async () => {
    const tags = { ...size(2, 1), 258: [16], 262: [1] };
    await expect(readLabelImage(await tiff('large.tif', tags, shorts([1, 256])))).rejects.toThrow('the label 256');
    const half = new Uint8Array(Float32Array.of(0, 0.5).buffer);
    const floats = { ...size(2, 1), 258: [32], 262: [1], 339: [3] };
    await expect(readLabelImage(await tiff('half.tif', floats, half))).rejects.toThrow('the label 0.5');
  });

  it('count blocks that were left out as background, pictures as paper', async () => {
    const path = await tiff('sparse.tif', { ...size(2, 1), 258: [8], 262: [1] }, Uint8Array.of(9, 9), [0]);
    expect([...(await readLabelImage(path)).data]).toEqual([0, 0]);
    expect(await pixels(path)).toEqual(grey([255, 255]));
  });

  it('are refused in every lossy compression', async () => {
    const { data, info } = await sharp(new Uint8Array(64 * 64), { raw: { width: 64, height: 64, channels: 1 } })
      .tiff({ compression: 'jpeg' })
      .toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(64);
    const path = join(folder, 'jpeg.tif');
    await writeFile(path, data);
    await expect(readLabelImage(path)).rejects.toThrow('the compression jpeg changes label values');
  });
});
