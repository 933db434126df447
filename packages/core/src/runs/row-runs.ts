/**
 * Runs down the columns of a label image that comes row by row. Most of a slide goes on as in the row above, so sixteen pixels are
 * compared at once and only changes are looked at; memory goes by runs, not by pixels.
 */

import { RunList, type VisitRun } from './run-list.js';

export class RowRuns {
  readonly #width: number;
  /** The row before the next. */
  readonly #above: Uint8Array;
  /** First row of the run that is open in each column. */
  readonly #begun: Int32Array;
  /** As they end, so from the top down within each column. */
  readonly #runs = new RunList();
  #rows = 0;

  constructor(width: number) {
    this.#width = width;
    this.#above = new Uint8Array(width);
    this.#begun = new Int32Array(width);
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** @param labels `rows * width` labels, row by row; 0 is background */
  push(labels: Uint8Array, rows: number): void {
    const width = this.#width;
    if (rows === 0) return;
    const here = viewOf(labels);
    this.#compare(viewOf(this.#above), 0, here, 0);
    for (let y = 1; y < rows; y++) this.#compare(here, (y - 1) * width, here, y * width);
    this.#above.set(labels.subarray((rows - 1) * width, rows * width));
  }

  /** Closes every column and hands the runs over: by columns, each from the top. */
  finish(visit: VisitRun): void {
    this.#compare(viewOf(this.#above), 0, new DataView(new ArrayBuffer(this.#width)), 0);
    this.#runs.byColumns(this.#width, visit);
  }

  /** Begins and ends runs where a row differs from the one above it. */
  #compare(above: DataView, aboveAt: number, here: DataView, hereAt: number): void {
    const width = this.#width;
    let x = 0;
    // Unlike typed arrays, views read whole words wherever a row begins.
    for (; x + 16 <= width; x += 16) {
      const [a, b] = [aboveAt + x, hereAt + x];
      const differs =
        (above.getInt32(a, true) ^ here.getInt32(b, true)) |
        (above.getInt32(a + 4, true) ^ here.getInt32(b + 4, true)) |
        (above.getInt32(a + 8, true) ^ here.getInt32(b + 8, true)) |
        (above.getInt32(a + 12, true) ^ here.getInt32(b + 12, true));
      if (differs !== 0) this.#change(above, a, here, b, x, x + 16);
    }
    if (x < width) this.#change(above, aboveAt + x, here, hereAt + x, x, width);
    this.#rows++;
  }

  /** Plain arguments: this is the inner loop of every mask. */
  #change(above: DataView, aboveAt: number, here: DataView, hereAt: number, from: number, to: number): void {
    for (let x = from; x < to; x++) {
      const was = above.getUint8(aboveAt + x - from);
      if (was === here.getUint8(hereAt + x - from)) continue;
      if (was !== 0) this.#runs.push(x, this.#begun[x] as number, this.#rows, was);
      this.#begun[x] = this.#rows;
    }
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
