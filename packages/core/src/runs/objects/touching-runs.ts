/** The one walk that objects, outlines, holes and scores share: down two columns at once, meeting every pair of runs that touch. */
import type { RunMask } from '../run-mask.js';

/**
 * Calls `visit` for each pair of runs of column `xa` of `a` and column `xb` of `b` that share rows or meet end to end, from
 * the top down.
 *
 * @param visit `shared` is how many rows both cover: 0 where one begins in the row after the other's last (in neighbouring columns: a
 *   corner)
 * @example
 * touchingRuns(mask, x - 1, mask, x, (left, right, shared) => { if (shared > 0) join(left, right); });
 */
export function touchingRuns(
  a: RunMask,
  xa: number,
  b: RunMask,
  xb: number,
  visit: (runA: number, runB: number, shared: number) => void,
): void {
  const [lastI, lastJ] = [a.columns[xa + 1] as number, b.columns[xb + 1] as number];
  let [i, j] = [a.columns[xa] as number, b.columns[xb] as number];
  while (i < lastI && j < lastJ) {
    const [endI, endJ] = [a.ends[i] as number, b.ends[j] as number];
    const [startI, startJ] = [a.starts[i] as number, b.starts[j] as number];
    const shared = (endI < endJ ? endI : endJ) - (startI > startJ ? startI : startJ);
    if (shared >= 0) visit(i, j, shared);
    if (endI === endJ) {
      // Both end here: each may still meet what stands right below the other.
      if (i + 1 < lastI && a.starts[i + 1] === endJ) visit(i + 1, j, 0);
      if (j + 1 < lastJ && b.starts[j + 1] === endI) visit(i, j + 1, 0);
    }
    if (endI <= endJ) i++;
    if (endJ <= endI) j++;
  }
}
