/**
 * Decoded blocks, so that neighbouring windows decode the tiles between them once. Bounded in bytes; the least recently
 * used go first. Blocks that are being decoded are shared by all who wait for them.
 */
export class BlockCache {
  readonly #limit: number;
  readonly #blocks = new Map<string, Uint8Array>();
  readonly #pending = new Map<string, Promise<Uint8Array>>();
  #bytes = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  async get(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const held = this.#blocks.get(key);
    if (held !== undefined) {
      this.#blocks.delete(key);
      this.#blocks.set(key, held);
      return held;
    }
    const underWay = this.#pending.get(key);
    if (underWay !== undefined) return underWay;
    const making = make();
    this.#pending.set(key, making);
    try {
      const block = await making;
      this.#keep(key, block);
      return block;
    } finally {
      this.#pending.delete(key);
    }
  }

  #keep(key: string, block: Uint8Array): void {
    if (block.length > this.#limit / 4) return;
    this.#blocks.set(key, block);
    this.#bytes += block.length;
    for (const [oldest, { length }] of this.#blocks) {
      if (this.#bytes <= this.#limit) break;
      this.#blocks.delete(oldest);
      this.#bytes -= length;
    }
  }

  clear(): void {
    this.#blocks.clear();
    this.#bytes = 0;
  }
}
