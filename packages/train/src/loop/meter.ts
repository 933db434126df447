/** Running means over the steps of an epoch or a run, for the progress line and the history. */
import type { StepResult } from '../optimise/step.js';

export interface StepMeter {
  add(result: StepResult, seconds: number): void;
  mean(): StepResult & { readonly imagesPerSecond: number };
  /** Sums that a checkpoint keeps, and their way back. */
  save(): number[];
  restore(sums: readonly number[]): void;
}

/** @param batchSize images per step */
export function stepMeter(batchSize: number): StepMeter {
  let [steps, seconds, loss, dice] = [0, 0, 0, 0];
  return {
    add(result, time) {
      steps++;
      seconds += time;
      loss += result.loss;
      dice += result.dice;
    },
    mean: () => ({ loss: loss / steps, dice: dice / steps, imagesPerSecond: (steps * batchSize) / seconds }),
    save: () => [steps, seconds, loss, dice],
    restore(sums) {
      [steps = 0, seconds = 0, loss = 0, dice = 0] = sums;
    },
  };
}
