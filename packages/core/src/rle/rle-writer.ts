/** Pairs that are joined into one string. */
const BLOCK = 4096;

/** Writes the pairs of Kaggle's run-length code; runs that go on where the last one ended, as from column to column, become one. */
export class RleWriter {
  /** Joined pieces: millions of short strings would take ten times their text. */
  readonly #blocks: string[] = [];
  #pieces: string[] = [];
  #start = 0;
  #end = 0;

  /** Adds pixels `start` to `end` (not included), counted from 0 down the columns, behind all before. */
  add(start: number, end: number): void {
    if (start !== this.#end) {
      this.#flush();
      this.#start = start;
    }
    this.#end = end;
  }

  /** The code so far; '' when nothing was added. */
  finish(): string {
    this.#flush();
    this.#start = this.#end;
    return [...this.#blocks, ...this.#pieces].join(' ');
  }

  #flush(): void {
    if (this.#end > this.#start) this.#pieces.push(`${this.#start + 1} ${this.#end - this.#start}`);
    if (this.#pieces.length < BLOCK) return;
    this.#blocks.push(this.#pieces.join(' '));
    this.#pieces = [];
  }
}
