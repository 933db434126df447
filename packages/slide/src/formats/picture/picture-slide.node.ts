/** A plain picture as a slide of one level: small ones are decoded once, large ones window by window. */
import { type Raster, resizeArea } from '@ftuseg/core';
import { readRegularFile } from '@ftuseg/files';
import { embeddedProfile } from '../../icc/embedded-profile.js';
import type { Slide } from '../../slide.js';
import type { ByteSource } from '../../source/byte-source.js';
import { guardSlide } from '../guard-slide.js';
import { cut, decodeWindow, type PixelWindow } from './decode-window.node.js';
import { type ImageFile, openImageFile } from './image-file.node.js';
import { type CheckedJpeg, checkJpegFile } from './jpeg-file.node.js';

/** Files up to this size stay decoded between reads: 100 Mpx, 300 MB. */
const MAX_CACHED_PIXELS = 100e6;
/** Models of two resolutions and a thumbnail read a picture side by side. */
const MAX_SIZES = 3;

/**
 * Opens a PNG, JPEG or WebP. Of a file on the disk the library reads what it needs, anything else is taken into memory; the source is closed.
 * @throws {SlideError} `unsupported` or `bad-input`
 */
export async function openPicture(source: ByteSource): Promise<Slide> {
  const input = source.path ?? (await source.read(0, source.size));
  const file = await openImageFile(input, source.name);
  await source.close();
  return pictureSlide(file);
}

function pictureSlide(file: ImageFile): Slide {
  const { width, height, format } = file.metadata;
  const whole: PixelWindow = { x: 0, y: 0, width, height };
  let decoded: Promise<Raster> | undefined;
  /** The whole picture at the sizes that rows were last asked of, the newest last. */
  const scaled: Raster[] = [];
  /** Damage, which libvips passes over, is looked for once. */
  let checked: Promise<CheckedJpeg> | undefined;

  const decode = async (window: PixelWindow): Promise<Raster> => {
    checked ??= format === 'jpeg' ? checkJpegFile(file) : Promise.resolve({ file, invertedInks: false });
    const found = await checked;
    return decodeWindow(found.file, window, found.invertedInks);
  };
  const readLevel0 = async (window: PixelWindow): Promise<Raster> => {
    if (width * height > MAX_CACHED_PIXELS) return decode(window);
    decoded ??= decode(whole);
    return cut(await decoded, window);
  };
  const atSize = async (outWidth: number, outHeight: number): Promise<Raster> => {
    const found = scaled.find((size) => size.width === outWidth && size.height === outHeight);
    if (found !== undefined) return found;
    const all = await readLevel0(whole);
    const image = outWidth === width && outHeight === height ? all : resizeArea(all, outWidth, outHeight);
    scaled.push(image);
    if (scaled.length > MAX_SIZES) scaled.shift();
    return image;
  };

  return guardSlide(
    {
      ...describe(file),
      readRegion: async (region, size, { check }) => {
        const pixels = await readLevel0(region);
        check();
        const sameSize = size.width === pixels.width && size.height === pixels.height;
        return sameSize ? pixels : resizeArea(pixels, size.width, size.height);
      },
      readRows: async ({ width: outWidth, height: outHeight, left, top, columns, rows }, { check }) => {
        const image = await atSize(outWidth, outHeight);
        check();
        return cut(image, { x: left, y: top, width: columns, height: rows });
      },
      // As the file has it: the library leaves damaged profiles out without a word.
      readIccProfile: async () =>
        embeddedProfile(typeof file.input === 'string' ? await readRegularFile(file.input) : file.input),
      close: async () => {
        decoded = undefined;
        scaled.length = 0;
      },
    },
    file.subject,
  );
}

const compressions: Readonly<Record<string, string>> = { jpeg: 'JPEG', webp: 'WebP' };

function describe({ metadata }: ImageFile): Pick<Slide, 'width' | 'height' | 'micronsPerPixel' | 'levels' | 'info'> {
  const { width, height, format, channels, hasAlpha, space } = metadata;
  const level = { width, height, downsample: 1 };
  const compression = compressions[format] ?? 'Deflate';
  const colours = channels - (hasAlpha ? 1 : 0) === 1 ? 'grey' : space === 'cmyk' ? 'CMYK' : 'RGB';
  return {
    width,
    height,
    // These formats carry printing resolutions, which say nothing about tissue.
    micronsPerPixel: undefined,
    levels: [level],
    info: {
      format: format.toUpperCase(),
      levels: [{ ...level, blocks: 'whole', blockWidth: width, blockHeight: height, compression }],
      micronsPerPixelFrom: undefined,
      pixels: `8-bit ${colours}${hasAlpha ? ' with opacity' : ''}`,
      colours,
      associated: [],
    },
  };
}
