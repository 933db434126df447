/**
 * Opens a slide: whatever the format, the rest of the house sees one small interface that hands out RGB regions.
 * This reader knows single-level files (PNG, JPEG, WebP, 8-bit TIFF) and decodes small ones once.
 */
import { constants } from 'node:buffer';
import { FtuError, type Raster, raster, resizeArea } from '@ftuseg/core';
import { SlideError } from './errors.js';
import { decode, decodeError, type ImageFile, openImageFile } from './image-file.js';

export interface SlideLevel {
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per pixel of this level. */
  readonly downsample: number;
}

export interface SlideRegion {
  /** Left edge in level-0 pixels. */
  readonly x: number;
  /** Top edge in level-0 pixels. */
  readonly y: number;
  /** Level-0 pixels, whatever the downsample. */
  readonly width: number;
  /** Level-0 pixels, whatever the downsample. */
  readonly height: number;
  /** At least 1: the result has round(width / downsample) x round(height / downsample) pixels, and at least one. */
  readonly downsample: number;
}

export interface Slide {
  /** Level-0 pixels. */
  readonly width: number;
  readonly height: number;
  /** Undefined: unknown, never guessed. */
  readonly micronsPerPixel: number | undefined;
  readonly levels: readonly SlideLevel[];
  /** RGB, row-major, interleaved; averaged over area where downsampled. The region must lie inside the slide. */
  readRegion(region: SlideRegion, options?: { readonly signal?: AbortSignal }): Promise<Raster>;
  /** Frees the decoded image. Reading after it is an error. */
  close(): Promise<void>;
}

/** Files up to this size stay decoded between reads: 100 Mpx, 300 MB. */
const CACHED_PIXELS = 100e6;

/**
 * Micrometres per pixel where the file states a resolution that a scanner could have written. PNG, JPEG and WebP carry printing
 * resolutions (72 dpi by default), and so do TIFFs of image editors (300, 600, ... dpi): those say nothing about tissue.
 */
function statedMicronsPerPixel({ metadata }: ImageFile): number | undefined {
  const { format, density, resolutionUnit } = metadata;
  if (format !== 'tiff' || density === undefined || resolutionUnit === undefined) return undefined;
  const forPrinting = density <= 2400 && density % 50 === 0;
  const microns = 25400 / density;
  return forPrinting || microns >= 100 ? undefined : microns;
}

/** Decodes a window of level 0 to RGB; transparent pixels show white paper, as on a scan. */
async function decodeRegion(
  { path, metadata }: ImageFile,
  region: { x: number; y: number; width: number; height: number },
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
  const data = await pipeline
    .toColourspace('srgb')
    .raw()
    .toBuffer()
    .catch((error: unknown) => {
      throw decodeError(error, path);
    });
  return raster(width, height, 3, new Uint8Array(data.buffer, data.byteOffset, data.length));
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

function checkRegion(file: ImageFile, { x, y, width, height, downsample }: SlideRegion): void {
  const whole = [x, y, width, height].every(Number.isSafeInteger);
  const inside = x >= 0 && y >= 0 && x + width <= file.metadata.width && y + height <= file.metadata.height;
  if (!whole || width < 1 || height < 1 || !inside) {
    throw new SlideError(
      'bad-input',
      `the region ${width} x ${height} at (${x}, ${y}) is not inside the slide of ${file.metadata.width} x ${file.metadata.height}`,
      { subject: file.path },
    );
  }
  if (!(downsample >= 1 && Number.isFinite(downsample))) {
    throw new SlideError('bad-input', `the downsample must be at least 1, not ${downsample}`, { subject: file.path });
  }
}

/**
 * Opens a PNG, JPEG or WebP image or a TIFF with 8 bits per channel as a slide of one level. Grey becomes RGB, transparency is laid on
 * white, EXIF orientation and colour profiles are not applied: pixels are those that a label image was drawn on.
 * Only the header is read here; damage further on shows when a region is read.
 *
 * @throws FtuError `not-found` or `io`; SlideError `unsupported` (16 bits, CMYK, stacks, other formats) or `bad-input` (damaged).
 * @example
 * const slide = await openSlide('scan.tiff');
 * const overview = await slide.readRegion({ x: 0, y: 0, width: slide.width, height: slide.height, downsample: 16 });
 * await slide.close();
 */
export async function openSlide(path: string): Promise<Slide> {
  const file = await openImageFile(path);
  const { width, height } = file.metadata;
  let closed = false;
  let decoded: Promise<Raster> | undefined;

  const readLevel0 = async (region: SlideRegion): Promise<Raster> => {
    if (width * height > CACHED_PIXELS) return decodeRegion(file, region);
    decoded ??= decodeRegion(file, { x: 0, y: 0, width, height });
    return cut(await decoded, region.x, region.y, region.width, region.height);
  };

  return {
    width,
    height,
    micronsPerPixel: statedMicronsPerPixel(file),
    levels: [{ width, height, downsample: 1 }],
    readRegion: async (region, { signal } = {}) => {
      const check = (): void => {
        if (closed) throw new SlideError('unavailable', 'the slide is closed', { subject: path });
        if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: path });
      };
      check();
      checkRegion(file, region);
      const pixels = await readLevel0(region);
      check();
      const outWidth = Math.max(1, Math.round(region.width / region.downsample));
      const outHeight = Math.max(1, Math.round(region.height / region.downsample));
      const sameSize = outWidth === pixels.width && outHeight === pixels.height;
      return sameSize ? pixels : resizeArea(pixels, outWidth, outHeight);
    },
    close: async () => {
      closed = true;
      decoded = undefined;
    },
  };
}
