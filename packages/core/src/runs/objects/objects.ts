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

/** Components without what takes memory for each: a mask of specks has millions. */
export interface RunComponents {
  readonly count: number;
  /** Of each component. */
  readonly labels: Uint8Array;
  /** Of each component, pixels. */
  readonly areas: Float64Array;
  /** For each run of the mask, the index of its component; they are in the order of their first runs. */
  readonly objectOf: Int32Array;
}

/**
 * The components that `objectsOf` describes, in the same order.
 * @param connectivity as in `objectsOf`
 */
export function componentsOf(mask: RunMask, connectivity: 4 | 8 = 8): RunComponents {
  const { starts, ends } = mask;
  const parents = joinRuns(mask, connectivity);
  const objectOf = new Int32Array(starts.length);
  let count = 0;
  for (let i = 0; i < objectOf.length; i++) {
    const root = findRoot(parents, i);
    objectOf[i] = root === i ? count++ : (objectOf[root] as number);
  }
  const [labels, areas] = [new Uint8Array(count), new Float64Array(count)];
  for (let i = 0; i < objectOf.length; i++) {
    const number = objectOf[i] as number;
    labels[number] = mask.labels[i] as number;
    areas[number] = (areas[number] as number) + (ends[i] as number) - (starts[i] as number);
  }
  return { count, labels, areas, objectOf };
}

/** Objects of which each is made when it is asked for. */
export interface ListedObjects {
  readonly count: number;
  /** As in `RunObjects`. */
  readonly objectOf: Int32Array;
  readonly at: (object: number) => RunObject;
}

/** What `objectsOf` gives, for one object after another. */
export function listObjects(mask: RunMask, connectivity: 4 | 8 = 8): ListedObjects {
  const { width, columns, starts, ends } = mask;
  const { count, labels, areas, objectOf } = componentsOf(mask, connectivity);
  const [left, right] = [new Int32Array(count).fill(width), new Int32Array(count)];
  const [top, bottom] = [new Int32Array(count).fill(mask.height), new Int32Array(count)];
  const [sumX, sumY] = [new Float64Array(count), new Float64Array(count)];
  for (let x = 0; x < width; x++) {
    for (let i = columns[x] as number; i < (columns[x + 1] as number); i++) {
      const number = objectOf[i] as number;
      const [start, end] = [starts[i] as number, ends[i] as number];
      const rows = end - start;
      if ((left[number] as number) > x) left[number] = x;
      right[number] = x;
      if ((top[number] as number) > start) top[number] = start;
      if ((bottom[number] as number) < end) bottom[number] = end;
      sumX[number] = (sumX[number] as number) + x * rows;
      sumY[number] = (sumY[number] as number) + ((start + end - 1) * rows) / 2;
    }
  }
  const at = (i: number): RunObject => {
    const [x, y, area] = [left[i] as number, top[i] as number, areas[i] as number];
    const box = { x, y, width: (right[i] as number) - x + 1, height: (bottom[i] as number) - y };
    const centroid = { x: (sumX[i] as number) / area, y: (sumY[i] as number) / area };
    return { label: labels[i] as number, area, box, centroid };
  };
  return { count, objectOf, at };
}

/**
 * @param connectivity 8 (default) also joins pixels that touch at a corner; 4 only at an edge. Labels are never joined.
 * @example
 * objectsOf(mask).objects.filter(({ label, area }) => label === 1 && area > 500).length; // glomeruli, roughly
 */
export function objectsOf(mask: RunMask, connectivity: 4 | 8 = 8): RunObjects {
  const { count, objectOf, at } = listObjects(mask, connectivity);
  return { objects: Array.from({ length: count }, (_, i) => at(i)), objectOf };
}
