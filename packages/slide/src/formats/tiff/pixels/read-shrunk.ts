/**
 * A region of one level, averaged down: read band by band, so that memory is a few bands and the result whether or not the
 * file has a pyramid.
 */
import { type AreaAxis, type Raster, raster } from '@ftuseg/core';
import type { MakeShrinker } from '../../../shrink/shrinker.js';
import type { Window } from '../../placed/placed-tiles.js';
import type { TiffLevel, TiffPage } from '../page.js';
import { interleave, type LevelReaderOptions, readPlane, readWindow } from './level-reader.js';

export interface ShrinkOptions extends LevelReaderOptions {
  readonly makeShrinker: MakeShrinker;
}

export interface ShrunkSize {
  readonly width: number;
  readonly height: number;
  readonly downsample: number;
}

/** Levels are made of whole pixels, so their downsample is a little off the power of two that was meant. */
const SAME_SCALE = 1e-3;
/** RGB bytes of a band: large enough that its blocks keep every core busy. */
const BAND_BYTES = 24 << 20;

/**
 * RGB of a region, from one level of the slide.
 * @param region in level-0 pixels, fractions allowed, inside the slide
 * @param out size of the result, and the downsample that was asked for, which the size rounds
 */
export async function readShrunk(
  level: TiffLevel,
  { x, y, width, height }: Window,
  { width: outWidth, height: outHeight, downsample }: ShrunkSize,
  options: ShrinkOptions,
  check: () => void,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const across = axis(x / level.downsample, width / level.downsample, level.width);
  const down = axis(y / level.downsample, height / level.downsample, level.height);
  const window = { x: across.from, y: down.from, width: across.limit, height: down.limit };
  const drift = Math.max(
    Math.abs(width / level.downsample - outWidth),
    Math.abs(height / level.downsample - outHeight),
  );
  const atScale = Math.abs(downsample / level.downsample - 1) < SAME_SCALE && drift < 1;
  if (atScale && outWidth <= level.width && outHeight <= level.height) {
    // A level's own pixels, unblurred: the corner goes to the nearest of them.
    const left = Math.min(Math.round(x / level.downsample), level.width - outWidth);
    const top = Math.min(Math.round(y / level.downsample), level.height - outHeight);
    const own = { x: left, y: top, width: outWidth, height: outHeight };
    return raster(outWidth, outHeight, 3, await readWindow(level, own, options, signal));
  }
  const axes = { across: { ...across, to: outWidth }, down: { ...down, to: outHeight } };
  const [first] = level.pages;
  const planes = level.pages.length === 3 ? level.pages : first.planar ? [first, first, first] : undefined;
  const plain = level.pages.length === 3 ? first.photometric === 'black-is-zero' : isPlainRgb(first);
  if (planes !== undefined && plain && level.placed === undefined) {
    // Each plane is averaged by itself: what is put together afterwards is small.
    const bands = bandsOf(first, window, BAND_BYTES / 3);
    const read = (c: number, page: TiffPage) => (band: Band) =>
      readPlane(page, first.planar ? c : 0, 1, { ...window, ...band }, options, signal);
    const shrunk = await Promise.all(
      planes.map((page, c) => shrinkBands(bands, read(c, page), { ...axes, channels: 1 }, options, check)),
    );
    return raster(outWidth, outHeight, 3, interleave(shrunk, outWidth * outHeight));
  }
  const bands = bandsOf(first, window, BAND_BYTES / 3);
  const read = (band: Band) => readWindow(level, { ...window, ...band }, options, signal);
  return raster(outWidth, outHeight, 3, await shrinkBands(bands, read, { ...axes, channels: 3 }, options, check));
}

const isPlainRgb = ({ photometric, samples }: TiffPage): boolean => photometric === 'rgb' && samples === 3;

interface Axes {
  readonly across: AreaAxis;
  readonly down: AreaAxis;
  readonly channels: number;
}

async function shrinkBands(
  bands: readonly Band[],
  read: (band: Band) => Promise<Uint8Array>,
  { across, down, channels }: Axes,
  { makeShrinker }: ShrinkOptions,
  check: () => void,
): Promise<Uint8Array> {
  const out = new Uint8Array(across.to * down.to * channels);
  const shrink = makeShrinker(across, down, channels, out);
  const begin = (band: Band | undefined): Promise<Uint8Array> | undefined => {
    const reading = band && read(band);
    reading?.catch(() => undefined);
    return reading;
  };
  // The next band is read while this one is averaged.
  let reading = begin(bands[0]);
  for (const [i, band] of bands.entries()) {
    const pixels = await reading;
    check();
    reading = begin(bands[i + 1]);
    if (pixels !== undefined) await shrink.push(pixels, band.height);
  }
  return out;
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

interface Band {
  readonly y: number;
  readonly height: number;
}

/** Bands of rows that end where blocks end, so that no block is decoded twice. */
function bandsOf(page: TiffPage, { y, width, height }: Window, pixels: number): Band[] {
  const wanted = Math.max(1, Math.floor(pixels / width));
  const block = Math.min(page.blockHeight, wanted);
  const step = Math.max(block, wanted - (wanted % block));
  const bands: Band[] = [];
  for (let top = y; top < y + height; ) {
    const aligned = page.blockHeight <= wanted ? top - (top % page.blockHeight) : top;
    const bottom = Math.min(aligned + step, y + height);
    bands.push({ y: top, height: bottom - top });
    top = bottom;
  }
  return bands;
}
