/** Waiting for what several readers share. */
import { FtuError } from '@ftuseg/core';

/** One reader's cancellation must not end a request that others wait for. @throws FtuError `cancelled` */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined, subject: string): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new FtuError('cancelled', 'reading was cancelled', { subject }));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
