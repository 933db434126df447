/** What was made for a page, kept within a number of bytes: the least recently used goes first. Those who ask for the same thing share its making. */
import { FtuError } from '@ftuseg/core';

interface Pending<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

export class ByteCache<T> {
  readonly #limit: number;
  readonly #bytesOf: (value: T) => number;
  readonly #values = new Map<string, T>();
  readonly #pending = new Map<string, Pending<T>>();
  #bytes = 0;

  /** @param limit bytes */
  constructor(limit: number, bytesOf: (value: T) => number) {
    this.#limit = limit;
    this.#bytesOf = bytesOf;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param make its signal aborts when all who asked have gone
   * @param signal of the one who asks
   * @throws FtuError `cancelled` when `signal` aborts; what `make` throws
   */
  async get(key: string, make: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const held = this.#values.get(key);
    if (held !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, held);
      return held;
    }
    if (signal?.aborted) throw cancelled();
    const pending = this.#pending.get(key) ?? this.#begin(key, make);
    pending.waiting++;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        pending.waiting--;
        if (pending.waiting === 0) this.#drop(key, pending);
        reject(cancelled());
      };
      signal?.addEventListener('abort', leave, { once: true });
      const settle = (): void => signal?.removeEventListener('abort', leave);
      pending.result.then(resolve, reject).finally(settle);
    });
  }

  #begin(key: string, make: (signal: AbortSignal) => Promise<T>): Pending<T> {
    const abort = new AbortController();
    const result = make(abort.signal).then(
      (value) => {
        this.#forget(key, pending);
        this.#keep(key, value);
        return value;
      },
      (error: unknown) => {
        this.#forget(key, pending);
        throw error;
      },
    );
    const pending: Pending<T> = { result, abort, waiting: 0 };
    this.#pending.set(key, pending);
    return pending;
  }

  /** Whoever asks from now on begins anew: what is being stopped must not answer them. */
  #drop(key: string, pending: Pending<T>): void {
    this.#forget(key, pending);
    pending.abort.abort();
  }

  #forget(key: string, pending: Pending<T>): void {
    if (this.#pending.get(key) === pending) this.#pending.delete(key);
  }

  #keep(key: string, value: T): void {
    const bytes = this.#bytesOf(value);
    // One that would push out half of the others is not worth it.
    if (bytes > this.#limit / 2) return;
    const before = this.#values.get(key);
    if (before !== undefined) this.#bytes -= this.#bytesOf(before);
    this.#values.delete(key);
    this.#values.set(key, value);
    this.#bytes += bytes;
    for (const [oldest, old] of this.#values) {
      if (this.#bytes <= this.#limit) break;
      this.#values.delete(oldest);
      this.#bytes -= this.#bytesOf(old);
    }
  }
}

const cancelled = (): FtuError => new FtuError('cancelled', 'nobody waits for this any more');
