/** Waiting for what several readers share. */
import { FtuError } from '@ftuseg/core';

/** What ends with a signal. A listener for each of a hundred tiles that are read at a time would be taken for a leak. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

function stopsOf(signal: AbortSignal): Set<() => void> {
  const known = waiting.get(signal);
  if (known !== undefined) return known;
  const stops = new Set<() => void>();
  waiting.set(signal, stops);
  const stopAll = (): void => {
    for (const stop of stops) stop();
  };
  signal.addEventListener('abort', stopAll, { once: true });
  return stops;
}

/** One reader's cancellation must not end a request that others wait for. @throws FtuError `cancelled` */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined, subject: string): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new FtuError('cancelled', 'reading was cancelled', { subject }));
    if (signal.aborted) return stop();
    const stops = stopsOf(signal);
    stops.add(stop);
    promise.then(resolve, reject).finally(() => stops.delete(stop));
  });
}
