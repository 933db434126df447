/** One tab at a time computes or deletes a prediction: two that write its files would spoil them. The browser frees the lock with the worker that has it. */
import { FtuError } from '@ftuseg/core';
import type { ResultOf } from './store-methods.js';

const nameOf = ({ slide, prediction }: ResultOf): string => `ftuseg prediction ${slide} ${prediction}`;

const ELSEWHERE = 'another tab of this browser computes this prediction';

/** @throws {FtuError} `unavailable` where another tab computes it */
export const computeAlone = <T>(result: ResultOf, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(nameOf(result), { ifAvailable: true }, (lock) => {
    if (lock !== null) return work();
    throw new FtuError('unavailable', ELSEWHERE, { hint: 'wait until it is done there, then go on here to see it' });
  });

/** Milliseconds in which a worker of this tab that was ended has surely let go. */
const PATIENCE = 2000;

/** @throws {FtuError} `unavailable` where another tab computes it */
export async function deleteAlone<T>(result: ResultOf, work: () => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    return await navigator.locks.request(nameOf(result), { signal }, work);
  } catch (error) {
    if (error !== signal.reason) throw error;
    throw new FtuError('unavailable', ELSEWHERE, { hint: 'cancel it there' });
  }
}
