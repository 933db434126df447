/** How much is made at one time: a page asks for a hundred tiles at once, and memory must hold those that are being decoded. */
import { FtuError } from '@ftuseg/core';

export class Gate {
  readonly #atOnce: number;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param most who may wait; more are sent away */
  constructor(atOnce: number, most: number) {
    this.#atOnce = atOnce;
    this.#most = most;
  }

  /**
   * @throws FtuError `unavailable` where too many wait already; `cancelled`
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new FtuError('cancelled', 'nobody waits for this any more');
    if (this.#running < this.#atOnce) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= this.#most) {
      throw new FtuError('unavailable', 'too many requests wait already', { hint: 'ask again in a moment' });
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(new FtuError('cancelled', 'nobody waits for this any more'));
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        this.#running++;
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(enter);
    });
  }
}
