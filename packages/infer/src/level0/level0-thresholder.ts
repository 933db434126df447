/**
 * From probabilities at working resolution to labelled runs of level-0 pixels, as columns arrive.
 * Interpolating first and thresholding at level 0 gives smooth outlines, where enlarging a mask would give stairs; and only where a
 * column comes near a threshold is anything interpolated at all: most of a slide does not.
 */
import { type BilinearTaps, type Raster, stretchTaps } from '@ftuseg/core';
import { type ColumnRuns, RunList } from './column-runs.js';
import { blend, columnsOf, firstRows, transpose } from './grid-columns.js';
import { CELL_ROWS, ThresholdCells } from './threshold-cells.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where an enlargement stands between two bands: enough to go on in another run. */
export interface Level0State {
  /** Grid columns given so far. */
  readonly gridRight: number;
  /** The next level-0 column. */
  readonly column: number;
  /** The last grid column given, classes x H. */
  readonly edge: Float32Array;
}

/**
 * Bilinear enlargement (half-pixel centres, edges clamped, as OpenCV's INTER_LINEAR) and thresholds: a pixel belongs to a class
 * when its probability is at least the class's threshold; of several the likeliest wins, of equals the first.
 *
 * Inner loops take no pairs apart (`const [a, b] = ...`): each would be an object, and those were half of the garbage here.
 * @example
 * const labels = new Level0Thresholder(plan.grid, slide, [0.5]);
 * for await (const band of bands) save(labels.push(band.probability));
 */
export class Level0Thresholder {
  readonly #across: BilinearTaps;
  readonly #down: BilinearTaps;
  readonly #firstRows: Int32Array;
  #column: number;
  #gridRight: number;
  /** The last grid column given: each class's values from top to bottom. */
  #before: readonly Float32Array[] | undefined;
  readonly #interpolated: Float64Array[];
  /** Memory of the columns of a band, which the next band uses again. */
  #columns: readonly (readonly Float32Array[])[] = [];
  #cells = new ThresholdCells({ width: 0, height: 0 });

  /** @param state where an earlier enlargement of the same slide stood; the beginning if unset */
  constructor(
    private readonly grid: Size,
    private readonly slide: Size,
    private readonly thresholds: readonly number[],
    state?: Level0State,
  ) {
    this.#across = stretchTaps(grid.width, slide.width);
    this.#down = stretchTaps(grid.height, slide.height);
    this.#firstRows = firstRows(this.#down, grid.height);
    this.#gridRight = state?.gridRight ?? 0;
    this.#column = state?.column ?? 0;
    const edge = (c: number): Float32Array | undefined => state?.edge.slice(c * grid.height, (c + 1) * grid.height);
    this.#before = state && thresholds.map((_, c) => edge(c) ?? new Float32Array(grid.height));
    this.#interpolated = thresholds.map(() => new Float64Array(grid.height));
  }

