/**
 * Runs that are painted over one another in any order of columns, as polygons come: sorted by columns at the end, what was
 * painted last shows.
 */

import { RunList } from '../run-list.js';
import { type RunMask, RunMaskBuilder } from '../run-mask.js';
import { ColumnPainter } from './paint-column.js';

export class PaintedRuns {
  readonly #builder: RunMaskBuilder;
  readonly #runs = new RunList();

  /** @throws FtuError `bad-input` for sizes that are not positive integers */
  constructor(width: number, height: number) {
    this.#builder = new RunMaskBuilder(width, height);
  }

  /** Paints rows `start` to `end` (not included) of column `x`; label 0 wipes. */
  push(x: number, start: number, end: number, label: number): void {
    this.#runs.push(x, start, end, label);
  }

  /** What shows; call it once. */
  finish(): RunMask {
    const [builder, painter] = [this.#builder, new ColumnPainter()];
    let column = 0;
    this.#runs.byColumns(builder.width, (x, start, end, label) => {
      if (x !== column) painter.finish(column, builder);
      column = x;
      painter.paint(start, end, label);
    });
    painter.finish(column, builder);
    return builder.finish();
  }
}
