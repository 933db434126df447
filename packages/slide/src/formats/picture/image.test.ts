import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, emptyRaster, type Raster, raster, resizeArea } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabelImage } from '../../labels/label-image.node.js';
import { openSlide } from '../../open-slide.node.js';
import type { Slide } from '../../slide.js';
import { encodePng, writeJpeg, writePng } from '../../write-image.node.js';

let folder: string;
const at = (name: string): string => join(folder, name);

function noise(width: number, height: number, channels: number, seed = 1): Raster {
  const random = createRandom(seed);
  return raster(
    width,
    height,
    channels,
    Uint8Array.from({ length: width * height * channels }, () => random.int(256)),
  );
}
const rgb = noise(60, 41, 3);
const raw = ({ width, height, channels, data }: Raster) =>
  sharp(data, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } });
const readAll = (slide: Slide, downsample = 1): Promise<Raster> =>
  slide.readRegion({ x: 0, y: 0, width: slide.width, height: slide.height, downsample });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-image-'));
  await writePng(at('rgb.png'), rgb);
  await raw(rgb).webp({ lossless: true }).toFile(at('rgb.webp'));
  await raw(rgb).tiff({ compression: 'lzw' }).toFile(at('rgb.tif'));
  await raw(rgb).tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }).toFile(at('tiled.tif'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('openSlide', () => {
  it.each(['rgb.png', 'rgb.webp', 'rgb.tif', 'tiled.tif'])('reads stored pixels of %s', async (name) => {
    const slide = await openSlide(at(name));
    expect(slide).toMatchObject({ width: 60, height: 41, levels: [{ width: 60, height: 41, downsample: 1 }] });
    expect(await readAll(slide)).toEqual(rgb);
    const part = await slide.readRegion({ x: 50, y: 40, width: 10, height: 1, downsample: 1 });
    expect(part).toEqual(raster(10, 1, 3, rgb.data.slice((40 * 60 + 50) * 3)));
    await slide.close();
  });

  it('averages over area when downsampling', async () => {
    const slide = await openSlide(at('rgb.png'));
    expect(await readAll(slide, 2.7)).toEqual(resizeArea(rgb, 22, 15));
    expect(await slide.readRegion({ x: 3, y: 3, width: 2, height: 2, downsample: 64 })).toMatchObject({
      width: 1,
      height: 1,
    });
  });

  it('reads a JPEG as it was written', async () => {
    const flat = raster(16, 16, 3, new Uint8Array(768).fill(90));
    await writeJpeg(at('flat.jpg'), flat, 95);
    const slide = await openSlide(at('flat.jpg'));
    expect((await readAll(slide)).data.every((value) => Math.abs(value - 90) <= 1)).toBe(true);
  });

  it('reads a part of an image that is too large to stay decoded', async () => {
    const background = { r: 1, g: 2, b: 3 };
    await sharp({ create: { width: 10_100, height: 10_000, channels: 3, background }, limitInputPixels: false })
      .composite([
        { input: Buffer.from(rgb.data), raw: { width: 60, height: 41, channels: 3 }, left: 10_040, top: 9_959 },
      ])
      .tiff({ tile: true, compression: 'deflate' })
      .toFile(at('large.tif'));
    const slide = await openSlide(at('large.tif'));
    const corner = { x: 10_040, y: 9_959, width: 60, height: 41, downsample: 1 };
    expect(await slide.readRegion(corner)).toEqual(rgb);
    const twice = await slide.readRegion({ ...corner, x: 0, width: 2, height: 1 });
    expect(twice.data).toEqual(Uint8Array.of(1, 2, 3, 1, 2, 3));
    await slide.close();
  });

  it('makes grey RGB and lays transparency on white', async () => {
    await writePng(at('grey.png'), raster(2, 1, 1, Uint8Array.of(7, 200)));
    expect((await readAll(await openSlide(at('grey.png')))).data).toEqual(Uint8Array.of(7, 7, 7, 200, 200, 200));
    await writePng(at('rgba.png'), raster(2, 1, 4, Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0)));
    expect((await readAll(await openSlide(at('rgba.png')))).data).toEqual(Uint8Array.of(10, 20, 30, 255, 255, 255));
    await raw(raster(1, 1, 2, Uint8Array.of(50, 0)))
      .png()
      .toFile(at('grey-alpha.png'));
    expect((await readAll(await openSlide(at('grey-alpha.png')))).data).toEqual(Uint8Array.of(255, 255, 255));
  });

  it('applies neither colour profile nor EXIF orientation', async () => {
    await raw(rgb).withIccProfile('p3').withMetadata({ orientation: 6 }).png().toFile(at('profile.png'));
    const stored = await sharp(at('profile.png'), { ignoreIcc: true }).raw().toBuffer();
    const slide = await openSlide(at('profile.png'));
    expect([slide.width, slide.height]).toEqual([60, 41]);
    expect((await readAll(slide)).data).toEqual(new Uint8Array(stored));
  });

  it('knows micrometres per pixel only from a TIFF that a scanner could have written', async () => {
    const microns = async (dotsPerInch: number, format: 'tiff' | 'png', unit: 'cm' | 'inch' = 'cm') => {
      const image = raw(rgb).withMetadata({ density: dotsPerInch });
      const pixelsPerMm = dotsPerInch / 25.4;
      const options = { xres: pixelsPerMm, yres: pixelsPerMm, resolutionUnit: unit };
      await (format === 'tiff' ? image.tiff(options) : image.png()).toFile(at('density'));
      const slide = await openSlide(at('density'));
      await slide.close();
      return slide.micronsPerPixel;
    };
    expect(await microns(50800, 'tiff')).toBeCloseTo(0.5, 4);
    expect(await microns(50800, 'tiff', 'inch')).toBeCloseTo(0.5, 4);
    expect(await microns(72, 'tiff')).toBeUndefined();
    expect(await microns(300, 'tiff', 'inch')).toBeUndefined();
    expect(await microns(50800, 'png')).toBeUndefined();
    expect((await openSlide(at('rgb.png'))).micronsPerPixel).toBeUndefined();
  });

  it('sees a file that was replaced under the same name', async () => {
    await writePng(at('again.png'), raster(1, 1, 3, Uint8Array.of(1, 2, 3)));
    expect((await readAll(await openSlide(at('again.png')))).data[0]).toBe(1);
    await writePng(at('again.png'), raster(1, 1, 3, Uint8Array.of(9, 2, 3)));
    expect((await readAll(await openSlide(at('again.png')))).data[0]).toBe(9);
  });

  it('refuses regions outside the slide, bad downsamples, reading after close, and cancelled reads', async () => {
    const slide = await openSlide(at('rgb.png'));
    const region = { x: 0, y: 0, width: 10, height: 10, downsample: 1 };
    for (const bad of [{ x: 51 }, { y: -1 }, { width: 0 }, { height: 1.5 }, { x: Number.NaN }]) {
      await expect(slide.readRegion({ ...region, ...bad })).rejects.toThrow('is not inside the slide of 60 x 41');
    }
    await expect(slide.readRegion({ ...region, downsample: 0.5 })).rejects.toThrow('at least 1, not 0.5');
    const signal = AbortSignal.abort();
    await expect(slide.readRegion(region, { signal })).rejects.toMatchObject({ code: 'cancelled' });
    await slide.close();
    await expect(slide.readRegion(region)).rejects.toThrow('the slide is closed');
  });
});

describe('files that cannot be opened', () => {
  it.each(['rgb.png', 'rgb.webp', 'rgb.tif'])('says that a cut %s is cut off', async (name) => {
    const bytes = await readFile(at(name));
    const cut = at(`cut-${name}`);
    await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    const reading = (async () => readAll(await openSlide(cut)))();
    await expect(reading).rejects.toThrow(/damaged or cut off/);
    await expect(reading).rejects.toMatchObject({ name: 'SlideError', code: 'bad-input', subject: cut });
    await expect(readLabelImage(cut)).rejects.toMatchObject({ name: 'SlideError' });
  });

  it('says that a cut JPEG is cut off', async () => {
    await writeJpeg(at('noise.jpg'), noise(200, 200, 3), 90);
    const bytes = await readFile(at('noise.jpg'));
    await writeFile(at('cut.jpg'), bytes.subarray(0, bytes.length / 2));
    const slide = await openSlide(at('cut.jpg'));
    await expect(readAll(slide)).rejects.toThrow(/damaged or cut off/);
  });

  it('names what is missing, empty, a folder or no image', async () => {
    await writeFile(at('empty.png'), '');
    await writeFile(at('text.png'), 'not an image at all');
    await mkdir(at('sub'));
    await expect(openSlide(at('none.png'))).rejects.toThrow(`${at('none.png')}: there is no such file`);
    await expect(openSlide(at('empty.png'))).rejects.toThrow('the file is empty');
    await expect(openSlide(at('sub'))).rejects.toThrow('this is a folder');
    await expect(openSlide(at('text.png'))).rejects.toThrow('not an image that can be opened');
  });

  it('names what is not supported', async () => {
    const shorts = new Uint16Array(rgb.data);
    await sharp(shorts, { raw: { width: 60, height: 41, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toFile(at('16.png'));
    await expect(openSlide(at('16.png'))).rejects.toThrow('16-bit samples');
    await raw(rgb).gif().toFile(at('a.gif'));
    await expect(openSlide(at('a.gif'))).rejects.toThrow('GIF files are not supported; save it as PNG or TIFF');
    await writeFile(at('a.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
    await expect(openSlide(at('a.svg'))).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('writePng and writeJpeg', () => {
  it.each([1, 3, 4])('keeps %i channels as they are', async (channels) => {
    const image = noise(9, 7, channels);
    const png = await encodePng(image);
    expect(await sharp(png).metadata()).toMatchObject({ width: 9, height: 7, channels, bitsPerSample: 8 });
    const decoded = await sharp(png)
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    expect(new Uint8Array(decoded)).toEqual(image.data);
  });

  it('refuse other channel counts', async () => {
    await expect(encodePng(emptyRaster(2, 2, 2))).rejects.toThrow('1, 3 or 4 channels, not 2');
    await expect(writeJpeg(at('x.jpg'), emptyRaster(2, 2, 4))).rejects.toThrow('1 or 3 channels');
  });
});
