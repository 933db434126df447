/**
 * Opens a slide: whatever the format, the rest of the house sees one small interface that hands out RGB regions.
 * TIFFs go to our own reader; PNG, JPEG and WebP pictures are decoded by libvips, small ones once.
 */
import { constants } from 'node:buffer';
import { FtuError, type Raster, raster, resizeArea } from '@ftuseg/core';
import { isAddress, nameInAddress, withLocalCopy } from '@ftuseg/files';
import { nodeCodecs } from './codecs/node-codecs.node.js';
import { formatOfContent, formatOfName, HEAD_BYTES } from './formats/known/known-formats.js';
import { isDicom, otherFormat, refuseOtherFormats } from './formats/known/refuse.node.js';
import { decode, decodeError, type ImageFile, openImageFile } from './formats/picture/image-file.node.js';
import { checkJpegFile } from './formats/picture/jpeg-file.node.js';
import { inksToRgb } from './formats/tiff/pixels/to-rgb.js';
import { openTiffFile } from './formats/tiff/structure/file.js';
import { checkRegion, checkRows, openTiffSlide, windowOf } from './formats/tiff/tiff-slide.js';
import { nodeShrinker } from './shrink/native-shrinker.node.js';
import type { Slide, SlideRegion } from './slide.js';
import { SlideError } from './slide-error.js';
import type { ByteSource } from './source/byte-source.js';
import { openFileSource } from './source/file-source.node.js';
import { type HttpSourceOptions, openHttpSource } from './source/http-source.js';

const nodeRuntime = { codecs: nodeCodecs, makeShrinker: nodeShrinker };

/** Files up to this size stay decoded between reads: 100 Mpx, 300 MB. */
const CACHED_PIXELS = 100e6;
/** Models of two resolutions and a thumbnail read a picture side by side. */
const SIZES_KEPT = 3;

/** Decodes a window of level 0 to RGB; transparent pixels show white paper, as on a scan. */
async function decodeRegion(
  { path, metadata }: ImageFile,
  region: { x: number; y: number; width: number; height: number },
  invertedInks: boolean,
): Promise<Raster> {
  const { x, y, width, height } = region;
  if (width * height * 4 > constants.MAX_LENGTH) {
    throw new SlideError('unsupported', `a region of ${width} x ${height} pixels is too large to read at once`, {
      subject: path,
      hint: 'read it in parts',
    });
  }
  const whole = x === 0 && y === 0 && width === metadata.width && height === metadata.height;
  let pipeline = decode(path);
  if (metadata.hasAlpha) pipeline = pipeline.flatten({ background: '#ffffff' });
  if (!whole) pipeline = pipeline.extract({ left: x, top: y, width, height });
  const inks = metadata.space === 'cmyk';
  // Without a pipeline in CMYK, inks would pass through a profile.
  if (inks) pipeline = pipeline.pipelineColourspace('cmyk');
  const data = await pipeline
    .toColourspace(inks ? 'cmyk' : 'srgb')
    .raw()
    .toBuffer()
    .catch((error: unknown) => {
      throw decodeError(error, path);
    });
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  if (!inks) return raster(width, height, 3, bytes);
  // libvips turns all inks round, for most are stored the other way.
  return raster(width, height, 3, inksToRgb(invertedInks ? bytes : bytes.map((value) => 255 - value), width * height));
}

/** A window of a decoded image, copied row by row. */
function cut(image: Raster, x: number, y: number, width: number, height: number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 3;
    data.set(image.data.subarray(from, from + width * 3), row * width * 3);
  }
  return raster(width, height, 3, data);
}

/** How a slide on a server is asked for; of no meaning to files. */
export type OpenSlideOptions = HttpSourceOptions;

/**
 * Opens a slide. TIFF and BigTIFF: strips or tiles, chunky or planar, 8 or 16 bits, grey, RGB(A) or palette, pyramids, Aperio SVS,
 * OME-TIFF, three single-band pages. PNG, JPEG and WebP: one level. Grey becomes RGB, transparency is laid on white, 16 bits are
 * scaled down by v >> 8; EXIF orientation and colour profiles are not applied: pixels are those that a label image was drawn on.
 * An address (http, https) is read by range requests where it is a TIFF; PNG, JPEG and WebP are downloaded. Formats that are known and not read are
 * refused by name.
 * Only the header is read here; damage further on shows when a region is read.
 *
 * @throws FtuError `not-found` or `io`; SlideError `unsupported` (by name) or `bad-input` (damaged).
 * @example
 * const slide = await openSlide('scan.svs');
 * const overview = await slide.readRegion({ x: 0, y: 0, width: slide.width, height: slide.height, downsample: 16 });
 * await slide.close();
 */
export async function openSlide(path: string, options: OpenSlideOptions = {}): Promise<Slide> {
  if (isAddress(path)) return openRemote(path, options);
  await refuseOtherFormats(path);
  const source = await openFileSource(path);
  try {
    if (source.size >= 8 && (await openTiffFile(source)) !== undefined) {
      await refuseDicom(source);
      return await openTiffSlide(source, nodeRuntime);
    }
  } catch (error) {
    await source.close();
    throw /\.ndpi$/i.test(path) && error instanceof SlideError ? otherNdpi(error, path) : error;
  }
  await source.close();
  return openPicture(path);
}

