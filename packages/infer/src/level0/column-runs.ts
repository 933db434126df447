/**
 * Labelled runs of level-0 columns, and the list that grows as a column is walked from top to bottom.
 */

/** Labelled runs of consecutive level-0 columns. */
export interface ColumnRuns {
  /** First level-0 column. */
  readonly left: number;
  /** Runs of each column. */
  readonly counts: Uint32Array;
  /** First row of each run, column by column, from top to bottom. */
  readonly starts: Int32Array;
  /** One past the last row of each run. */
  readonly ends: Int32Array;
  /** k for class k - 1. */
  readonly labels: Uint8Array;
  /** The highest probability of the run's class inside it. */
  readonly peaks: Float32Array;
}

export class RunList {
  readonly #counts: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #labels: number[] = [];
  readonly #peaks: number[] = [];
  #before = 0;
  #label = 0;
  #start = 0;
  #end = 0;
  #peak = 0;

  constructor(private readonly left: number) {}

  /** Rows from `start` to before `end`, which follow on those given before. @param peak the highest probability of them */
  stretch(start: number, end: number, label: number, peak: number): void {
    if (label !== this.#label) {
      this.endSpan();
      this.#label = label;
      this.#start = start;
      this.#peak = 0;
    }
    this.#end = end;
    if (peak > this.#peak) this.#peak = peak;
  }

  endSpan(): void {
    if (this.#label !== 0) {
      this.#starts.push(this.#start);
      this.#ends.push(this.#end);
      this.#labels.push(this.#label);
      this.#peaks.push(this.#peak);
    }
    this.#label = 0;
  }

  endColumn(): void {
    this.#counts.push(this.#starts.length - this.#before);
    this.#before = this.#starts.length;
  }

  finish(): ColumnRuns {
    return {
      left: this.left,
      counts: Uint32Array.from(this.#counts),
      starts: Int32Array.from(this.#starts),
      ends: Int32Array.from(this.#ends),
      labels: Uint8Array.from(this.#labels),
      peaks: Float32Array.from(this.#peaks),
    };
  }
}
