/**
 * Tells levels that are padded to whole tiles from resized ones that happen to be whole tiles: 1024 pixels for a slide of 2000 may be 1000 and padding,
 * or all of it. Taken for the other, what a level shows lies up to a tile away from its place. Their pixels say which it is.
 */
import { raster, resizeArea } from '@ftuseg/core';
import { SlideError } from '../../../slide-error.js';
import type { Window } from '../../placed/placed-tiles.js';
import type { TiffLevel } from '../page.js';
import { BlockCache } from '../pixels/block-cache.js';
import { readWindow } from '../pixels/level-reader.js';
import type { TiffFile } from '../structure/file.js';

export type Fit = 'padded' | 'resized';

/** Slides up to this size are compared as a whole, pixels. */
const WHOLE = 16 << 20;
/** Windows per side of larger ones; the most pixels of the slide, and of the level, that a side has. */
const GRID = 8;
const MAX_SIDE = 512;
const MAX_OWN_SIDE = 64;
/** How many times less the right one differs: after all windows, and so that no more are looked at. */
const BETTER = 1.5;
const MUCH_BETTER = 8;
/** Differences of samples up to this may come from compression, and so little in all from anything. */
const NOISE = 2;
const NOTHING = 2e4;

/**
 * @param padded the level if it is padded
 * @param resized the same pages if they are not
 * @returns undefined where the pixels fit to both, as those of blank glass do
 */
export async function fitByPixels(
  file: TiffFile,
  full: TiffLevel,
  { padded, resized }: Readonly<Record<Fit, TiffLevel>>,
): Promise<Fit | undefined> {
  const options = { source: file.source, cache: new BlockCache(64 << 20) };
  const read = async (level: TiffLevel, window: Window) =>
    raster(window.width, window.height, 3, await readWindow(level, window, options));
  const squares = async (level: TiffLevel, window: Window): Promise<number> => {
    const own = (await read(level, window)).data;
    const above = await read(full, placeIn(full, level, window));
    const wanted = resizeArea(above, window.width, window.height).data;
    let sum = 0;
    for (let i = 0; i < own.length; i++) {
      const difference = Math.abs((own[i] as number) - (wanted[i] as number));
      if (difference > NOISE) sum += difference ** 2;
    }
    return sum;
  };
  const sums = { padded: 0, resized: 0 };
  try {
    for (const windows of pairs(full, { padded, resized })) {
      const both = await Promise.all([squares(padded, windows.padded), squares(resized, windows.resized)]).catch(
        damage,
      );
      if (both === undefined) continue;
      sums.padded += both[0];
      sums.resized += both[1];
      const found = better(sums, MUCH_BETTER);
      if (found !== undefined) return found;
    }
  } finally {
    await options.cache.clear();
  }
  return better(sums, BETTER);
}

/** Damage is reported when the slide is read there. */
function damage(error: unknown): undefined {
  if (!(error instanceof SlideError && error.code === 'bad-input')) throw error;
}

function better({ padded, resized }: Readonly<Record<Fit, number>>, times: number): Fit | undefined {
  if (Math.max(padded, resized) < NOTHING) return undefined;
  if (padded * times < resized) return 'padded';
  return resized * times < padded ? 'resized' : undefined;
}

/** Pixels of the slide that a window of a level shows. */
function placeIn(full: TiffLevel, { width, height }: TiffLevel, window: Window): Window {
  const [across, down] = [full.width / width, full.height / height];
  const [x, y] = [Math.round(window.x * across), Math.round(window.y * down)];
  return {
    x,
    y,
    width: Math.max(1, Math.min(Math.round(window.width * across), full.width - x)),
    height: Math.max(1, Math.min(Math.round(window.height * down), full.height - y)),
  };
}

/** What is to be compared: the whole of both, or windows from the lower right corner on, where both lie furthest apart. */
function* pairs(full: TiffLevel, levels: Readonly<Record<Fit, TiffLevel>>): Generator<Readonly<Record<Fit, Window>>> {
  const { padded, resized } = levels;
  if (full.width * full.height <= WHOLE) {
    const all = ({ width, height }: TiffLevel): Window => ({ x: 0, y: 0, width, height });
    yield { padded: all(padded), resized: all(resized) };
    return;
  }
  const side = Math.max(1, Math.min(MAX_OWN_SIDE, Math.floor(MAX_SIDE / padded.downsample)));
  const [width, height] = [Math.min(side, padded.width), Math.min(side, padded.height)];
  for (let row = GRID; row >= 1; row--) {
    for (let column = GRID; column >= 1; column--) {
      const x = Math.floor(((padded.width - width) * column) / GRID);
      const y = Math.floor(((padded.height - height) * row) / GRID);
      const window = { x, y, width, height };
      yield { padded: window, resized: window };
    }
  }
}
