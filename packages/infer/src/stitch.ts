/**
 * Puts overlapping tiles back together: a weighted average of their probabilities.
 * Averaging probabilities, instead of joining thresholded tiles, is what leaves no edge where tiles meet.
 */
import { FtuError, type Raster, raster } from '@ftuseg/core';
import { sigmoid } from './sigmoid.js';
import { axisShares } from './window.js';

/** Tiles start at every combination of `columns` (x) and `rows` (y), and are `tile` pixels square. */
export interface TileLayout {
  readonly width: number;
  readonly height: number;
  readonly tile: number;
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

/**
 * One accumulator for a region of the slide at working resolution.
 * @example
 * const stitcher = new Stitcher(layout, 1);
 * stitcher.add(0, 0, logits, 1);
 * const probability = stitcher.finish();
 */
export class Stitcher {
  readonly #layout: TileLayout;
  readonly #classes: number;
  readonly #sum: Float32Array;
  readonly #columnShares: readonly Float32Array[];
  readonly #rowShares: readonly Float32Array[];

  /** @throws {FtuError} `unsupported` when the region's probabilities do not fit in memory */
  constructor(layout: TileLayout, classes: number) {
    this.#layout = layout;
    this.#classes = classes;
    this.#sum = allocateFloats(layout.width, layout.height, classes);
    this.#columnShares = axisShares(layout.columns, layout.tile, layout.width);
    this.#rowShares = axisShares(layout.rows, layout.tile, layout.height);
  }

  /**
   * Adds one tile's prediction.
   * @param column index into `layout.columns`
   * @param row index into `layout.rows`
   * @param logits classes x tile x tile, row-major
   * @param weight share of this view among all views of the tile; they sum to 1
   */
  add(column: number, row: number, logits: Float32Array, weight: number): void {
    const { tile, columns, rows, width, height } = this.#layout;
    const [left, top] = [columns[column], rows[row]];
    const [across, down] = [this.#columnShares[column], this.#rowShares[row]];
    if (left === undefined || top === undefined || across === undefined || down === undefined) {
      throw new RangeError(`no tile in column ${column}, row ${row}`);
    }
    const bottom = Math.min(tile, height - top);
    const right = Math.min(tile, width - left);
    for (let c = 0; c < this.#classes; c++) {
      for (let y = 0; y < bottom; y++) {
        const to = ((top + y) * width + left) * this.#classes + c;
        addRow(this.#sum, to, this.#classes, logits, (c * tile + y) * tile, right, across, (down[y] ?? 0) * weight);
      }
    }
  }

  /** The average, H x W x classes, 0..1. The stitcher hands its memory over and is done. */
  finish(): Raster<Float32Array> {
    const sum = this.#sum;
    for (let i = 0; i < sum.length; i++) {
      // Shares add up to one but for rounding; the documented range is exact.
      if ((sum[i] as number) > 1) sum[i] = 1;
    }
    return raster(this.#layout.width, this.#layout.height, this.#classes, sum);
  }
}

/** One row of one class; plain arguments, because this runs for every pixel that the network saw. */
function addRow(
  sum: Float32Array,
  to: number,
  step: number,
  logits: Float32Array,
  from: number,
  count: number,
  shares: Float32Array,
  weight: number,
): void {
  for (let x = 0, at = to; x < count; x++, at += step) {
    sum[at] = (sum[at] as number) + weight * (shares[x] as number) * sigmoid(logits[from + x] as number);
  }
}

function allocateFloats(width: number, height: number, classes: number): Float32Array {
  try {
    return new Float32Array(width * height * classes);
  } catch (cause) {
    throw new FtuError('unsupported', `${width} x ${height} probabilities for ${classes} classes exceed the memory`, {
      hint: 'predict at a coarser resolution or cut the slide',
      cause,
    });
  }
}
