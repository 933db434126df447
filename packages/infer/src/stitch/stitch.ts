/**
 * Puts overlapping tiles back together, from left to right: a weighted average of their probabilities, of which columns leave as
 * soon as no further tile can change them.
 * Averaging probabilities, instead of joining thresholded tiles, is what leaves no edge where tiles meet.
 */
import { FtuError, type Raster, raster } from '@ftuseg/core';
import type { TileLayout } from '../plan/tile-layout.js';
import type { WeightedMerge } from '../settings/predict-settings.js';
import { copyColumns } from '../tiles/columns.js';
import { sigmoid } from './sigmoid.js';
import { axisShares } from './tile-weights.js';

/** Columns that are held together; where a band ends with a block, as most do, the block leaves as it is. */
const BLOCK_COLUMNS = 256;

/** Consecutive columns that lie in one block. */
interface Piece {
  /** The block's sums, H x columns x classes, and how many columns it has. */
  readonly sum: Float32Array;
  readonly columns: number;
  /** The piece's first column and the one after its last, of the grid; and where in the block it begins. */
  readonly from: number;
  readonly to: number;
  readonly within: number;
}

/**
 * The sums of one model's tiles over the columns that are not finished yet, in blocks of columns, so that nothing moves when some leave.
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
  /** By number, from the grid's left edge: H x columns x classes. */
  readonly #blocks = new Map<number, Float32Array>();
  /** The first column held. */
  #left: number;

  /** @param left the first column that will be asked for */
  constructor(layout: TileLayout, classes: number, merge: WeightedMerge, left = 0) {
    this.#layout = layout;
    this.#classes = classes;
    this.#columnShares = axisShares(layout.columns, layout.tile, layout.width, merge);
    this.#rowShares = axisShares(layout.rows, layout.tile, layout.height, merge);
    this.#left = left;
  }

  /**
   * Adds one tile's prediction. Columns come from left to right.
   * @param column index into `layout.columns`
   * @param row index into `layout.rows`
   * @param logits classes x tile x tile, row-major
   * @param weight share of this view among all views of the tile; they sum to 1
   * @throws {FtuError} `unsupported` when the probabilities of a block do not fit in memory
   */
  add(column: number, row: number, logits: Float32Array, weight: number): void {
    this.#add(column, row, logits, weight, addRow);
  }

  /** As `add`, for what is a probability already. */
  addProbabilities(column: number, row: number, probabilities: Float32Array, weight: number): void {
    this.#add(column, row, probabilities, weight, addProbabilityRow);
  }

  #add(column: number, row: number, values: Float32Array, weight: number, addValues: typeof addRow): void {
    const { tile, columns, rows, width, height } = this.#layout;
    const [left, top] = [columns[column], rows[row]];
    const [across, down] = [this.#columnShares[column], this.#rowShares[row]];
    if (left === undefined || top === undefined || across === undefined || down === undefined) {
      throw new RangeError(`no tile in column ${column}, row ${row}`);
    }
    const right = Math.min(left + tile, width);
    const bottom = Math.min(tile, height - top);
    for (const { sum, columns: blockColumns, from, to, within } of this.#pieces(Math.max(left, this.#left), right)) {
      for (let c = 0; c < this.#classes; c++) {
        for (let y = 0; y < bottom; y++) {
          const at = ((top + y) * blockColumns + within) * this.#classes + c;
          const row = (c * tile + y) * tile;
          addValues(sum, at, this.#classes, values, row, from - left, to - left, across, (down[y] ?? 0) * weight);
        }
      }
    }
  }

  /**
   * The average over the columns up to `right`, H x columns x classes, 0..1; they are then gone. Where no tile was added, 0.
   * @returns undefined when there is no such column left
   */
  take(right: number): Raster<Float32Array> | undefined {
    const left = this.#left;
    if (right <= left) return undefined;
    const out = this.#columns(left, right);
    for (const number of this.#blocks.keys()) {
      if (number * BLOCK_COLUMNS + this.#columnsOf(number) <= right) this.#blocks.delete(number);
    }
    this.#left = right;
    // Shares add up to one but for rounding; the documented range is exact.
    for (let i = 0; i < out.length; i++) if ((out[i] as number) > 1) out[i] = 1;
    return raster(right - left, this.#layout.height, this.#classes, out);
  }

  /** Columns `left` to `right`: a block's own memory where they are all of it. */
  #columns(left: number, right: number): Float32Array {
    const first = Math.floor(left / BLOCK_COLUMNS);
    if (left === first * BLOCK_COLUMNS && right === left + this.#columnsOf(first)) return this.#block(first);
    const [classes, count] = [this.#classes, right - left];
    const out = floats(this.#layout.height * count * classes);
    const { height } = this.#layout;
    for (const { sum, columns, from, within } of this.#pieces(left, right)) {
      const block = raster(columns, height, classes, sum);
      copyColumns(block, from - within, out, { left, right, top: 0, bottom: height });
    }
    return out;
  }

  /** Columns `left` to `right` by the blocks that they lie in. */
  *#pieces(left: number, right: number): Generator<Piece, void, undefined> {
    for (let from = left; from < right; ) {
      const number = Math.floor(from / BLOCK_COLUMNS);
      const [first, columns] = [number * BLOCK_COLUMNS, this.#columnsOf(number)];
      const to = Math.min(first + columns, right);
      yield { sum: this.#block(number), columns, from, to, within: from - first };
      from = to;
    }
  }

  #columnsOf(number: number): number {
    return Math.min(BLOCK_COLUMNS, this.#layout.width - number * BLOCK_COLUMNS);
  }

  #block(number: number): Float32Array {
    const sum = this.#blocks.get(number) ?? floats(this.#layout.height * this.#columnsOf(number) * this.#classes);
    this.#blocks.set(number, sum);
    return sum;
  }
}

/** One row of one class. Nine plain arguments, because this runs for every pixel that the network saw. */
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

/** As `addRow`, for what is a probability already; as hot. */
function addProbabilityRow(
  sum: Float32Array,
  to: number,
  step: number,
  probabilities: Float32Array,
  from: number,
  first: number,
  end: number,
  shares: Float32Array,
  weight: number,
): void {
  for (let x = first, at = to; x < end; x++, at += step) {
    sum[at] = (sum[at] as number) + weight * (shares[x] as number) * (probabilities[from + x] as number);
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
