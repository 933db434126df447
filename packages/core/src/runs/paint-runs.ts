/**
 * Runs to pixels, one window at a time: what a pyramid, an overlay or a score needs of a mask that is never in memory as a whole.
 */
import { emptyRaster, type Raster, type Rect, raster } from '../raster/raster.js';
import type { RunMask } from './run-mask.js';

/** Windows with more foreground than this share are painted row by row. */
const DENSE = 1 / 8;

/** The first run from `low` to `high` that ends below row `y`. */
export function firstBelow(ends: Int32Array, low: number, high: number, y: number): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((ends[middle] as number) <= y) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Calls `visit` for every run that reaches into the window, in the window's coordinates. */
function runsWithin(
  mask: RunMask,
  { x, y, width, height }: Rect,
  visit: (column: number, start: number, end: number, run: number) => void,
): void {
  for (let column = Math.max(0, x); column < Math.min(mask.width, x + width); column++) {
    const last = mask.columns[column + 1] as number;
    for (let i = firstBelow(mask.ends, mask.columns[column] as number, last, y); i < last; i++) {
      const start = (mask.starts[i] as number) - y;
      if (start >= height) break;
      visit(column - x, Math.max(0, start), Math.min(height, (mask.ends[i] as number) - y), i);
    }
  }
}

/** Each pixel becomes what it is XOR what is above: marks at both ends of a run become the run. */
function carryDown({ data, width, height }: Raster): void {
  const state = new Uint32Array(Math.ceil(width / 4));
  const stateBytes = new Uint8Array(state.buffer, 0, width);
  const marks = new Uint32Array(state.length);
  const markBytes = new Uint8Array(marks.buffer, 0, width);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    markBytes.set(row);
    for (let i = 0; i < state.length; i++) state[i] = (state[i] as number) ^ (marks[i] as number);
    row.set(stateBytes);
  }
}

/**
 * @param rect the window, which may reach over the mask's borders: beyond them is background
 * @param valueFor the pixel value of a label, 0 to 255; default: the label
 * @param memory for the pixels, whatever is in it; new memory if unset
 * @returns one channel; 0 is background
 * @example
 * const band = paintRuns(mask, { x: 0, y: 0, width: 256, height: mask.height }, () => 255);
 */
export function paintRuns(
  mask: RunMask,
  rect: Rect,
  valueFor?: (label: number) => number,
  memory?: Uint8Array,
): Raster {
  const out =
    memory === undefined ? emptyRaster(rect.width, rect.height) : raster(rect.width, rect.height, 1, memory.fill(0));
  const { data } = out;
  const values = Uint8Array.from({ length: 256 }, (_, label) => (label === 0 ? 0 : (valueFor?.(label) ?? label)));
  let foreground = 0;
  runsWithin(mask, rect, (_, start, end) => {
    foreground += end - start;
  });
  const { width } = rect;
  // Writing down columns costs a cache miss per pixel; where there is much to write, marks that are carried down row by row are faster.
  if (foreground > data.length * DENSE) {
    runsWithin(mask, rect, (column, start, end, run) => {
      const value = values[mask.labels[run] as number] as number;
      const [from, to] = [start * width + column, end * width + column];
      data[from] = (data[from] as number) ^ value;
      if (to < data.length) data[to] = (data[to] as number) ^ value;
    });
    carryDown(out);
    return out;
  }
  runsWithin(mask, rect, (column, start, end, run) => {
    const value = values[mask.labels[run] as number] as number;
    for (let at = start * width + column; at < end * width; at += width) data[at] = value;
  });
  return out;
}
