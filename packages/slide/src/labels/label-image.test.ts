import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { type Raster, raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeJpeg, writePng } from '../write-image.node.js';
import { readLabelImage } from './label-image.node.js';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-label-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const labels = raster(4, 2, 1, Uint8Array.of(0, 1, 2, 3, 4, 128, 254, 255));

/** A grey PNG of few bits, which the encoder at hand would not write. */
function greyPng(bits: number, width: number, rows: readonly (readonly number[])[]): Uint8Array {
  const chunk = (type: string, body: Uint8Array): Buffer => {
    const typed = Buffer.concat([Buffer.from(type), body]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(body.length, 0);
    frame.writeUInt32BE(crc32(typed), 4);
    return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header[8] = bits;
  const scanlines = rows.map((row) => Buffer.of(0, ...row));
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(scanlines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A one-strip little-endian TIFF of 8-bit samples with the given PhotometricInterpretation. */
function tiff({ width, height, data }: Raster, photometric: number, colours: readonly number[] = []): Uint8Array {
  const palette = photometric === 3 ? [[320, 3, 768, 0]] : [];
  const tags = [
    [256, 3, 1, width],
    [257, 3, 1, height],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, photometric],
    [273, 4, 1, 0],
    [277, 3, 1, 1],
    [278, 3, 1, height],
    [279, 4, 1, data.length],
    ...palette,
  ];
  const pixelsAt = 8 + 2 + tags.length * 12 + 4;
  const file = Buffer.alloc(pixelsAt + data.length + 1536);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(tags.length, 8);
  tags.forEach(([tag = 0, type = 0, count = 0, value = 0], i) => {
    const entry = 10 + i * 12;
    file.writeUInt16LE(tag, entry);
    file.writeUInt16LE(type, entry + 2);
    file.writeUInt32LE(count, entry + 4);
    const address = tag === 273 ? pixelsAt : tag === 320 ? pixelsAt + data.length : value;
    file.writeUInt32LE(address, entry + 8);
  });
  file.set(data, pixelsAt);
  colours.forEach((value, i) => {
    file.writeUInt16LE(value * 257, pixelsAt + data.length + 2 * i);
  });
  return file;
}

describe('readLabelImage', () => {
  it('keeps every value of grey PNG and TIFF', async () => {
    await writePng(at('grey.png'), labels);
    expect(await readLabelImage(at('grey.png'))).toEqual(labels);
    await sharp(labels.data, { raw: { width: 4, height: 2, channels: 1 } })
      .toColourspace('b-w')
      .tiff({ compression: 'lzw' })
      .toFile(at('grey.tif'));
    expect(await readLabelImage(at('grey.tif'))).toEqual(labels);
    await writeFile(at('plain.tif'), tiff(labels, 1));
    expect(await readLabelImage(at('plain.tif'))).toEqual(labels);
  });

  it('gives the stored values of 1, 2 and 4 bits', async () => {
    await writeFile(at('2.png'), greyPng(2, 4, [[0b00_01_10_11], [0b11_00_00_01]]));
    expect([...(await readLabelImage(at('2.png'))).data]).toEqual([0, 1, 2, 3, 3, 0, 0, 1]);
    await writeFile(at('1.png'), greyPng(1, 8, [[0b01100001]]));
    expect([...(await readLabelImage(at('1.png'))).data]).toEqual([0, 1, 1, 0, 0, 0, 0, 1]);
    await writeFile(at('4.png'), greyPng(4, 4, [[0x01, 0x9f]]));
    expect([...(await readLabelImage(at('4.png'))).data]).toEqual([0, 1, 9, 15]);
  });

  it('accepts RGB and RGBA whose channels are equal', async () => {
    const three = raster(
      4,
      2,
      3,
      Uint8Array.from({ length: 24 }, (_, i) => labels.data[Math.floor(i / 3)] ?? 0),
    );
    await writePng(at('rgb.png'), three);
    expect(await readLabelImage(at('rgb.png'))).toEqual(labels);
    const values = Array.from(labels.data, (value) => [value, value, value, 255]).flat();
    await writePng(at('rgba.png'), raster(4, 2, 4, Uint8Array.from(values)));
    expect(await readLabelImage(at('rgba.png'))).toEqual(labels);
  });

  it('does not apply a colour profile', async () => {
    const grey = sharp(labels.data, { raw: { width: 4, height: 2, channels: 1 } });
    const bytes = await grey.toColourspace('srgb').withIccProfile('p3').png().toBuffer();
    await writeFile(at('profile.png'), bytes);
    const stored = await sharp(bytes, { ignoreIcc: true }).extractChannel(0).raw().toBuffer();
    expect((await readLabelImage(at('profile.png'))).data).toEqual(new Uint8Array(stored));
  });

  it('refuses what would change values, by name', async () => {
    await writeJpeg(at('a.jpg'), labels);
    await expect(readLabelImage(at('a.jpg'))).rejects.toThrow('jpeg files change label values; save labels as PNG');
    await writePng(at('colour.png'), raster(1, 1, 3, Uint8Array.of(1, 2, 1)));
    await expect(readLabelImage(at('colour.png'))).rejects.toThrow('coloured pixels');
    await writePng(at('clear.png'), raster(1, 1, 4, Uint8Array.of(1, 1, 1, 0)));
    await expect(readLabelImage(at('clear.png'))).rejects.toThrow('transparent pixels');
    await writeFile(at('white.tif'), tiff(labels, 0));
    await expect(readLabelImage(at('white.tif'))).rejects.toThrow('where zero is white');
    await expect(readLabelImage(at('none.png'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('refuses a palette that shows 0 as white and 255 as black, as ImageJ writes binary masks', async () => {
    const indices = raster(4, 1, 1, Uint8Array.of(0, 255, 255, 0));
    const ramp = Array.from({ length: 256 }, (_, i) => 255 - i);
    await writeFile(at('inverting.tif'), tiff(indices, 3, [...ramp, ...ramp, ...ramp]));
    await expect(readLabelImage(at('inverting.tif'))).rejects.toThrow(
      'shows 0 as white and the highest value as black',
    );
  });

  it('refuses what viewers show turned', async () => {
    const grey = sharp(labels.data, { raw: { width: 4, height: 2, channels: 1 } }).toColourspace('b-w');
    for (const [orientation, says] of [
      [3, 'turned by 180 degrees'],
      [6, 'turned by 90 degrees'],
    ] as const) {
      await grey.clone().withMetadata({ orientation }).png().toFile(at('turned.png'));
      await expect(readLabelImage(at('turned.png'))).rejects.toThrow(says);
      await grey.clone().withMetadata({ orientation }).tiff({ compression: 'lzw' }).toFile(at('turned.tif'));
      await expect(readLabelImage(at('turned.tif'))).rejects.toThrow(says);
    }
    await grey.clone().withMetadata({ orientation: 1 }).png().toFile(at('upright.png'));
    expect(await readLabelImage(at('upright.png'))).toEqual(labels);
  });

  it('refuses probabilities and blurred masks, and takes smooth edges and numbered objects', async () => {
    const side = 256;
    const shape = { raw: { width: side, height: side, channels: 1 as const } };
    const radius = (i: number): number => Math.hypot((i % side) - 128, Math.floor(i / side) - 128);
    const picture = (of: (r: number) => number) => Uint8Array.from({ length: side * side }, (_, i) => of(radius(i)));
    for (const width of [8, 15, 40]) {
      await sharp(
        picture((r) => Math.round(255 / (1 + Math.exp((r - 60) / width)))),
        shape,
      )
        .toColourspace('b-w')
        .png()
        .toFile(at('soft.png'));
      await expect(readLabelImage(at('soft.png'))).rejects.toThrow('its values grade into each other');
    }
    const smooth = picture((r) => Math.round(255 * Math.min(1, Math.max(0, 60.5 - r))));
    const rings = picture((r) => Math.floor(r / 8));
    for (const data of [smooth, rings]) {
      await sharp(data, shape).toColourspace('b-w').png().toFile(at('flat.png'));
      expect((await readLabelImage(at('flat.png'))).data).toEqual(data);
    }
  });

  it('takes a coloured palette by index and a grey one by brightness', async () => {
    const indices = raster(4, 1, 1, Uint8Array.of(0, 1, 2, 1));
    const map = (...colours: readonly (readonly number[])[]): number[] =>
      [0, 1, 2].flatMap((channel) => Array.from({ length: 256 }, (_, i) => colours[i]?.[channel] ?? 0));
    await writeFile(at('voc.tif'), tiff(indices, 3, map([0, 0, 0], [128, 0, 0], [0, 128, 0])));
    expect([...(await readLabelImage(at('voc.tif'))).data]).toEqual([0, 1, 2, 1]);
    await writeFile(at('white-first.tif'), tiff(indices, 3, map([255, 255, 255], [128, 0, 0], [0, 128, 0])));
    await expect(readLabelImage(at('white-first.tif'))).rejects.toThrow('does not begin with black');
    await writeFile(at('greys.tif'), tiff(indices, 3, map([0, 0, 0], [255, 255, 255], [128, 128, 128])));
    expect([...(await readLabelImage(at('greys.tif'))).data]).toEqual([0, 255, 128, 255]);
    await writeFile(at('same.tif'), tiff(indices, 3, map([0, 0, 0], [9, 9, 9], [9, 9, 9])));
    await expect(readLabelImage(at('same.tif'))).rejects.toThrow('are the same grey');
    // The encoder orders greys as it likes; what they show is what was saved.
    await sharp(labels.data, { raw: { width: 4, height: 2, channels: 1 } })
      .png({ palette: true })
      .toFile(at('palette.png'));
    expect(await readLabelImage(at('palette.png'))).toEqual(labels);
  });

  it.each([false, true])('reads filtered PNGs as libpng does, interlaced: %s', async (progressive) => {
    const data = Uint8Array.from({ length: 37 * 29 }, (_, i) => Math.floor(i / 50) % 7);
    await sharp(data, { raw: { width: 37, height: 29, channels: 1 } })
      .toColourspace('b-w')
      .png({ progressive, adaptiveFiltering: true })
      .toFile(at('filtered.png'));
    expect((await readLabelImage(at('filtered.png'))).data).toEqual(data);
  });

  it('refuses a PNG of gigabytes before it is decoded', async () => {
    const bomb = Buffer.from(greyPng(8, 1, [[0]]));
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    await writeFile(at('bomb.png'), bomb);
    await expect(readLabelImage(at('bomb.png'))).rejects.toThrow('take 7.2 GB when decoded, and label PNGs may take');
  });

  it('recognises what a lossy format has left', async () => {
    const side = 128;
    const disc = Uint8Array.from({ length: side * side }, (_, i) =>
      Math.hypot((i % side) - 64, Math.floor(i / side) - 64) < 40 ? 255 : 0,
    );
    const shape = { raw: { width: side, height: side, channels: 1 as const } };
    const jpeg = await sharp(disc, shape).jpeg({ quality: 85 }).toBuffer();
    await sharp(jpeg).toColourspace('b-w').png().toFile(at('was-jpeg.png'));
    await expect(readLabelImage(at('was-jpeg.png'))).rejects.toThrow('as JPEG or smoothing leaves them');
    // Many numbered objects are no noise.
    const objects = disc.map((_, i) => {
      const [x, y] = [i % side, Math.floor(i / side)];
      return x % 8 < 6 && y % 8 < 6 ? Math.floor(x / 8) + 16 * Math.floor(y / 8) : 0;
    });
    await sharp(objects, shape).toColourspace('b-w').png().toFile(at('objects.png'));
    expect((await readLabelImage(at('objects.png'))).data).toEqual(objects);
  });
});
