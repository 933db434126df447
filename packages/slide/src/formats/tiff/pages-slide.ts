/**
 * Pages as a `Slide`: picks the level that is just fine enough for a region and reads it from there. A page is any tiled picture whose blocks lie
 * somewhere, whichever format says where.
 */
import { meanMicrons, type Raster, raster } from '@ftuseg/core';
import { readPlacedProfile } from '../../icc/placed-profile.js';
import type { LevelInfo, PixelColours, Slide, SlideInfo } from '../../slide.js';
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import { size } from '../decoded-size.js';
import type { SlideRuntime } from '../format.js';
import { guardSlide } from '../guard-slide.js';
import { fallingLevels } from './falling-levels.js';
import type { TiffLevel, TiffSlide } from './page.js';
import { BlockCache } from './pixels/block-cache.js';
import { handsOutJpeg2000s, readJpeg2000Tile } from './pixels/jpeg-2000-tile.js';
import { handsOutJpegs, readJpegTile } from './pixels/jpeg-tile.js';
import { type LevelReaderOptions, readWindow } from './pixels/level-reader.js';
import { readShrunk } from './pixels/read-shrunk.js';
import { countStored } from './pixels/stored-blocks.js';

const MAX_CACHE_BYTES = 64 << 20;
/** Bytes of a thumbnail, label or macro picture. */
const MAX_ASSOCIATED_BYTES = 2 ** 30;

export interface PagesSlideOptions extends Pick<SlideRuntime, 'makeShrinker'> {
  /** Where blocks lie that say nothing else; named in messages, closed with the slide. */
  readonly source: ByteSource;
}

/** @param found its pages' names differ: blocks are kept by them */
export function slideOfPages(found: TiffSlide, { source, makeShrinker }: PagesSlideOptions): Slide {
  const { levels, notes } = fallingLevels(found.levels);
  const tiff: TiffSlide = { ...found, levels, notes: [...(found.notes ?? []), ...notes] };
  const cache = new BlockCache(MAX_CACHE_BYTES);
  const [base] = tiff.levels;
  const { width, height } = base;
  const options = { source, cache, makeShrinker };
  const levelFor = (wanted: number): TiffLevel =>
    tiff.levels.findLast(({ downsample }) => downsample <= wanted * 1.001) ?? base;
  return guardSlide(
    {
      ...describe(tiff),
      readRegion: (region, size, { check, signal }) =>
        readShrunk(
          levelFor(region.downsample),
          region,
          { ...size, downsample: region.downsample },
          options,
          check,
          signal,
        ),
      readRows: async (wanted, { check, signal }) => {
        const same = tiff.levels.find((level) => level.width === wanted.width && level.height === wanted.height);
        const { left, top, columns, rows } = wanted;
        if (same !== undefined) {
          // By its own pixels: the sides of a level, and its downsample, are rounded.
          const own = { x: left, y: top, width: columns, height: rows };
          return raster(columns, rows, 3, await readWindow(same, own, options, signal));
        }
        const level = levelFor(Math.min(width / wanted.width, height / wanted.height));
        const [across, down] = [width / wanted.width, height / wanted.height];
        const region = { x: left * across, y: top * down, width: columns * across, height: rows * down };
        const size = { width: columns, height: rows, downsample: across };
        return readShrunk(level, region, size, options, check, signal);
      },
      ...(tiff.levels.some(handsOutJpegs)
        ? {
            readJpegTile: ({ level, column, row }, { signal }) =>
              readJpegTile(tiff.levels[level] ?? base, column, row, source, signal),
          }
        : {}),
      ...(tiff.levels.some(handsOutJpeg2000s)
        ? {
            readJpeg2000Tile: ({ level, column, row }, { signal }) =>
              readJpeg2000Tile(tiff.levels[level] ?? base, column, row, source, signal),
          }
        : {}),
      ...(tiff.countsStored === true ? { countStored: () => Promise.all(tiff.levels.map(countStored)) } : {}),
      readAssociated: (name) => readAssociated(tiff, name, options),
      readIccProfile: async () => readPlacedProfile(base.pages[0].iccProfile, source.name),
      readProperties: async ({ signal }) => (await tiff.readProperties?.(signal)) ?? [],
      close: async () => {
        await cache.clear();
        await source.close();
      },
    },
    source.name,
  );
}

