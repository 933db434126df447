/**
 * The boundary of objects as a linked list over their runs. Every run has a top and a bottom edge; what lies between the end of one
 * and the beginning of the next is a piece of a grid line, so that the whole boundary is known from which edge follows which.
 */

import { touchingRuns } from '../objects/touching-runs.js';
import type { RunMask } from '../run-mask.js';

/** Edge 2 i is the top of run i, walked to the right; edge 2 i + 1 its bottom, walked to the left: the object lies on the same side. */
export interface RunEdges {
  /** For each edge the one that follows it. */
  readonly next: Int32Array;
  /** For each edge 1 where it begins, 2 where it ends in a corner at which two pixels of its object meet diagonally, else 0. */
  readonly pinches: Uint8Array;
}

const BEGINS = 1;
const ENDS = 2;

/**
 * Links the edges of every object. Where two pixels of an object meet only at a corner, the boundary keeps them apart.
 *
 * @param objectOf of each run; runs of other objects are background to an object
 */
export function linkEdges(mask: RunMask, objectOf: Int32Array): RunEdges {
  const count = mask.starts.length;
  const next = new Int32Array(2 * count);
  const pinches = new Uint8Array(2 * count);
  // The run beside it, of the same object, that a run was last met with, on its right and on its left.
  const onRight = new Int32Array(count).fill(-1);
  const onLeft = new Int32Array(count).fill(-1);

  const meet = (left: number, right: number, shared: number): void => {
    if (objectOf[left] !== objectOf[right]) return;
    if (shared === 0) {
      const below = mask.starts[right] === mask.ends[left];
      const [a, b] = below ? [2 * left + 1, 2 * right] : [2 * left, 2 * right + 1];
      for (const edge of [a, b]) pinches[edge] = (pinches[edge] as number) | (below ? BEGINS : ENDS);
      return;
    }
    const [above, beside] = [onRight[left] as number, onLeft[right] as number];
    if (above >= 0) next[2 * above + 1] = 2 * right;
    else if (beside >= 0) next[2 * left] = 2 * beside + 1;
    else next[2 * left] = 2 * right;
    onRight[left] = right;
    onLeft[right] = left;
  };

  for (let x = 1; x < mask.width; x++) touchingRuns(mask, x - 1, mask, x, meet);
  for (let run = 0; run < count; run++) {
    const right = onRight[run] as number;
    if (right < 0) next[2 * run] = 2 * run + 1;
    else if (onLeft[right] === run) next[2 * right + 1] = 2 * run + 1;
    if ((onLeft[run] as number) < 0) next[2 * run + 1] = 2 * run;
  }
  return { next, pinches };
}

export const beginsPinched = (pinches: Uint8Array, edge: number): boolean => ((pinches[edge] as number) & BEGINS) !== 0;
export const endsPinched = (pinches: Uint8Array, edge: number): boolean => ((pinches[edge] as number) & ENDS) !== 0;
