/** A mask without what another one covers, and what none covers: objects where part of a slide does not count. */
import { FtuError } from '../errors.js';
import { type RunMask, RunMaskBuilder } from './run-mask.js';

export interface CutRuns {
  readonly mask: RunMask;
  /** For each run that is left the run that it is a part of. */
  readonly origins: Int32Array;
}

/**
 * Takes the runs of `other` out of a mask, whatever their labels.
 *
 * @throws FtuError `bad-input` when the sizes differ
 */
export function cutRuns(mask: RunMask, other: RunMask): CutRuns {
  const { width, height, columns, starts, ends, labels } = mask;
  if (other.width !== width || other.height !== height) {
    throw new FtuError('bad-input', `masks of ${width} x ${height} and ${other.width} x ${other.height} do not match`);
  }
  const builder = new RunMaskBuilder(width, height);
  const origins: number[] = [];
  for (let x = 0; x < width; x++) {
    let j = other.columns[x] as number;
    const last = other.columns[x + 1] as number;
    for (let i = columns[x] as number; i < (columns[x + 1] as number); i++) {
      let from = starts[i] as number;
      const to = ends[i] as number;
      const keep = (end: number): void => {
        if (end <= from) return;
        builder.push(x, from, end, labels[i] as number);
        origins.push(i);
      };
      while (j < last && (other.ends[j] as number) <= from) j++;
      for (let k = j; k < last && (other.starts[k] as number) < to; k++) {
        keep(other.starts[k] as number);
        from = Math.max(from, other.ends[k] as number);
      }
      keep(to);
    }
  }
  return { mask: builder.finish(), origins: Int32Array.from(origins) };
}

/**
 * What of a mask another one does not cover.
 *
 * @throws FtuError `bad-input` when the sizes differ
 * @example
 * const known = subtractRuns(prediction, ignored);
 */
export const subtractRuns = (mask: RunMask, other: RunMask): RunMask => cutRuns(mask, other).mask;

/**
 * What no run of a mask covers, with label 1.
 * @example
 * const unknown = complementRuns(annotated);
 */
export function complementRuns({ width, height, columns, starts, ends }: RunMask): RunMask {
  const builder = new RunMaskBuilder(width, height);
  for (let x = 0; x < width; x++) {
    let from = 0;
    for (let i = columns[x] as number; i < (columns[x + 1] as number); i++) {
      if ((starts[i] as number) > from) builder.push(x, from, starts[i] as number);
      from = ends[i] as number;
    }
    if (from < height) builder.push(x, from, height);
  }
  return builder.finish();
}
