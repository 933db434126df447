/** Which runs make up each object, and in which column each run stands: what is needed to look at one object after another. */

import type { RunMask } from '../run-mask.js';
import type { RunObjects } from './objects.js';

/** The column of every run. */
export function columnsOfRuns({ width, columns, starts }: RunMask): Int32Array {
  const columnOf = new Int32Array(starts.length);
  for (let x = 0; x < width; x++) columnOf.fill(x, columns[x], columns[x + 1]);
  return columnOf;
}

/**
 * @returns for each object its runs, by columns and from the top
 * @example
 * for (const run of runsOfObjects(objectsOf(mask))[0] ?? []) console.log(mask.starts[run], mask.ends[run]);
 */
export function runsOfObjects({ objects, objectOf }: RunObjects): Uint32Array[] {
  const counts = new Uint32Array(objects.length);
  for (const object of objectOf) counts[object] = (counts[object] as number) + 1;
  const lists = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let run = 0; run < objectOf.length; run++) {
    const object = objectOf[run] as number;
    const place = counts[object] as number;
    (lists[object] as Uint32Array)[place] = run;
    counts[object] = place + 1;
  }
  return lists;
}