/** Some files of this scanner are plain TIFFs; those of more than 4 GB, or of more than 65,500 pixels a side, only look like one. */
const otherNdpi = ({ problem }: SlideError, subject: string): SlideError =>
  new SlideError('unsupported', `this Hamamatsu NDPI file is not supported (${problem})`, {
    subject,
    hint: 'convert it with `vips tiffsave FILE slide.tif --tile --pyramid --compression jpeg` (libvips with OpenSlide)',
  });

/** TIFFs by ranges; of a PNG or JPEG all is needed for any pixel, so it is downloaded. */
async function openRemote(address: string, options: OpenSlideOptions): Promise<Slide> {
  const other = formatOfName(nameInAddress(address));
  if (other !== undefined) throw otherFormat(other, address);
  if (/\.(png|jpe?g|webp)$/i.test(nameInAddress(address))) return withLocalCopy(address, openPicture);
  const source = await openHttpSource(address, options);
  if ((await openTiffFile(source)) !== undefined) {
    await refuseDicom(source);
    return openTiffSlide(source, nodeRuntime);
  }
  const found = formatOfContent(await source.read(0, Math.min(source.size, HEAD_BYTES)));
  if (found !== undefined) throw otherFormat(found, address);
  throw new SlideError('unsupported', 'only TIFF slides are read from a server', {
    subject: address,
    hint: 'download the file and open it from the disk',
  });
}

/** DICOM leaves its first 128 bytes to others, and some writers put a TIFF's header there. */
async function refuseDicom(source: ByteSource): Promise<void> {
  if (source.size < 132) return;
  const mark = await source.read(128, 4);
  if (String.fromCharCode(...mark) === 'DICM') throw isDicom(source.name);
}

async function openPicture(path: string): Promise<Slide> {
  const file = await openImageFile(path);
  const { width, height, format, channels, hasAlpha } = file.metadata;
  let closed = false;
  let decoded: Promise<Raster> | undefined;
  /** The whole picture at the sizes that rows were last asked of, the newest last. */
  const scaled: Raster[] = [];

  /** Damage, which libvips passes over, is looked for once. */
  let checked: Promise<{ readonly invertedInks: boolean }> | undefined;
  const decodeWindow = async (window: { x: number; y: number; width: number; height: number }): Promise<Raster> => {
    checked ??= format === 'jpeg' ? checkJpegFile(path) : Promise.resolve({ invertedInks: false });
    return decodeRegion(file, window, (await checked).invertedInks);
  };

  const readLevel0 = async (region: SlideRegion): Promise<Raster> => {
    if (width * height > CACHED_PIXELS) return decodeWindow(region);
    decoded ??= decodeWindow({ x: 0, y: 0, width, height });
    return cut(await decoded, region.x, region.y, region.width, region.height);
  };

  const level = { width, height, downsample: 1 };
  const compression = format === 'jpeg' ? 'JPEG' : format === 'webp' ? 'WebP' : 'Deflate';
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
      pixels: `8-bit ${channels - (hasAlpha ? 1 : 0) === 1 ? 'grey' : file.metadata.space === 'cmyk' ? 'CMYK' : 'RGB'}${hasAlpha ? ' with opacity' : ''}`,
      associated: [],
    },
    readRegion: async (region, { signal } = {}) => {
      const check = (): void => {
        if (closed) throw new SlideError('unavailable', 'the slide is closed', { subject: path });
        if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: path });
      };
      check();
      checkRegion(region, width, height, path);
      const pixels = await readLevel0(region);
      check();
      const outWidth = Math.max(1, Math.round(region.width / region.downsample));
      const outHeight = Math.max(1, Math.round(region.height / region.downsample));
      const sameSize = outWidth === pixels.width && outHeight === pixels.height;
      return sameSize ? pixels : resizeArea(pixels, outWidth, outHeight);
    },
    readRows: async (wanted) => {
      checkRows(wanted, width, height, path);
      let image = scaled.find((size) => size.width === wanted.width && size.height === wanted.height);
      if (image === undefined) {
        const all = await readLevel0({ x: 0, y: 0, width, height, downsample: 1 });
        const same = wanted.width === width && wanted.height === height;
        image = same ? all : resizeArea(all, wanted.width, wanted.height);
        scaled.push(image);
        if (scaled.length > SIZES_KEPT) scaled.shift();
      }
      const { left, columns } = windowOf(wanted);
      return cut(image, left, wanted.top, columns, wanted.rows);
    },
    readAssociated: async (name) => {
      throw new SlideError('bad-input', `the slide has no picture "${name}"`, { subject: path, hint: 'it has: none' });
    },
    close: async () => {
      closed = true;
      decoded = undefined;
      scaled.length = 0;
    },
  };
}
