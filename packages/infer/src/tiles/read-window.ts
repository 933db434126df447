/**
 * A window of the slide at any size: averaged where the slide shrinks, interpolated where a network wants more pixels than there
 * are. What cannot be decoded becomes white and is reported, so that one damaged tile does not cost the slide.
 */
import { FtuError, type Raster, type Rect, raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { axisTaps, resampleWindow } from './resample-window.js';

/** The size that the whole slide has at the resolution wanted. */
export interface GridSize {
  readonly width: number;
  readonly height: number;
}

/** Where reading fails, it is tried again in pieces of this side, working pixels. */
const PIECE = 64;
const WHITE = 255;

/**
 * @param window inside the grid, working pixels
 * @returns RGB, `window.width` x `window.height`
 * @throws {FtuError} `cancelled`, or what the slide throws
 */
export async function readWindow(
  slide: Slide,
  grid: GridSize,
  window: Rect,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const { x: left, y: top, width: columns, height: rows } = window;
  if (grid.width <= slide.width && grid.height <= slide.height) {
    return slide.readRows({ width: grid.width, height: grid.height, top, rows, left, columns }, { signal });
  }
  const horizontal = axisTaps(slide.width, grid.width, left, columns);
  const vertical = axisTaps(slide.height, grid.height, top, rows);
  const region = {
    x: horizontal.from,
    y: vertical.from,
    downsample: 1,
    width: horizontal.to - horizontal.from,
    height: vertical.to - vertical.from,
  };
  return resampleWindow(await slide.readRegion(region, { signal }), horizontal, vertical);
}

/** Damage inside the file; a file that is gone or a disk that fails is not something to go on after. */
/** Whether a part of a slide could not be decoded. */
export const isDamage = (error: unknown): boolean => error instanceof FtuError && error.code === 'bad-input';

/**
 * `readWindow`, with white in place of what is damaged. Where nothing of the window can be read, the file is no slide with a blemish, and
 * the error stands.
 * @param onUnreadable called with each piece that could not be read, working pixels
 */
export async function readAround(
  slide: Slide,
  grid: GridSize,
  window: Rect,
  signal: AbortSignal | undefined,
  onUnreadable: (piece: Rect) => void,
): Promise<Raster> {
  let failure: unknown;
  try {
    return await readWindow(slide, grid, window, signal);
  } catch (error) {
    if (!isDamage(error)) throw error;
    failure = error;
  }
  const { x, y, width, height } = window;
  const unreadable: Rect[] = [];
  let readable = 0;
  const out = new Uint8Array(width * height * 3).fill(WHITE);
  // Pieces lie on a grid of the slide's own, so that neighbouring windows report the same ones.
  for (let top = y - (y % PIECE); top < y + height; top += PIECE) {
    for (let left = x - (x % PIECE); left < x + width; left += PIECE) {
      const [x0, y0] = [Math.max(left, x), Math.max(top, y)];
      const [x1, y1] = [Math.min(left + PIECE, x + width), Math.min(top + PIECE, y + height)];
      const piece = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
      try {
        const pixels = await readWindow(slide, grid, piece, signal);
        readable++;
        for (let row = 0; row < piece.height; row++) {
          const from = row * piece.width * 3;
          out.set(pixels.data.subarray(from, from + piece.width * 3), ((y0 - y + row) * width + x0 - x) * 3);
        }
      } catch (error) {
        if (!isDamage(error)) throw error;
        unreadable.push(piece);
      }
    }
  }
  if (readable === 0) throw failure;
  for (const piece of unreadable) onUnreadable(piece);
  return raster(width, height, 3, out);
}
