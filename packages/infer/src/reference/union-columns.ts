/** The OR of windows' masks, column by column, and the highest of their probabilities. */
import { type Raster, type Rect, raster } from '@ftuseg/core';
import type { PredictedBand } from '../bands/predicted-band.js';
import type { ColumnRuns } from '../level0/column-runs.js';
import type { SlidePlan } from '../plan/plan.js';

interface Run {
  readonly start: number;
  readonly end: number;
  readonly peak: number;
}

export class UnionColumns {
  /** Runs of the level-0 columns from `#left` on, in the order in which they came. */
  #columns: Run[][] = [];
  #left: number;
  /** The highest probabilities of the grid's columns from `#gridLeft` on, from top to bottom. */
  #probabilities: Float32Array[] = [];
  #gridLeft: number;

  constructor(
    private readonly plan: SlidePlan,
    left: number,
    gridLeft: number,
  ) {
    this.#left = left;
    this.#gridLeft = gridLeft;
  }

  /**
   * @param place of the window, level-0 pixels
   * @param runs of the window's columns
   * @param probability of the window, any size
   */
  add(place: Rect, runs: ColumnRuns, probability: Raster<Float32Array>): void {
    for (let x = 0, run = 0; x < runs.counts.length; x++) {
      const end = run + (runs.counts[x] as number);
      const at = place.x + x - this.#left;
      const column = this.#columns[at] ?? [];
      if (at >= 0) this.#columns[at] = column;
      for (; run < end; run++) {
        column.push({
          start: place.y + (runs.starts[run] as number),
          end: place.y + (runs.ends[run] as number),
          peak: runs.peaks[run] as number,
        });
      }
    }
    const { grid } = this.plan;
    const [gridX, gridY] = [Math.round(place.x / grid.downsample), Math.round(place.y / grid.downsample)];
    for (let x = Math.max(this.#gridLeft - gridX, 0); x < probability.width && gridX + x < grid.width; x++) {
      const at = gridX + x - this.#gridLeft;
      const column = this.#probabilities[at] ?? new Float32Array(grid.height);
      this.#probabilities[at] = column;
      for (let y = 0; y < probability.height && gridY + y < grid.height; y++) {
        const value = probability.data[y * probability.width + x] as number;
        if (value > (column[gridY + y] as number)) column[gridY + y] = value;
      }
    }
  }

  /** The columns up to `end` (level 0) and `gridEnd` (grid), which no further window touches. */
  take(end: number, gridEnd: number): PredictedBand {
    const { grid } = this.plan;
    const columns = Array.from({ length: end - this.#left }, (_, x) => joined(this.#columns[x] ?? []));
    const list = columns.flat();
    const runs: ColumnRuns = {
      left: this.#left,
      counts: Uint32Array.from(columns, ({ length }) => length),
      starts: Int32Array.from(list, ({ start }) => start),
      ends: Int32Array.from(list, (run) => run.end),
      labels: new Uint8Array(list.length).fill(1),
      peaks: Float32Array.from(list, ({ peak }) => peak),
    };
    const count = gridEnd - this.#gridLeft;
    const data = new Float32Array(grid.height * count);
    for (let x = 0; x < count; x++) {
      const column = this.#probabilities[x];
      for (let y = 0; column !== undefined && y < grid.height; y++) data[y * count + x] = column[y] as number;
    }
    const left = this.#gridLeft;
    this.#columns = this.#columns.slice(end - this.#left);
    this.#probabilities = this.#probabilities.slice(count);
    this.#left = end;
    this.#gridLeft = gridEnd;
    return {
      left,
      probability: raster(count, grid.height, 1, data),
      agreement: undefined,
      runs,
      state: { gridRight: gridEnd, column: end, edge: new Float32Array(grid.height) },
    };
  }
}

/** Runs in order, those that overlap or touch made one. */
function joined(runs: readonly Run[]): Run[] {
  const out: { start: number; end: number; peak: number }[] = [];
  for (const run of [...runs].sort((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last === undefined || run.start > last.end) out.push({ ...run });
    else {
      last.end = Math.max(last.end, run.end);
      last.peak = Math.max(last.peak, run.peak);
    }
  }
  return out;
}
