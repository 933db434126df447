/**
 * Connected components of a mask from its runs: the step from pixels to countable structures, for slides that are never in memory.
 * A union-find forest over the runs of neighbouring columns (Rosenfeld & Pfaltz 1966; He, Chao & Suzuki 2008 for runs).
 */
import type { Rect } from '../../raster/raster.js';
import { findRoot } from '../../raster/union-find.js';
import type { RunMask } from '../run-mask.js';
import { touchingRuns } from './touching-runs.js';

export interface RunObject {
  readonly label: number;
  /** Pixels. */
  readonly area: number;
  readonly box: Rect;
  /** Mean of the pixel indices: a single pixel at (3, 4) has its centroid at (3, 4). */
  readonly centroid: { readonly x: number; readonly y: number };
}

export interface RunObjects {
  /** In the order of their first runs: from the left, and within a column from the top. */
  readonly objects: readonly RunObject[];
  /** For each run of the mask, the index of its object. */
  readonly objectOf: Int32Array;
}

/** A forest in which runs of one object have one root, the first of them. */
function joinRuns(mask: RunMask, connectivity: 4 | 8): Int32Array {
  const { labels } = mask;
  const parents = Int32Array.from({ length: labels.length }, (_, i) => i);
  const least = connectivity === 8 ? 0 : 1;
  const join = (left: number, right: number, shared: number): void => {
    if (shared < least || labels[left] !== labels[right]) return;
    const [a, b] = [findRoot(parents, left), findRoot(parents, right)];
    if (a < b) parents[b] = a;
    else parents[a] = b;
  };
  for (let x = 1; x < mask.width; x++) touchingRuns(mask, x - 1, mask, x, join);
  return parents;
}

/**
 * @param connectivity 8 (default) also joins pixels that touch at a corner; 4 only at an edge. Labels are never joined.
 * @example
 * objectsOf(mask).objects.filter(({ label, area }) => label === 1 && area > 500).length; // glomeruli, roughly
 */
export function objectsOf(mask: RunMask, connectivity: 4 | 8 = 8): RunObjects {
  const { width, columns, starts, ends, labels } = mask;
  const parents = joinRuns(mask, connectivity);
  const objectOf = new Int32Array(starts.length);
  const drafts: Draft[] = [];
  for (let x = 0; x < width; x++) {
    for (let i = columns[x] as number; i < (columns[x + 1] as number); i++) {
      const root = findRoot(parents, i);
      const number = root === i ? drafts.length : (objectOf[root] as number);
      objectOf[i] = number;
      const [start, end] = [starts[i] as number, ends[i] as number];
      const rows = end - start;
      const draft = drafts[number];
      if (draft === undefined) {
        const sums = { area: rows, sumX: x * rows, sumY: ((start + end - 1) * rows) / 2 };
        drafts.push({ label: labels[i] as number, left: x, right: x, top: start, bottom: end, ...sums });
        continue;
      }
      draft.right = x;
      draft.top = Math.min(draft.top, start);
      draft.bottom = Math.max(draft.bottom, end);
      draft.area += rows;
      draft.sumX += x * rows;
      draft.sumY += ((start + end - 1) * rows) / 2;
    }
  }
  return { objects: drafts.map(finished), objectOf };
}

interface Draft {
  readonly label: number;
  readonly left: number;
  right: number;
  top: number;
  bottom: number;
  area: number;
  sumX: number;
  sumY: number;
}

function finished({ label, left, right, top, bottom, area, sumX, sumY }: Draft): RunObject {
  const box = { x: left, y: top, width: right - left + 1, height: bottom - top };
  return { label, area, box, centroid: { x: sumX / area, y: sumY / area } };
}
