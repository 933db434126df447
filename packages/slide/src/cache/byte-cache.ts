/** What is dear to make, kept within a number of bytes: the least recently used goes first. Those who ask for the same thing share its making. */
import { FtuError } from '@ftuseg/core';
import { onAbort } from './on-abort.js';

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
  /** Those too that nobody waits for any more. */
  readonly #running = new Set<Promise<T>>();
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
      const settle = onAbort(signal, leave);
      pending.result.then(resolve, reject).finally(settle);
    });
  }

  holds(key: string): boolean {
    return this.#values.has(key) || this.#pending.has(key);
  }

  /** Stops what is being made, waits until it has ended, and forgets everything. */
  async clear(): Promise<void> {
    for (const [key, pending] of this.#pending) this.#drop(key, pending);
    await Promise.allSettled(this.#running);
    this.#values.clear();
    this.#bytes = 0;
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
    const forget = (): void => void this.#running.delete(result);
    this.#running.add(result);
    result.then(forget, forget);
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
    // One that would push out many others is not worth it.
    if (bytes > this.#limit / 4) return;
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