async function readAssociated(tiff: TiffSlide, name: string, options: LevelReaderOptions): Promise<Raster> {
  const subject = options.source.name;
  const found = tiff.associated.get(name);
  const page = typeof found === 'function' ? await found() : found;
  if (page === undefined) throw new SlideError('bad-input', `the slide has no picture "${name}"`, { subject });
  const { width, height } = page;
  const bytes = width * height * 3;
  if (bytes > MAX_ASSOCIATED_BYTES) {
    throw new SlideError('unsupported', `the picture "${name}" of ${size(bytes)} is too large to read at once`, {
      subject,
    });
  }
  const level: TiffLevel = { width, height, downsample: 1, pages: [page] };
  return raster(width, height, 3, await readWindow(level, { x: 0, y: 0, width, height }, options));
}

function describe(
  tiff: TiffSlide,
): Pick<Slide, 'width' | 'height' | 'micronsPerPixel' | 'pixelSize' | 'bounds' | 'levels' | 'info'> {
  const { levels, bounds, scale, scaleNote, objectivePower, notes = [], warnings = [] } = tiff;
  const [base] = levels;
  return {
    width: base.width,
    height: base.height,
    micronsPerPixel: scale === undefined ? undefined : meanMicrons(scale),
    ...(typeof scale === 'object' ? { pixelSize: scale } : {}),
    ...(bounds === undefined ? {} : { bounds }),
    levels: levels.map((level) => ({ width: level.width, height: level.height, downsample: level.downsample })),
    info: {
      format: tiff.format,
      levels: levels.map(levelInfo),
      micronsPerPixelFrom: tiff.micronsPerPixelFrom,
      ...(scaleNote === undefined ? {} : { scaleNote }),
      ...(objectivePower === undefined ? {} : { objectivePower }),
      ...(notes.length === 0 ? {} : { notes }),
      ...(warnings.length === 0 ? {} : { warnings }),
      pixels: pixelsOf(base),
      colours: coloursOf(base),
      associated: [...tiff.associated.keys()],
      ...sizesOf(tiff.associated),
    },
  };
}

function sizesOf(associated: TiffSlide['associated']): Pick<SlideInfo, 'associatedSizes'> {
  const known = [...associated].flatMap(([name, page]) =>
    typeof page === 'function' ? [] : [[name, { width: page.width, height: page.height }] as const],
  );
  return known.length === 0 ? {} : { associatedSizes: Object.fromEntries(known) };
}

function levelInfo({ width, height, downsample, pages: [page] }: TiffLevel): LevelInfo {
  const { blocks, blockWidth, blockHeight, compression } = page;
  return { width, height, downsample, blocks, blockWidth, blockHeight, compression };
}

function coloursOf({ pages }: TiffLevel): PixelColours {
  const [{ photometric }] = pages;
  if (photometric === 'cmyk') return 'CMYK';
  const isGrey = photometric === 'black-is-zero' || photometric === 'white-is-zero';
  return isGrey && pages.length === 1 ? 'grey' : 'RGB';
}

function pixelsOf({ pages }: TiffLevel): string {
  const [{ bits, usedBits, photometric, alpha, planar }] = pages;
  const colour = pages.length === 3 ? 'RGB in three pages' : photometric === 'rgb' ? 'RGB' : photometric;
  const depth = usedBits < bits ? `${bits}-bit (${usedBits} used)` : `${bits}-bit`;
  return `${depth} ${colour}${alpha === 'none' ? '' : ' with opacity'}${planar ? ', planar' : ''}`;
}
