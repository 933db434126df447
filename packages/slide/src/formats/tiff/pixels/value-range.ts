/**
 * Finds 16-bit pictures whose samples use fewer bits than the file says: shown by the highest of those bits they would be black, and every network
 * would find nothing on them. The coarsest level is looked at, or windows spread over a slide without levels.
 */
import { FtuError } from '@ftuseg/core';
import { SlideError } from '../../../slide-error.js';
import type { Window } from '../../placed/placed-tiles.js';
import type { TiffLevel, TiffPage, TiffSlide } from '../page.js';
import { BlockCache } from './block-cache.js';
import { type LevelReaderOptions, readPlane } from './level-reader.js';

/** Pictures whose brightest sample is below this are refused, of 255: where the file states no range, and where it does. */
const DARK = { unstated: 64, stated: 32 } as const;
/** Levels up to this size are looked at as a whole, pixels. */
const WHOLE = 4 << 20;
/** Windows per side of larger ones, and their side in pixels. */
const GRID = 8;
const SIDE = 64;

type Plane = readonly [page: TiffPage, plane: number, samples: number];

/** @throws {SlideError} `unsupported` for a picture that would be black */
export async function refuseUnstatedRange(tiff: TiffSlide, options: Omit<LevelReaderOptions, 'cache'>): Promise<void> {
  const level = tiff.levels.at(-1) ?? tiff.levels[0];
  const [page] = level.pages;
  if (page.bits !== 16 || page.content !== 'picture') return;
  const { usedBits } = page;
  const largest = await largestByte(level, usedBits, options);
  if (largest === undefined || largest >= DARK[usedBits < 16 ? 'stated' : 'unstated']) return;
  for (let bits = 8; bits < usedBits; bits++) {
    const found = await largestByte(level, bits, options).catch((error: unknown) => {
      // Samples of more bits than this.
      if (error instanceof FtuError && error.code === 'unsupported') return undefined;
      throw error;
    });
    if (found === undefined) continue;
    // A picture of zeros is black whatever its depth.
    if (found === 0) return;
    const most = 2 ** bits - 1;
    throw new SlideError(
      'unsupported',
      `its 16-bit samples are all below ${most + 1}: they use ${bits} bits, the file ${usedBits < 16 ? `states ${usedBits}` : 'does not say so'}, and the slide would be black`,
      {
        subject: options.source.name,
        hint: `save it with 8 bits per channel, such as by gdal_translate -ot Byte -scale 0 ${most} 0 255; or state the range (MaxSampleValue, SignificantBits)`,
      },
    );
  }
}

/** The largest 8-bit sample where `bits` are used; undefined where nothing can be read. */
async function largestByte(
  level: TiffLevel,
  bits: number,
  options: Omit<LevelReaderOptions, 'cache'>,
): Promise<number | undefined> {
  const planes = level.pages.flatMap((page): Plane[] => {
    // What was left out says nothing of the range.
    const used = { ...page, usedBits: bits, blank: 0 };
    const colours = page.alpha === 'none' ? page.samples : page.samples - 1;
    return page.planar ? Array.from({ length: colours }, (_, c): Plane => [used, c, 1]) : [[used, 0, page.samples]];
  });
  const withCache = { ...options, cache: new BlockCache(64 << 20) };
  let largest: number | undefined;
  for (const window of windowsOf(level)) {
    for (const [page, plane, samples] of planes) {
      const read = readPlane(page, plane, samples, window, withCache, undefined);
      const bytes = await read.catch((error: unknown) => {
        // Damage is reported when the slide is read.
        if (error instanceof FtuError && error.code === 'bad-input') return undefined;
        throw error;
      });
      if (bytes !== undefined) largest = Math.max(largest ?? 0, largestColour(bytes, page, samples));
    }
  }
  return largest;
}

function largestColour(bytes: Uint8Array, { alpha }: TiffPage, samples: number): number {
  const colours = alpha === 'none' || samples === 1 ? samples : samples - 1;
  let largest = 0;
  for (let i = 0; i < bytes.length; i += samples) {
    for (let c = 0; c < colours; c++) largest = Math.max(largest, bytes[i + c] as number);
  }
  return largest;
}

function* windowsOf({ width, height }: TiffLevel): Generator<Window> {
  if (width * height <= WHOLE) {
    yield { x: 0, y: 0, width, height };
    return;
  }
  const [columns, rows] = [Math.min(SIDE, width), Math.min(SIDE, height)];
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      const x = Math.floor(((width - columns) * (column + 0.5)) / GRID);
      const y = Math.floor(((height - rows) * (row + 0.5)) / GRID);
      yield { x, y, width: columns, height: rows };
    }
  }
}
