/**
 * How far a run is: by steps, or by the clock where a time budget is set, whichever is further. The learning rate follows
 * this, so that a run cut short by its budget still ends on a small rate.
 */
import type { TrainConfig } from '../config/config.js';

export interface Budget {
  readonly steps: number;
  /** Seconds since the run began. */
  seconds(): number;
  /** 0..1 after `step` steps. */
  progress(step: number): number;
  /** Whether the time is up, less what the closing validation is known to need. */
  timeIsUp(): boolean;
  /** Sets time aside for what follows the last step. */
  reserve(seconds: number): void;
  /** Estimated seconds from now to the end. */
  secondsLeft(step: number): number;
}

/**
 * @param now seconds on a steady clock
 * @param spent seconds that the run had used before it was interrupted
 * @example
 * const budget = createBudget({ epochs: 20, maxMinutes: 40 }, 60, () => performance.now() / 1000);
 */
export function createBudget(
  config: Pick<TrainConfig, 'epochs' | 'maxMinutes'>,
  stepsPerEpoch: number,
  now: () => number,
  spent = 0,
): Budget {
  const began = now() - spent;
  const steps = config.epochs * stepsPerEpoch;
  const limit = config.maxMinutes === undefined ? Number.POSITIVE_INFINITY : config.maxMinutes * 60;
  let reserved = 0;
  let firstStep: { step: number; seconds: number } | undefined;
  const seconds = (): number => now() - began;
  const usable = (): number => Math.max(limit - reserved, 1e-9);
  return {
    steps,
    seconds,
    progress: (step) => Math.min(Math.max(step / steps, seconds() / usable()), 1),
    timeIsUp: () => seconds() >= usable(),
    reserve(time) {
      reserved = Math.max(reserved, time);
    },
    secondsLeft(step) {
      // Setting up is over by the first step asked about, and would make the first estimates too long.
      firstStep ??= { step, seconds: seconds() };
      const done = step - firstStep.step;
      const rate = done > 0 ? (seconds() - firstStep.seconds) / done : 0;
      return Math.max(0, Math.min(rate * (steps - step), limit - seconds()));
    },
  };
}
