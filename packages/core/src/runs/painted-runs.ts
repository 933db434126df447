/**
 * Runs that are painted over one another in any order of columns, as polygons and cuts come: sorted by columns at the end, what was
 * painted last shows.
 */
import { ColumnPainter } from './paint-column.js';
import { type RunMask, RunMaskBuilder } from './run-mask.js';

export class PaintedRuns {
  readonly #builder: RunMaskBuilder;
  readonly #perColumn: Uint32Array;
  /** Column, first row, one past the last, label. */
  #runs = new Int32Array(4 * 1024);
  #count = 0;

  /** @throws FtuError `bad-input` for sizes that are not positive integers */
  constructor(width: number, height: number) {
    this.#builder = new RunMaskBuilder(width, height);
    this.#perColumn = new Uint32Array(width + 1);
  }

  /** Paints rows `start` to `end` (not included) of column `x`; label 0 wipes. */
  push(x: number, start: number, end: number, label: number): void {
    const at = 4 * this.#count;
    if (at === this.#runs.length) {
      const longer = new Int32Array(2 * at);
      longer.set(this.#runs);
      this.#runs = longer;
    }
    this.#runs[at] = x;
    this.#runs[at + 1] = start;
    this.#runs[at + 2] = end;
    this.#runs[at + 3] = label;
    this.#count++;
    this.#perColumn[x + 1] = (this.#perColumn[x + 1] as number) + 1;
  }

  /** What shows; call it once. */
  finish(): RunMask {
    const [runs, next] = [this.#runs, this.#perColumn];
    for (let x = 1; x < next.length; x++) next[x] = (next[x] as number) + (next[x - 1] as number);
    // Counting keeps the order of painting within each column, and leaves in `next` where each column ends.
    const order = new Uint32Array(this.#count);
    for (let i = 0; i < this.#count; i++) {
      const x = runs[4 * i] as number;
      const place = next[x] as number;
      order[place] = 4 * i;
      next[x] = place + 1;
    }
    const painter = new ColumnPainter();
    for (let x = 0, i = 0; x < next.length - 1; x++) {
      for (; i < (next[x] as number); i++) {
        const at = order[i] as number;
        painter.paint(runs[at + 1] as number, runs[at + 2] as number, runs[at + 3] as number);
      }
      painter.finish(x, this.#builder);
    }
    return this.#builder.finish();
  }
}
