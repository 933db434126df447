/** A bounded number of open slides: each holds a file and decoded tiles, and a table may have thousands. */
import type { Slide } from '@ftuseg/slide';

interface Held {
  readonly slide: Promise<Slide>;
  users: number;
}

export class SlidePool {
  readonly #most: number;
  /** In the order of their last use. */
  readonly #held = new Map<string, Held>();
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Open slides, those that are being opened too. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * Waits where all places are in use.
   * @throws what `open` and `work` throw
   */
  async use<T>(key: string, open: () => Promise<Slide>, work: (slide: Slide) => Promise<T>): Promise<T> {
    const held = await this.#lease(key, open);
    try {
      return await work(await held.slide);
    } catch (error) {
      // One that could not be opened keeps no place.
      await held.slide.catch(() => this.#held.get(key) === held && this.#held.delete(key));
      throw error;
    } finally {
      held.users--;
      if (held.users === 0) this.#waiting.shift()?.();
    }
  }

  async #lease(key: string, open: () => Promise<Slide>): Promise<Held> {
    for (;;) {
      const known = this.#held.get(key);
      if (known !== undefined) {
        known.users++;
        this.#held.delete(key);
        this.#held.set(key, known);
        return known;
      }
      const idle = [...this.#held].find(([, { users }]) => users === 0);
      if (this.#held.size < this.#most || idle !== undefined) {
        if (this.#held.size >= this.#most && idle !== undefined) await this.#close(...idle);
        if (this.#held.has(key) || this.#held.size >= this.#most) continue;
        const held: Held = { slide: open(), users: 1 };
        held.slide.catch(() => undefined);
        this.#held.set(key, held);
        return held;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #close(key: string, { slide }: Held): Promise<void> {
    this.#held.delete(key);
    await slide.then((open) => open.close()).catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#held].map(([key, held]) => this.#close(key, held)));
  }
}