  get state(): Level0State {
    const edge = new Float32Array(this.thresholds.length * this.grid.height);
    for (const [c, values] of (this.#before ?? []).entries()) edge.set(values, c * this.grid.height);
    return { gridRight: this.#gridRight, column: this.#column, edge };
  }

  /** @param probability the next columns of the grid, H x columns x classes, 0..1 */
  push(probability: Raster<Float32Array>): ColumnRuns {
    if (this.#columns.length !== probability.width) {
      this.#columns = columnsOf(probability);
      this.#cells = new ThresholdCells(probability);
    }
    this.#cells.mark(probability, this.thresholds);
    transpose(probability, this.#columns, this.#cells);
    const held = this.#before === undefined ? 0 : 1;
    const gridLeft = this.#gridRight - held;
    const columns = this.#before === undefined ? this.#columns : [this.#before, ...this.#columns];
    this.#gridRight += probability.width;
    this.#before = columns.at(-1)?.map((values) => values.slice());
    const last = this.#gridRight === this.grid.width;
    const runs = new RunList(this.#column);
    let near: { readonly index: number; readonly spans: readonly number[] } | undefined;
    for (; this.#column < this.slide.width; this.#column++) {
      const index = this.#across.low[this.#column] as number;
      if (!last && index + 1 >= this.#gridRight) break;
      const right = Math.min(index + 1, this.grid.width - 1) - gridLeft;
      const a = columns[index - gridLeft];
      const b = columns[right];
      if (a === undefined || b === undefined) throw new RangeError(`grid column ${index} is not at hand`);
      if (near?.index !== index) near = { index, spans: this.#spans(a, b, Math.max(right - held, 0)) };
      this.#columnRuns(a, b, this.#across.fraction[this.#column] as number, near.spans, runs);
      runs.endColumn();
    }
    return runs.finish();
  }

  /**
   * Stretches of grid rows, as pairs (first, end), in which a class of either column reaches its threshold.
   * @param right number of the right one in the band
   */
  #spans(a: readonly Float32Array[], b: readonly Float32Array[], right: number): number[] {
    const spans: number[] = [];
    const { height } = this.grid;
    const classes = this.thresholds.length;
    for (let y = 0; y < height; y++) {
      if (y % CELL_ROWS === 0 && !this.#cells.near(right, y)) {
        y += CELL_ROWS - 1;
        continue;
      }
      let reached = false;
      for (let c = 0; c < classes && !reached; c++) {
        const threshold = this.thresholds[c] as number;
        const left = a[c] as Float32Array;
        const other = b[c] as Float32Array;
        reached = (left[y] as number) >= threshold || (other[y] as number) >= threshold;
      }
      if (!reached) continue;
      const first = Math.max(y - 1, 0);
      const end = Math.min(y + 2, height);
      if (spans.length > 0 && first <= (spans.at(-1) as number)) spans[spans.length - 1] = end;
      else spans.push(first, end);
    }
    return spans;
  }

  #columnRuns(
    a: readonly Float32Array[],
    b: readonly Float32Array[],
    fraction: number,
    spans: readonly number[],
    runs: RunList,
  ): void {
    const { low, fraction: down } = this.#down;
    const { height } = this.grid;
    const classes = this.thresholds.length;
    for (let s = 0; s < spans.length; s += 2) {
      const first = spans[s] as number;
      const end = spans[s + 1] as number;
      for (let c = 0; c < classes; c++) {
        blend(a[c] as Float32Array, b[c] as Float32Array, fraction, first, end, this.#interpolated[c] as Float64Array);
      }
      if (classes === 1) {
        this.#oneClass(first, end, runs);
        runs.endSpan();
        continue;
      }
      const bottom = this.#firstRows[end] as number;
      for (let y = this.#firstRows[first] as number; y < bottom; y++) {
        const i = low[y] as number;
        const below = i + 1 < end ? i + 1 : i + 1 < height ? -1 : i;
        const v = down[y] as number;
        let [label, best] = [0, 0];
        for (let c = 0; c < classes; c++) {
          const values = this.#interpolated[c] as Float64Array;
          const upper = values[i] as number;
          // Past the span both columns lie below every threshold: that row's label is background whatever its exact value.
          const value = below < 0 ? 0 : upper + ((values[below] as number) - upper) * v;
          if (value >= (this.thresholds[c] as number) && (label === 0 || value > best)) {
            label = c + 1;
            best = value;
          }
        }
        runs.stretch(y, y + 1, label, best);
      }
      runs.endSpan();
    }
  }

  /** What is done for several classes, for one: where both ends of a grid interval are on one side, so is all between them. */
  #oneClass(first: number, end: number, runs: RunList): void {
    const values = this.#interpolated[0] as Float64Array;
    const threshold = this.thresholds[0] as number;
    const { fraction: down } = this.#down;
    const { height } = this.grid;
    for (let i = first; i < end; i++) {
      const top = this.#firstRows[i] as number;
      const bottom = this.#firstRows[i + 1] as number;
      if (top === bottom) continue;
      const below = i + 1 < end ? i + 1 : i + 1 < height ? -1 : i;
      const upper = values[i] as number;
      const lower = below < 0 ? 0 : (values[below] as number);
      if (below < 0 || (upper < threshold && lower < threshold)) runs.endSpan();
      else if (upper >= threshold && lower >= threshold) {
        const atTop = upper + (lower - upper) * (down[top] as number);
        const atBottom = upper + (lower - upper) * (down[bottom - 1] as number);
        runs.stretch(top, bottom, 1, Math.max(atTop, atBottom));
      } else {
        for (let y = top; y < bottom; y++) {
          const value = upper + (lower - upper) * (down[y] as number);
          if (value >= threshold) runs.stretch(y, y + 1, 1, value);
          else runs.endSpan();
        }
      }
    }
  }
}
