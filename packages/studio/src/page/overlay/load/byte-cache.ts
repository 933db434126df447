/** Keeps what was used last, within a number of octets. */

interface Entry<T> {
  readonly value: T;
  readonly octets: number;
  frame: number;
}

export class ByteCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  #octets = 0;
  #frame = 0;

  /**
   * @param limit octets
   * @param drop is told what goes
   */
  constructor(
    readonly limit: number,
    readonly drop: (value: T) => void = () => undefined,
  ) {}

  get octets(): number {
    return this.#octets;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What is used from now on stays until the next frame, however much it is. */
  nextFrame(): void {
    this.#frame++;
    this.#trim();
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.frame = this.#frame;
    // A map keeps the order in which keys came: the first was used longest ago.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Whether it is there, without using it. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  set(key: string, value: T, octets: number): void {
    this.delete(key);
    this.#entries.set(key, { value, octets, frame: this.#frame });
    this.#octets += octets;
    this.#trim();
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#octets -= entry.octets;
    this.drop(entry.value);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  /** Forgets all without a word: what the values stood for is gone already. */
  forget(): void {
    this.#entries.clear();
    this.#octets = 0;
  }

  #trim(): void {
    if (this.#octets <= this.limit) return;
    for (const [key, { frame }] of this.#entries) {
      if (frame >= this.#frame) break;
      this.delete(key);
      if (this.#octets <= this.limit) return;
    }
  }
}
