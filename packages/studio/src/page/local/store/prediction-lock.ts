/** One tab at a time computes or deletes a prediction: two that write its files would spoil them. The browser frees the lock with the worker that has it. */
import { FtuError } from '@ftuseg/core';
import type { ResultOf } from './store-methods.js';

/** Milliseconds in which the worker of a tab that was closed, or of a run that was paused, has surely let go. */
const PATIENCE = 2000;

/**
 * @param hint what to do where another tab computes it
 * @throws {FtuError} `unavailable` where another tab computes it
 */
export function alone<T>({ slide, prediction }: ResultOf, hint: string, work: () => Promise<T>): Promise<T> {
  const patience = new AbortController();
  const timer = setTimeout(() => {
    patience.abort(new FtuError('unavailable', 'another tab of this browser computes this prediction', { hint }));
  }, PATIENCE);
  return navigator.locks.request(`ftuseg prediction ${slide} ${prediction}`, { signal: patience.signal }, () => {
    clearTimeout(timer);
    return work();
  });
}
