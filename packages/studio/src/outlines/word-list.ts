/** Words that come in pieces, in one array that grows by doubling. */

const FIRST_LENGTH = 1 << 16;

export class WordList {
  #words = new Int32Array(FIRST_LENGTH);
  #used = 0;

  get length(): number {
    return this.#used;
  }

  /** The words themselves, and room behind them; another array after the next `push`. */
  get words(): Int32Array {
    return this.#words;
  }

  push(words: Int32Array): void {
    const length = this.#used + words.length;
    if (length > this.#words.length) {
      const longer = new Int32Array(Math.max(2 * this.#words.length, length));
      longer.set(this.#words.subarray(0, this.#used));
      this.#words = longer;
    }
    this.#words.set(words, this.#used);
    this.#used = length;
  }

  /** Empty, with the same array. */
  clear(): void {
    this.#used = 0;
  }
}
