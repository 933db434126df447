/**
 * Ctrl-C in long computations: one error for it, and one way to let its signal arrive at all.
 */
import { FtuError } from '@ftuseg/core';

/** @throws {FtuError} `cancelled` when the signal has fired */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FtuError('cancelled', 'the prediction was cancelled', { cause: signal.reason });
}

/** Lets timers, input and signals have their turn; awaiting a settled promise would not. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
