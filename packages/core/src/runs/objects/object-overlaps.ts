/** How much of each object another mask covers: whether what was found is what was looked for. */
import type { RunMask } from '../run-mask.js';
import type { RunObjects } from './objects.js';
import { touchingRuns } from './touching-runs.js';

/**
 * @param mask and @param found its objects
 * @param other of the same size; its labels do not matter
 * @returns pixels of each object, in order, that `other` covers too
 * @example
 * overlapsOf(mask, objectsOf(mask), truth)[0]; // of the first object, how many pixels are right
 */
export function overlapsOf(mask: RunMask, { objects, objectOf }: RunObjects, other: RunMask): Float64Array {
  const covered = new Float64Array(objects.length);
  for (let x = 0; x < mask.width; x++) {
    touchingRuns(mask, x, other, x, (run, _, shared) => {
      const object = objectOf[run] as number;
      covered[object] = (covered[object] as number) + shared;
    });
  }
  return covered;
}
