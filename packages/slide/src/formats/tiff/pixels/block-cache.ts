import { ByteCache } from '../../../cache/byte-cache.js';

/** Keys of blocks that were decoded in part, at most. */
const MAX_ASKED = 4096;

/**
 * Decoded blocks, so that neighbouring windows decode the tiles between them once. Bounded in bytes; the least recently used go first. Blocks that are
 * being decoded are shared by all who wait for them, and go on until all of these have left.
 */
export class BlockCache {
  readonly #blocks: ByteCache<Uint8Array>;
  readonly #asked = new Set<string>();

  /** @param limit bytes */
  constructor(limit: number) {
    this.#blocks = new ByteCache(limit, ({ length }) => length);
  }

  /** True at the first call for a key that is not held: then a part of the block will do. Later calls should ask for all of it. */
  firstAsk(key: string): boolean {
    if (this.#blocks.holds(key) || this.#asked.has(key)) return false;
    if (this.#asked.size >= MAX_ASKED) this.#asked.clear();
    this.#asked.add(key);
    return true;
  }

  /**
   * @param make its signal aborts when all who asked have gone
   * @param signal of the one who asks
   * @throws FtuError `cancelled` when `signal` aborts; what `make` throws
   */
  get(
    key: string,
    make: (signal: AbortSignal) => Promise<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    return this.#blocks.get(key, make, signal);
  }

  /** Stops what is being decoded, waits until it has ended, and forgets everything. */
  clear(): Promise<void> {
    this.#asked.clear();
    return this.#blocks.clear();
  }
}
