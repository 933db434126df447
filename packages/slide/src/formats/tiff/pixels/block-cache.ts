/** Keys of blocks that were decoded in part, at most. */
const MAX_ASKED = 4096;

/**
 * Decoded blocks, so that neighbouring windows decode the tiles between them once. Bounded in bytes; the least recently
 * used go first. Blocks that are being decoded are shared by all who wait for them.
 */
export class BlockCache {
  readonly #limit: number;
  readonly #blocks = new Map<string, Uint8Array>();
  readonly #pending = new Map<string, Promise<Uint8Array>>();
  readonly #asked = new Set<string>();
  #bytes = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True at the first call for a key that is not held: then a part of the block will do. Later calls should ask for all of it. */
  firstAsk(key: string): boolean {
    if (this.#blocks.has(key) || this.#pending.has(key) || this.#asked.has(key)) return false;
    if (this.#asked.size >= MAX_ASKED) this.#asked.clear();
    this.#asked.add(key);
    return true;
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
    this.#asked.clear();
    this.#bytes = 0;
  }
}
