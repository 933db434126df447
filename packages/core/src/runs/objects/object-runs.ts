/** Which runs make up each object, and in which column each run stands: what is needed to look at one object after another. */

import type { RunMask } from '../run-mask.js';
import type { ListedObjects } from './objects.js';

/** The column of every run. */
export function columnsOfRuns({ width, columns, starts }: RunMask): Int32Array {
  const columnOf = new Int32Array(starts.length);
  for (let x = 0; x < width; x++) columnOf.fill(x, columns[x], columns[x + 1]);
  return columnOf;
}

/**
 * @returns the runs of an object, by columns and from the top
 * @example
 * for (const run of runsOfObjects(listObjects(mask))(0)) console.log(mask.starts[run], mask.ends[run]);
 */
export function runsOfObjects({
  count,
  objectOf,
}: Pick<ListedObjects, 'count' | 'objectOf'>): (object: number) => Uint32Array {
  const ends = new Uint32Array(count + 1);
  for (const object of objectOf) ends[object + 1] = (ends[object + 1] as number) + 1;
  for (let i = 1; i <= count; i++) ends[i] = (ends[i] as number) + (ends[i - 1] as number);
  const next = ends.slice();
  const sorted = new Uint32Array(objectOf.length);
  for (let run = 0; run < objectOf.length; run++) {
    const object = objectOf[run] as number;
    const place = next[object] as number;
    sorted[place] = run;
    next[object] = place + 1;
  }
  return (object) => sorted.subarray(ends[object], ends[object + 1]);
}
