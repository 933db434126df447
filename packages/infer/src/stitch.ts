/**
 * Puts overlapping tiles back together, from left to right: a weighted average of their probabilities, of which columns leave as
 * soon as no further tile can change them.
 * Averaging probabilities, instead of joining thresholded tiles, is what leaves no edge where tiles meet.
 */
import { FtuError, type Raster, raster } from '@ftuseg/core';
import { sigmoid } from './sigmoid.js';
import { axisShares, type WeightedMerge } from './window.js';

/** Tiles start at every combination of `columns` (x) and `rows` (y), and are `tile` pixels square. */
export interface TileLayout {
  readonly width: number;
  readonly height: number;
  readonly tile: number;
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

/**
 * The sums of one model's tiles over the columns that are not finished yet.
 * @example
 * const stitcher = new Stitcher(layout, 1, 'hann');
 * stitcher.add(0, 0, logits, 1);
 * const probability = stitcher.take(layout.width);
 */
export class Stitcher {
  readonly #layout: TileLayout;
  readonly #classes: number;
  readonly #columnShares: readonly Float32Array[];
  readonly #rowShares: readonly Float32Array[];
  #sum: Float32Array = new Float32Array(0);
  /** The first column held, and the one after the last. */
  #left: number;
  #right: number;

  /** @param left the first column that will be asked for */
  constructor(layout: TileLayout, classes: number, merge: WeightedMerge, left = 0) {
    this.#layout = layout;
    this.#classes = classes;
    this.#columnShares = axisShares(layout.columns, layout.tile, layout.width, merge);
    this.#rowShares = axisShares(layout.rows, layout.tile, layout.height, merge);
    this.#left = left;
    this.#right = left;
  }

  /**
   * Adds one tile's prediction. Columns come from left to right.
   * @param column index into `layout.columns`
   * @param row index into `layout.rows`
   * @param logits classes x tile x tile, row-major
   * @param weight share of this view among all views of the tile; they sum to 1
   * @throws {FtuError} `unsupported` when the band's probabilities do not fit in memory
   */
  add(column: number, row: number, logits: Float32Array, weight: number): void {
    const { tile, columns, rows, width, height } = this.#layout;
    const [left, top] = [columns[column], rows[row]];
    const [across, down] = [this.#columnShares[column], this.#rowShares[row]];
    if (left === undefined || top === undefined || across === undefined || down === undefined) {
      throw new RangeError(`no tile in column ${column}, row ${row}`);
    }
    const right = Math.min(left + tile, width);
    this.reach(right);
    const first = Math.max(this.#left - left, 0);
    const bottom = Math.min(tile, height - top);
    const rowLength = this.#right - this.#left;
    for (let c = 0; c < this.#classes; c++) {
      for (let y = 0; y < bottom; y++) {
        const to = ((top + y) * rowLength + left + first - this.#left) * this.#classes + c;
        const from = (c * tile + y) * tile;
        addRow(this.#sum, to, this.#classes, logits, from, first, right - left, across, (down[y] ?? 0) * weight);
      }
    }
  }

  /**
   * The average over the columns up to `right`, H x columns x classes, 0..1; they are then gone. Where no tile was added, 0.
   * @returns undefined when there is no such column left
   */
  take(right: number): Raster<Float32Array> | undefined {
    const { height } = this.#layout;
    const count = right - this.#left;
    if (count <= 0) return undefined;
    this.reach(right);
    const [classes, before] = [this.#classes, this.#right - this.#left];
    const out = new Float32Array(height * count * classes);
    const rest = floats(height * (before - count) * classes);
    for (let y = 0; y < height; y++) {
      const row = y * before * classes;
      const cut = row + count * classes;
      const to = y * count * classes;
      out.set(this.#sum.subarray(row, cut), to);
      rest.set(this.#sum.subarray(cut, row + before * classes), y * (before - count) * classes);
    }
    // Shares add up to one but for rounding; the documented range is exact.
    for (let i = 0; i < out.length; i++) if ((out[i] as number) > 1) out[i] = 1;
    this.#sum = rest;
    this.#left = right;
    return raster(count, height, classes, out);
  }

  /** Makes room for columns up to `right`, so that one allocation serves the tiles of a whole band. */
  reach(right: number): void {
    if (right <= this.#right) return;
    const { height } = this.#layout;
    const [before, after] = [this.#right - this.#left, right - this.#left];
    const rowLength = before * this.#classes;
    const sum = floats(height * after * this.#classes);
    for (let y = 0; y < height && rowLength > 0; y++) {
      sum.set(this.#sum.subarray(y * rowLength, (y + 1) * rowLength), y * after * this.#classes);
    }
    this.#sum = sum;
    this.#right = right;
  }
}

/** One row of one class; plain arguments, because this runs for every pixel that the network saw. */
function addRow(
  sum: Float32Array,
  to: number,
  step: number,
  logits: Float32Array,
  from: number,
  first: number,
  end: number,
  shares: Float32Array,
  weight: number,
): void {
  for (let x = first, at = to; x < end; x++, at += step) {
    sum[at] = (sum[at] as number) + weight * (shares[x] as number) * sigmoid(logits[from + x] as number);
  }
}

function floats(length: number): Float32Array {
  try {
    return new Float32Array(length);
  } catch (cause) {
    throw new FtuError('unsupported', `${length} probabilities exceed the memory`, {
      hint: 'predict at a coarser resolution, with smaller tiles, or cut the slide',
      cause,
    });
  }
}
