/**
 * Where to put windows so that they cover an image to its last pixel. The reference pipeline dropped the right and bottom
 * remainders and failed on images smaller than the window; here the windows shift to fit instead.
 */
import { FtuError } from '../errors.js';
import type { Rect } from './raster.js';

export interface TileGridOptions {
  /** Side of the square tile in pixels. */
  readonly tile: number;
  /** Pixels that neighbouring tiles share at least, 0 <= overlap < tile. */
  readonly overlap: number;
}

/** First pixels of the fewest tiles that cover `length` with at least `overlap` between neighbours, spread evenly. */
function offsets(length: number, tile: number, overlap: number): number[] {
  const room = length - tile;
  if (room <= 0) return [0];
  const steps = Math.ceil(room / (tile - overlap));
  return Array.from({ length: steps + 1 }, (_, i) => Math.round((i * room) / steps));
}

function checkGrid(whole: Readonly<Record<string, number>>, { tile, overlap }: TileGridOptions): void {
  for (const [name, value] of Object.entries(whole)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new FtuError('bad-input', `a tile grid's ${name} must be a positive integer, not ${value}`);
    }
  }
  if (!Number.isSafeInteger(overlap) || overlap < 0 || overlap >= tile) {
    throw new FtuError('bad-input', `the overlap must be a whole number from 0 to ${tile - 1}, not ${overlap}`);
  }
}

/**
 * A grid of square tiles, row by row from the top left. Every pixel is covered, no tile leaves the image, and neighbours overlap
 * by `overlap` or a little more. Only where the image is smaller than the tile does a tile, at 0, hang over
 * the right or bottom border: pad with `crop(image, rect, 'reflect')`.
 *
 * @throws FtuError `bad-input` for sizes that are not positive integers or an overlap outside [0, tile).
 * @example
 * tileGrid(100, 40, { tile: 64, overlap: 16 }).map((tile) => tile.x); // [0, 36]
 */
export function tileGrid(width: number, height: number, { tile, overlap }: TileGridOptions): Rect[] {
  checkGrid({ width, height, tile }, { tile, overlap });
  const xs = offsets(width, tile, overlap);
  return offsets(height, tile, overlap).flatMap((y) => xs.map((x) => ({ x, y, width: tile, height: tile })));
}

/**
 * Only the tiles that fit wholly, without shifting: from the top left in steps of `tile - overlap`, row by row. What is left at the right
 * and bottom lies on no tile.
 *
 * @param width of the image, tiles' pixels; fractions allowed @param height likewise
 * @throws FtuError `bad-input` for a tile that is not a positive integer or an overlap outside [0, tile).
 * @example
 * wholeTiles(100, 40, { tile: 32, overlap: 0 }).map((tile) => tile.x); // [0, 32, 64]
 */
export function wholeTiles(width: number, height: number, { tile, overlap }: TileGridOptions): Rect[] {
  checkGrid({ tile }, { tile, overlap });
  const step = tile - overlap;
  // A size such as 1024 / 3.2 may come out a little below the whole number that it is.
  const starts = (length: number): number[] => {
    const count = Math.floor((length - overlap) / step + 1e-9);
    return Array.from({ length: Math.max(0, count) }, (_, i) => i * step);
  };
  const xs = starts(width);
  return starts(height).flatMap((y) => xs.map((x) => ({ x, y, width: tile, height: tile })));
}
