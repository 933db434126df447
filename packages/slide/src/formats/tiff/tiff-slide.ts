/** A TIFF as a `Slide`: picks the level that is just fine enough for a region and reads it from there. */
import { FtuError, meanMicrons, raster } from '@ftuseg/core';
import type { Codecs } from '../../codecs/codecs.js';
import type { MakeShrinker } from '../../shrink/shrinker.js';
import type { LevelInfo, Slide, SlideRegion, SlideRows } from '../../slide.js';
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import { openTiff } from './open-tiff.js';
import type { TiffLevel } from './page.js';
import { BlockCache } from './pixels/block-cache.js';
import { refuseBombs, size } from './pixels/decoded-size.js';
import { readWindow } from './pixels/level-reader.js';
import { readShrunk } from './pixels/read-shrunk.js';
import { refuseUnstatedRange } from './pixels/value-range.js';

const CACHE_BYTES = 64 << 20;
/** Bytes of a thumbnail, label or macro picture. */
const LARGEST_ASSOCIATED = 2 ** 30;

/** What differs between Node and a browser. */
export interface TiffRuntime {
  readonly codecs: Codecs;
  readonly makeShrinker: MakeShrinker;
}

/**
 * Opens a TIFF over any source of bytes; the slide closes the source.
 * @throws {SlideError} as `openTiff` says
 */
export async function openTiffSlide(source: ByteSource, { codecs, makeShrinker }: TiffRuntime): Promise<Slide> {
  const tiff = await openTiff(source);
  await refuseBombs(tiff, source);
  await refuseUnstatedRange(tiff, { source, codecs });
  const cache = new BlockCache(CACHE_BYTES);
  const [base] = tiff.levels;
  const { width, height } = base;
  let closed = false;
  const check = (signal?: AbortSignal): void => {
    if (closed) throw new SlideError('unavailable', 'the slide is closed', { subject: source.name });
    if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: source.name });
  };
  const options = { source, codecs, cache, makeShrinker };
  const levelFor = (wanted: number): TiffLevel =>
    tiff.levels.findLast(({ downsample }) => downsample <= wanted * 1.001) ?? base;
  return {
    width,
    height,
    micronsPerPixel: tiff.scale === undefined ? undefined : meanMicrons(tiff.scale),
    ...(typeof tiff.scale === 'object' ? { pixelSize: tiff.scale } : {}),
    levels: tiff.levels.map((level) => ({ width: level.width, height: level.height, downsample: level.downsample })),
    info: {
      format: tiff.format,
      levels: tiff.levels.map(levelInfo),
      micronsPerPixelFrom: tiff.micronsPerPixelFrom,
      ...(tiff.scaleNote === undefined ? {} : { scaleNote: tiff.scaleNote }),
      pixels: pixelsOf(base),
      associated: [...tiff.associated.keys()],
    },
    readRegion: async (region, { signal } = {}) => {
      check(signal);
      checkRegion(region, width, height, source.name);
      const out = {
        width: Math.max(1, Math.round(region.width / region.downsample)),
        height: Math.max(1, Math.round(region.height / region.downsample)),
      };
      const result = await readShrunk(levelFor(region.downsample), region, out, options, () => check(signal), signal);
      check(signal);
      return result;
    },
    readRows: async (wanted, { signal } = {}) => {
      check(signal);
      checkRows(wanted, width, height, source.name);
      const same = tiff.levels.find((level) => level.width === wanted.width && level.height === wanted.height);
      const level = same ?? levelFor(Math.min(width / wanted.width, height / wanted.height));
      const { left, columns } = windowOf(wanted);
      const [across, down] = [width / wanted.width, height / wanted.height];
      const region = { x: left * across, y: wanted.top * down, width: columns * across, height: wanted.rows * down };
      const out = { width: columns, height: wanted.rows };
      const result = await readShrunk(level, region, out, options, () => check(signal), signal);
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
      const bytes = page.width * page.height * 3;
      if (bytes > LARGEST_ASSOCIATED) {
        throw new SlideError('unsupported', `the picture "${name}" of ${size(bytes)} is too large to read at once`, {
          subject: source.name,
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

function levelInfo({ width, height, downsample, pages: [page] }: TiffLevel): LevelInfo {
  const { blocks, blockWidth, blockHeight, compression } = page;
  return { width, height, downsample, blocks, blockWidth, blockHeight, compression };
}

function pixelsOf({ pages }: TiffLevel): string {
  const [{ bits, usedBits, photometric, alpha, planar }] = pages;
  const colour = pages.length === 3 ? 'RGB in three pages' : photometric === 'rgb' ? 'RGB' : photometric;
  const depth = usedBits < bits ? `${bits}-bit (${usedBits} used)` : `${bits}-bit`;
  return `${depth} ${colour}${alpha === 'none' ? '' : ' with opacity'}${planar ? ', planar' : ''}`;
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

/** The columns of a band that are asked for. */
export const windowOf = ({ width, left = 0, columns = width - left }: SlideRows) => ({ left, columns });

/** @throws {SlideError} `bad-input` for a window that the resampled slide does not have, or a size above the slide's own */
export function checkRows(wanted: SlideRows, slideWidth: number, slideHeight: number, subject: string): void {
  const { width, height, top, rows } = wanted;
  const { left, columns } = windowOf(wanted);
  const whole = [width, height, top, rows, left, columns].every(Number.isSafeInteger);
  const fits = width >= 1 && height >= 1 && width <= slideWidth && height <= slideHeight;
  const across = left >= 0 && columns >= 1 && left + columns <= width;
  if (whole && fits && across && top >= 0 && rows >= 1 && top + rows <= height) return;
  throw new SlideError(
    'bad-input',
    `rows ${top} to ${top + rows}, columns ${left} to ${left + columns} of ${width} x ${height} cannot be made of the slide of ${slideWidth} x ${slideHeight}`,
    { subject },
  );
}
