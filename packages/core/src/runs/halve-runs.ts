/** A mask at every second pixel: the step from one level of a pyramid of labels to the next. */
import { type RunMask, RunMaskBuilder } from './run-mask.js';

/**
 * Every second column and row, from the first on.
 * @returns half the size, rounded up
 * @example
 * const level1 = halveRuns(mask);
 */
export function halveRuns(mask: RunMask): RunMask {
  const builder = new RunMaskBuilder(Math.ceil(mask.width / 2), Math.ceil(mask.height / 2));
  for (let x = 0; x < builder.width; x++) {
    for (let i = mask.columns[2 * x] as number; i < (mask.columns[2 * x + 1] as number); i++) {
      const [start, end] = [((mask.starts[i] as number) + 1) >> 1, ((mask.ends[i] as number) + 1) >> 1];
      if (start < end) builder.push(x, start, end, mask.labels[i]);
    }
  }
  return builder.finish();
}
