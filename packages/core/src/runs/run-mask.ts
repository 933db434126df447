/**
 * A label image as runs down its columns, the order of Kaggle's run-length code. A slide of 10 gigapixels with a thousand glomeruli is a
 * few hundred thousand runs, so that what is done to whole slides (objects, outlines, scores) costs by tissue found, not by pixels.
 */
import { FtuError } from '../errors.js';

/**
 * Runs of column x are those from `columns[x]` up to, not including, `columns[x + 1]`: from top to bottom, never overlapping, and as
 * long as they can be, so that one mask has one form: two runs of a label never touch within a column.
 */
export interface RunMask {
  readonly width: number;
  readonly height: number;
  /** width + 1 entries. */
  readonly columns: Uint32Array;
  /** First row of each run. */
  readonly starts: Int32Array;
  /** One past the last row of each run. */
  readonly ends: Int32Array;
  /** 1 to 255 for each run; what no run covers is background. */
  readonly labels: Uint8Array;
}

/** Collects runs column by column, from the left, and within a column from the top. */
export class RunMaskBuilder {
  readonly #columns: Uint32Array;
  #starts = new Int32Array(1024);
  #ends = new Int32Array(1024);
  #labels = new Uint8Array(1024);
  #count = 0;
  #column = 0;

  /** @throws {FtuError} `bad-input` for sizes that are not positive 32-bit integers */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    const possible = (side: number): boolean => Number.isInteger(side) && side >= 1 && side < 2 ** 31;
    if (!possible(width) || !possible(height)) {
      throw new FtuError('bad-input', `a mask of ${width} x ${height} pixels is impossible`);
    }
    this.#columns = new Uint32Array(width + 1);
  }

  /** Runs taken so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds rows `start` to `end` (not included). A run that goes on where the last of its label ended is joined to it.
   * @throws {FtuError} `bad-input` for a run outside the mask, out of order, or overlapping the one before
   */
  push(column: number, start: number, end: number, label = 1): void {
    const last = this.#count - 1;
    const inColumn = column === this.#column && last >= (this.#columns[column] as number);
    const floor = inColumn ? (this.#ends[last] as number) : 0;
    const inside = column >= this.#column && column < this.width && end <= this.height && label >= 1 && label <= 255;
    // NaN and fractions do not survive the detour over 32 bits.
    const whole = (start | 0) === start && (end | 0) === end && (column | 0) === column && (label | 0) === label;
    if (!inside || !whole || start < floor || end <= start) {
      throw new FtuError('bad-input', `rows ${start} to ${end} of column ${column} are out of order or outside`);
    }
    this.#open(column);
    if (inColumn && start === floor && this.#labels[last] === label) {
      this.#ends[last] = end;
      return;
    }
    if (this.#count === this.#starts.length) this.#grow();
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#labels[this.#count] = label;
    this.#count++;
  }

  /** The mask; the builder is done. */
  finish(): RunMask {
    this.#open(this.width);
    const [starts, ends, labels] = [this.#starts, this.#ends, this.#labels].map((list) => list.slice(0, this.#count));
    return {
      width: this.width,
      height: this.height,
      columns: this.#columns,
      starts: starts as Int32Array,
      ends: ends as Int32Array,
      labels: labels as Uint8Array,
    };
  }

  /** Columns up to this one begin where the runs so far end. */
  #open(column: number): void {
    if (column > this.#column) this.#columns.fill(this.#count, this.#column + 1, column + 1);
    this.#column = column;
  }

  #grow(): void {
    const longer = <T extends Int32Array | Uint8Array>(list: T, made: T): T => {
      made.set(list);
      return made;
    };
    const length = this.#count * 2;
    this.#starts = longer(this.#starts, new Int32Array(length));
    this.#ends = longer(this.#ends, new Int32Array(length));
    this.#labels = longer(this.#labels, new Uint8Array(length));
  }
}

/** The mask with only the runs for which `keep` is true. */
export function keepRuns(mask: RunMask, keep: (run: number) => boolean): RunMask {
  const builder = new RunMaskBuilder(mask.width, mask.height);
  for (let x = 0; x < mask.width; x++) {
    for (let i = mask.columns[x] as number; i < (mask.columns[x + 1] as number); i++) {
      if (keep(i)) builder.push(x, mask.starts[i] as number, mask.ends[i] as number, mask.labels[i]);
    }
  }
  return builder.finish();
}
