/** Requests that are made again: one lost connection must not end a prediction of hours. */
import type { FtuError } from '../errors.js';

/** What is worth another try: a connection that broke, a server that is busy. */
export class TryAgain extends Error {
  readonly failure: FtuError;
  /** Milliseconds that the server asks for. */
  readonly after: number;

  /** @param failure what is thrown after the last try */
  constructor(failure: FtuError, after = 0) {
    super(failure.message);
    this.failure = failure;
    this.after = after;
  }
}

/** A server that asks for more is asked earlier. */
const MAX_PAUSE = 30_000;

export interface Tries {
  /** Default 4. */
  readonly count?: number | undefined;
  /** Milliseconds before the first repetition, which double with each; default 500. */
  readonly pause?: number | undefined;
  /** Waits so many milliseconds; rejects where it is to end. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Whether asking again later may help: too many requests, or unavailable for now (RFC 6585, RFC 9110). */
export const isBusy = ({ status }: { readonly status: number }): boolean => status === 429 || status === 503;

interface Headers {
  get(name: string): string | null;
}

/** Milliseconds of `Retry-After`, where it is no date; else 0. */
export function retryAfter({ headers }: { readonly headers: Headers }): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? 1000 * seconds : 0;
}

/**
 * Calls `once` until it does not throw `TryAgain`.
 * @throws what `once` throws, and of the last `TryAgain` its failure
 * @example
 * await withTries(() => request(address), { wait: (milliseconds) => sleep(milliseconds) });
 */
export async function withTries<T>(once: () => Promise<T>, { count = 4, pause = 500, wait }: Tries): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof TryAgain)) throw error;
      if (tried === count) throw error.failure;
      await wait(Math.min(MAX_PAUSE, Math.max(error.after, pause * 2 ** (tried - 1))));
    }
  }
}
