/** Lets work go on side by side as long as all of it together takes no more memory than is allowed; what is more waits. */
export class Gate {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #used = 0;

  /** @param limit bytes; work that takes more is done alone */
  constructor(limit: number) {
    this.#limit = limit;
  }

  async with<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    while (this.#used > 0 && this.#used + bytes > this.#limit) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#used += bytes;
    try {
      return await work();
    } finally {
      this.#used -= bytes;
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }
}
