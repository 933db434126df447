/** Running means over the steps of an epoch or a run, for the progress line and the history. */
import type { StepResult } from './step.js';

export interface StepMeter {
  add(result: StepResult, seconds: number): void;
  mean(): StepResult & { readonly imagesPerSecond: number };
}

/** @param batchSize images per step */
export function stepMeter(batchSize: number): StepMeter {
  let steps = 0;
  let seconds = 0;
  const sum = { loss: 0, bce: 0, dice: 0 };
  return {
    add(result, time) {
      steps++;
      seconds += time;
      for (const key of ['loss', 'bce', 'dice'] as const) sum[key] += result[key];
    },
    mean: () => ({
      loss: sum.loss / steps,
      bce: sum.bce / steps,
      dice: sum.dice / steps,
      imagesPerSecond: (steps * batchSize) / seconds,
    }),
  };
}
