/** Objects of different labels that touch: parts of one structure that a network calls by several names. */
import { findRoot } from '../../raster/union-find.js';
import type { RunMask } from '../run-mask.js';
import type { RunObjects } from './objects.js';
import { touchingRuns } from './touching-runs.js';

/**
 * @param mask and @param found its objects
 * @param joins whether objects of a label are joined with others that they touch, at a corner too
 * @returns for each object, in order, the index of the first object that it is one with: its own where it touches none
 * @example
 * new Set(joinTouching(mask, objectsOf(mask), () => true)).size; // structures, whatever they are called
 */
export function joinTouching(
  mask: RunMask,
  { objects, objectOf }: RunObjects,
  joins: (label: number) => boolean,
): Int32Array {
  const parents = Int32Array.from(objects, (_, i) => i);
  const isJoined = Uint8Array.from(objects, ({ label }) => (joins(label) ? 1 : 0));
  const join = (runA: number, runB: number): void => {
    const [a, b] = [objectOf[runA] as number, objectOf[runB] as number];
    if (a === b || isJoined[a] === 0 || isJoined[b] === 0) return;
    const [rootA, rootB] = [findRoot(parents, a), findRoot(parents, b)];
    parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  };
  for (let x = 0; x < mask.width; x++) {
    touchingRuns(mask, x, mask, x, join);
    if (x > 0) touchingRuns(mask, x - 1, mask, x, join);
  }
  return parents.map((_, i) => findRoot(parents, i));
}
