/**
 * A TIFF as a `Slide`: picks the level that is just fine enough, reads it band by band and averages it down. Memory is a
 * few bands and the result, whether or not the file has a pyramid.
 */
import { AreaStream, FtuError, type Raster, raster } from '@ftuseg/core';
import type { Codecs } from '../codecs/codecs.js';
import type { LevelInfo, Slide, SlideRegion } from '../slide.js';
import { SlideError } from '../slide-error.js';
import type { ByteSource } from '../source/byte-source.js';
import { BlockCache } from './block-cache.js';
import { readWindow } from './level-reader.js';
import { openTiff } from './open-tiff.js';
import type { TiffLevel, TiffPage } from './page.js';

const CACHE_BYTES = 64 << 20;
/** RGB bytes of a band: large enough that its blocks keep every core busy. */
const BAND_BYTES = 24 << 20;

/**
 * Opens a TIFF over any source of bytes; the slide closes the source.
 * @throws {SlideError} as `openTiff` says
 */
export async function openTiffSlide(source: ByteSource, codecs: Codecs): Promise<Slide> {
  const tiff = await openTiff(source);
  const cache = new BlockCache(CACHE_BYTES);
  const [base] = tiff.levels;
  const { width, height } = base;
  let closed = false;
  const check = (signal?: AbortSignal): void => {
    if (closed) throw new SlideError('unavailable', 'the slide is closed', { subject: source.name });
    if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: source.name });
  };
  const options = { source, codecs, cache };
  return {
    width,
    height,
    micronsPerPixel: tiff.micronsPerPixel,
    levels: tiff.levels.map((level) => ({ width: level.width, height: level.height, downsample: level.downsample })),
    info: {
      format: tiff.format,
      levels: tiff.levels.map(levelInfo),
      micronsPerPixelFrom: tiff.micronsPerPixelFrom,
      pixels: pixelsOf(base),
      associated: [...tiff.associated.keys()],
    },
    readRegion: async (region, { signal } = {}) => {
      check(signal);
      checkRegion(region, width, height, source.name);
      const level = tiff.levels.findLast(({ downsample }) => downsample <= region.downsample * 1.001) ?? base;
      const result = await readShrunk(level, region, options, () => check(signal), signal);
      check(signal);
      return result;
    },
    readAssociated: async (name) => {
      check();
      const page = tiff.associated.get(name);
      if (page === undefined) {
        throw new SlideError('bad-input', `the slide has no picture "${name}"`, {
          subject: source.name,
          hint: `it has: ${[...tiff.associated.keys()].join(', ') || 'none'}`,
        });
      }
      const level: TiffLevel = { width: page.width, height: page.height, downsample: 1, pages: [page] };
      const window = { x: 0, y: 0, width: page.width, height: page.height };
      return raster(page.width, page.height, 3, await readWindow(level, window, options));
    },
    close: async () => {
      if (closed) return;
      closed = true;
      cache.clear();
      await source.close();
    },
  };
}

async function readShrunk(
  level: TiffLevel,
  { x, y, width, height, downsample }: SlideRegion,
  options: Parameters<typeof readWindow>[2],
  check: () => void,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const outWidth = Math.max(1, Math.round(width / downsample));
  const outHeight = Math.max(1, Math.round(height / downsample));
  const across = axis(x / level.downsample, width / level.downsample, level.width);
  const down = axis(y / level.downsample, height / level.downsample, level.height);
  const window = { x: across.from, y: down.from, width: across.limit, height: down.limit };
  if (outWidth === across.limit && outHeight === down.limit && across.start === 0 && down.start === 0) {
    return raster(outWidth, outHeight, 3, await readWindow(level, window, options, signal));
  }
  const out = new Uint8Array(outWidth * outHeight * 3);
  const shrink = new AreaStream({ ...across, to: outWidth }, { ...down, to: outHeight }, 3, (row, at) =>
    out.set(row, at * row.length),
  );
  const bands = bandsOf(level.pages[0], window);
  const read = (band: (typeof bands)[number] | undefined): Promise<Uint8Array> | undefined => {
    const reading = band && readWindow(level, { ...window, ...band }, options, signal);
    reading?.catch(() => undefined);
    return reading;
  };
  // The next band is decoded on other threads while this one is averaged.
  let reading = read(bands[0]);
  for (const [i, band] of bands.entries()) {
    const pixels = await reading;
    check();
    reading = read(bands[i + 1]);
    if (pixels !== undefined) shrink.push(pixels, band.height);
  }
  return raster(outWidth, outHeight, 3, out);
}

/** The whole pixels that an interval touches, and where in them it starts. */
function axis(start: number, length: number, limit: number) {
  const near = (value: number): number => (Math.abs(value - Math.round(value)) < 1e-6 ? Math.round(value) : value);
  const from = Math.min(Math.floor(near(start)), limit - 1);
  const end = Math.min(Math.ceil(near(start + length)), limit);
  const first = near(start) - from;
  return {
    from,
    limit: Math.max(end - from, 1),
    start: first,
    length: Math.min(near(length), Math.max(end - from, 1) - first),
  };
}

/** Bands of rows that end where blocks end, so that no block is decoded twice. */
function bandsOf(page: TiffPage, { y, width, height }: { y: number; width: number; height: number }) {
  const wanted = Math.max(1, Math.floor(BAND_BYTES / (width * 3)));
  const block = Math.min(page.blockHeight, wanted);
  const step = Math.max(block, wanted - (wanted % block));
  const bands: { y: number; height: number }[] = [];
  for (let top = y; top < y + height; ) {
    const aligned = page.blockHeight <= wanted ? top - (top % page.blockHeight) : top;
    const bottom = Math.min(aligned + step, y + height);
    bands.push({ y: top, height: bottom - top });
    top = bottom;
  }
  return bands;
}

function levelInfo({ width, height, downsample, pages: [page] }: TiffLevel): LevelInfo {
  const { blocks, blockWidth, blockHeight, compression } = page;
  return { width, height, downsample, blocks, blockWidth, blockHeight, compression };
}

function pixelsOf({ pages }: TiffLevel): string {
  const [{ bits, photometric, alpha, planar }] = pages;
  const colour = pages.length === 3 ? 'RGB in three pages' : photometric === 'rgb' ? 'RGB' : photometric;
  return `${bits}-bit ${colour}${alpha === 'none' ? '' : ' with opacity'}${planar ? ', planar' : ''}`;
}

/** @throws {SlideError} `bad-input` for a region that is not inside the slide, or an impossible downsample */
export function checkRegion(region: SlideRegion, slideWidth: number, slideHeight: number, subject: string): void {
  const { x, y, width, height, downsample } = region;
  const whole = [x, y, width, height].every(Number.isSafeInteger);
  const inside = x >= 0 && y >= 0 && x + width <= slideWidth && y + height <= slideHeight;
  if (!whole || width < 1 || height < 1 || !inside) {
    throw new SlideError(
      'bad-input',
      `the region ${width} x ${height} at (${x}, ${y}) is not inside the slide of ${slideWidth} x ${slideHeight}`,
      { subject },
    );
  }
  if (!(downsample >= 1 && Number.isFinite(downsample))) {
    throw new SlideError('bad-input', `the downsample must be at least 1, not ${downsample}`, { subject });
  }
  if (Math.round(width / downsample) * Math.round(height / downsample) * 3 > 2 ** 32) {
    throw new SlideError('unsupported', `a region of ${width} x ${height} pixels is too large to read at once`, {
      subject,
      hint: 'read it in parts, or at a larger downsample',
    });
  }
}
