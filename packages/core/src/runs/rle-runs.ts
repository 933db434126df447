/**
 * Kaggle's run-length code to runs and back, never touching a pixel. In the code a run that ends at the foot of a column goes on at
 * the top of the next; here every column has its own.
 */
import { type RleOptions, rleRuns } from '../rle/rle-parse.js';
import { RleWriter } from '../rle/rle-writer.js';
import { type RunMask, RunMaskBuilder } from './run-mask.js';

export interface RunsOfRleOptions extends RleOptions {
  /** Of the foreground, 1 to 255; default 1. */
  readonly label?: number;
}

/**
 * @throws FtuError `bad-input` on any malformed text, as `rleRuns`
 * @example
 * runsOfRle('3 2', 2, 3); // one run at the foot of column 0, one at the top of column 1
 */
export function runsOfRle(text: string, width: number, height: number, options: RunsOfRleOptions = {}): RunMask {
  const runs = rleRuns(text, width, height, options);
  const builder = new RunMaskBuilder(width, height);
  for (let i = 0; i < runs.length; i += 2) {
    let at = runs[i] as number;
    const end = at + (runs[i + 1] as number);
    while (at < end) {
      const column = Math.floor(at / height);
      const foot = Math.min(end, (column + 1) * height);
      builder.push(column, at - column * height, foot - column * height, options.label);
      at = foot;
    }
  }
  return builder.finish();
}

/**
 * @param label whose runs are written; default: everything that is not background
 * @returns what `encodeRle` gives for the painted mask; '' when there is nothing
 * @example
 * rleOfRuns(runsOfRle('3 2', 2, 3)); // '3 2'
 */
export function rleOfRuns(mask: RunMask, label?: number): string {
  const { width, height, columns, starts, ends, labels } = mask;
  const code = new RleWriter();
  for (let x = 0; x < width; x++) {
    for (let i = columns[x] as number; i < (columns[x + 1] as number); i++) {
      if (label !== undefined && labels[i] !== label) continue;
      code.add(x * height + (starts[i] as number), x * height + (ends[i] as number));
    }
  }
  return code.finish();
}
