/** Time and memory of a step while it works, so that a report can say what each costs. */

/** Milliseconds between two looks at the memory. */
const LOOK = 200;

export interface Meter {
  /** Seconds since it was started, with those that were given. */
  seconds(): number;
  /** Highest resident memory that was seen, bytes. */
  peakBytes(): number;
  stop(): void;
}

/**
 * @param earlier seconds and bytes of work on the same step that was interrupted
 * @example
 * const meter = startMeter();
 * await work();
 * meter.stop();
 */
export function startMeter(earlier: { readonly seconds: number; readonly peakBytes: number | null }): Meter {
  const began = performance.now();
  let peak = earlier.peakBytes ?? 0;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  look();
  const timer = setInterval(look, LOOK);
  timer.unref();
  return {
    seconds: () => earlier.seconds + (performance.now() - began) / 1000,
    peakBytes: () => {
      look();
      return peak;
    },
    stop: () => clearInterval(timer),
  };
}
