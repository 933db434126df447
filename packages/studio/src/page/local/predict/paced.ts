/** Progress as often as a person can read it: each message makes the page draw, on a processor that the prediction needs. */

interface Progress {
  readonly done: number;
  readonly total: number;
}

/**
 * @param milliseconds at least between two; the first and the last are always told
 * @example
 * const told = paced((progress) => tell({ kind: 'progress', ...progress }), 200);
 */
export function paced<P extends Progress>(
  tell: (progress: P) => void,
  milliseconds: number,
  now: () => number = () => performance.now(),
): (progress: P) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const time = now();
    if (progress.done < progress.total && time - last < milliseconds) return;
    last = time;
    tell(progress);
  };
}
