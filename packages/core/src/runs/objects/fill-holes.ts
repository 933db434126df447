/** Closes holes in objects: what the network was unsure about inside a glomerulus is glomerulus all the same. */

import { type RunMask, RunMaskBuilder } from '../run-mask.js';
import { complementRuns } from '../subtract-runs.js';
import { componentsOf } from './objects.js';
import { touchingRuns } from './touching-runs.js';

/** Of a piece of background: nothing beside it yet, or several labels (or the mask's border). */
const NOTHING = 0;
const SEVERAL = -1;

/**
 * Fills holes with the label around them. A hole is a 4-connected piece of background that does not reach the mask's border; one
 * that has several labels beside it, such as another class's object within, is left as it is.
 *
 * @param maximumArea of a hole in an object of this label, pixels; 0: none is filled, Infinity: all are
 * @example
 * fillHoles(mask, () => Number.POSITIVE_INFINITY);
 */
export function fillHoles(mask: RunMask, maximumArea: (label: number) => number): RunMask {
  const gaps = complementRuns(mask);
  const { count, areas, objectOf } = componentsOf(gaps, 4);
  const around = labelsAround(gaps, objectOf, mask, count);
  const fill = Uint8Array.from(areas, (area, i) => {
    const label = around[i] as number;
    return label > NOTHING && area <= maximumArea(label) ? label : 0;
  });
  const builder = new RunMaskBuilder(mask.width, mask.height);
  for (let x = 0; x < mask.width; x++) {
    let run = mask.columns[x] as number;
    const last = mask.columns[x + 1] as number;
    const takeRunsAbove = (row: number): void => {
      for (; run < last && (mask.starts[run] as number) < row; run++) {
        builder.push(x, mask.starts[run] as number, mask.ends[run] as number, mask.labels[run]);
      }
    };
    for (let gap = gaps.columns[x] as number; gap < (gaps.columns[x + 1] as number); gap++) {
      const [start, label] = [gaps.starts[gap] as number, fill[objectOf[gap] as number] as number];
      takeRunsAbove(start);
      if (label !== 0) builder.push(x, start, gaps.ends[gap] as number, label);
    }
    takeRunsAbove(mask.height);
  }
  return builder.finish();
}

/** For each piece of background the one label beside it, or `SEVERAL`. */
function labelsAround(gaps: RunMask, pieceOf: Int32Array, mask: RunMask, pieces: number): Int16Array {
  const { width, height } = mask;
  const around = new Int16Array(pieces).fill(NOTHING);
  const see = (gap: number, run: number): void => {
    const piece = pieceOf[gap] as number;
    const label = mask.labels[run] as number;
    if (around[piece] === NOTHING) around[piece] = label;
    else if (around[piece] !== label) around[piece] = SEVERAL;
  };
  const seeBeside = (gap: number, run: number, shared: number): void => {
    if (shared > 0) see(gap, run);
  };
  for (let x = 0; x < width; x++) {
    touchingRuns(gaps, x, mask, x, see);
    if (x > 0) touchingRuns(gaps, x, mask, x - 1, seeBeside);
    if (x + 1 < width) touchingRuns(gaps, x, mask, x + 1, seeBeside);
  }
  for (let x = 0; x < width; x++) {
    for (let gap = gaps.columns[x] as number; gap < (gaps.columns[x + 1] as number); gap++) {
      const atBorder = x === 0 || x === width - 1 || gaps.starts[gap] === 0 || gaps.ends[gap] === height;
      if (atBorder) around[pieceOf[gap] as number] = SEVERAL;
    }
  }
  return around;
}
