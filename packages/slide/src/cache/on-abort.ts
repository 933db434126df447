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

/**
 * Calls `stop` when a signal aborts, with one listener for all who wait for that signal.
 *
 * @param signal that has not aborted yet; undefined: nothing is ever called
 * @returns to be called when it no longer matters
 * @example
 * const forget = onAbort(signal, () => reject(new FtuError('cancelled', 'reading was cancelled')));
 * work.then(resolve, reject).finally(forget);
 */
export function onAbort(signal: AbortSignal | undefined, stop: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const stops = stopsOf(signal);
  stops.add(stop);
  return () => void stops.delete(stop);
}
