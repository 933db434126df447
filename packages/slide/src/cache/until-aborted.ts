/** Waiting for what several readers share. */
import { FtuError } from '@ftuseg/core';
import { onAbort } from './on-abort.js';

/** One reader's cancellation must not end a request that others wait for. @throws FtuError `cancelled` */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined, subject: string): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new FtuError('cancelled', 'reading was cancelled', { subject }));
    if (signal.aborted) return stop();
    promise.then(resolve, reject).finally(onAbort(signal, stop));
  });
}
