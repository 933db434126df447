/**
 * Runs down the columns of a label image that comes row by row. Most of a slide goes on as in the row above, so sixteen pixels are
 * compared at once and only changes are looked at; memory goes by runs, not by pixels.
 */

/** Called with first row, one past the last row, and label of a run. */
export type VisitRun = (column: number, start: number, end: number, label: number) => void;

export class RowRuns {
  readonly #width: number;
  /** The row before the next. */
  readonly #above: Uint8Array;
  /** First row of the run that is open in each column. */
  readonly #begun: Int32Array;
  /** Runs as they end: column, first row, one past the last, label. */
  #runs = new Int32Array(4 * 1024);
  #count = 0;
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
    const [runs, count] = [this.#runs, this.#count];
    const next = new Uint32Array(this.#width + 1);
    for (let i = 0; i < count; i++) {
      const x = runs[4 * i] as number;
      next[x + 1] = (next[x + 1] as number) + 1;
    }
    for (let x = 1; x < next.length; x++) next[x] = (next[x] as number) + (next[x - 1] as number);
    // Within a column they ended from the top down, and counting keeps that order.
    const order = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const x = runs[4 * i] as number;
      const place = next[x] as number;
      order[place] = 4 * i;
      next[x] = place + 1;
    }
    for (const at of order) {
      visit(runs[at] as number, runs[at + 1] as number, runs[at + 2] as number, runs[at + 3] as number);
    }
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

  #change(above: DataView, aboveAt: number, here: DataView, hereAt: number, from: number, to: number): void {
    for (let x = from; x < to; x++) {
      const was = above.getUint8(aboveAt + x - from);
      if (was === here.getUint8(hereAt + x - from)) continue;
      if (was !== 0) this.#end(x, was);
      this.#begun[x] = this.#rows;
    }
  }

  #end(x: number, label: number): void {
    if (4 * this.#count === this.#runs.length) {
      const longer = new Int32Array(this.#runs.length * 2);
      longer.set(this.#runs);
      this.#runs = longer;
    }
    const [runs, at] = [this.#runs, 4 * this.#count++];
    runs[at] = x;
    runs[at + 1] = this.#begun[x] as number;
    runs[at + 2] = this.#rows;
    runs[at + 3] = label;
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
