/** Bands of runs as the mask of a whole slide. */
import type { RunMask } from '@ftuseg/core';
import type { ColumnRuns } from './column-runs.js';

export interface ScoredRuns {
  readonly mask: RunMask;
  /** For each run of the mask the highest probability inside it. */
  readonly peaks: Float32Array;
}

/** @param bands from left to right, together all columns */
export function collectRuns(bands: readonly ColumnRuns[], width: number, height: number): ScoredRuns {
  const total = bands.reduce((sum, { starts }) => sum + starts.length, 0);
  const columns = new Uint32Array(width + 1);
  const [starts, ends] = [new Int32Array(total), new Int32Array(total)];
  const [labels, peaks] = [new Uint8Array(total), new Float32Array(total)];
  let [at, column] = [0, 0];
  for (const band of bands) {
    if (band.left !== column) throw new RangeError(`columns ${column} to ${band.left} are missing`);
    starts.set(band.starts, at);
    ends.set(band.ends, at);
    labels.set(band.labels, at);
    peaks.set(band.peaks, at);
    for (const count of band.counts) {
      at += count;
      columns[++column] = at;
    }
  }
  if (column !== width) throw new RangeError(`columns ${column} to ${width} are missing`);
  return { mask: { width, height, columns, starts, ends, labels }, peaks };
}
