/** Runs in the order in which they come, whatever their columns, to be put in columns once all are there. */

/** Takes a run: its column, first row, one past its last row, and label. */
export type VisitRun = (column: number, start: number, end: number, label: number) => void;

export class RunList {
  /** Column, first row, one past the last, label of each. */
  #runs = new Int32Array(4 * 1024);
  #count = 0;

  push(column: number, start: number, end: number, label: number): void {
    const at = 4 * this.#count++;
    if (at === this.#runs.length) {
      const longer = new Int32Array(2 * at);
      longer.set(this.#runs);
      this.#runs = longer;
    }
    const runs = this.#runs;
    runs[at] = column;
    runs[at + 1] = start;
    runs[at + 2] = end;
    runs[at + 3] = label;
  }

  /** Visits columns 0 to `width` from the left, and within each its runs in the order in which they came: a counting sort. */
  byColumns(width: number, visit: VisitRun): void {
    const [runs, count] = [this.#runs, this.#count];
    const next = new Uint32Array(width + 1);
    for (let i = 0; i < count; i++) {
      const after = (runs[4 * i] as number) + 1;
      next[after] = (next[after] as number) + 1;
    }
    for (let x = 1; x < next.length; x++) next[x] = (next[x] as number) + (next[x - 1] as number);
    const order = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const x = runs[4 * i] as number;
      const place = next[x] as number;
      order[place] = 4 * i;
      next[x] = place + 1;
    }
    for (let i = 0; i < count; i++) {
      const at = order[i] as number;
      visit(runs[at] as number, runs[at + 1] as number, runs[at + 2] as number, runs[at + 3] as number);
    }
  }
}
