/** Cuts objects in two along a line without a gap: both sides keep the cut as their common border, and no area is lost. */
import { COORDINATE_STEPS, type FlatPolygon, type FlatRing } from '../protocol/objects.js';
import { canonicalForm } from './canonical.js';
import { orientedRings, toGrid } from './grid.js';
import { facesOf } from './noding/faces.js';

/**
 * @param polygons of one object, valid
 * @param line pixels, x and y in turn; it may cross itself. Ends that stop within the object cut nothing
 * @returns the pieces, each one valid polygon in its canonical form, the largest x last; one for each polygon where the line parts none. Areas add up to
 *   the object's but for the rounding of crossings to the grid
 */
export function splitByLine(polygons: readonly FlatPolygon[], line: FlatRing): FlatPolygon[] {
  return canonicalForm(facesOf(orientedRings(polygons), { lines: [toGrid(line)] }));
}

/**
 * Lengthens a line at both ends, so that one drawn from border to border surely passes them.
 * @param pixels by which each end moves on in its direction
 */
export function lengthened(line: FlatRing, pixels: number): number[] {
  const out = [...line];
  const n = line.length;
  if (n < 4 || pixels < 1 / COORDINATE_STEPS) return out;
  const beyond = (at: number, before: number): [number, number] => {
    const [x, y] = [line[at] ?? 0, line[at + 1] ?? 0];
    const [dx, dy] = [x - (line[before] ?? 0), y - (line[before + 1] ?? 0)];
    const length = Math.hypot(dx, dy);
    return length === 0 ? [x, y] : [x + (dx / length) * pixels, y + (dy / length) * pixels];
  };
  [out[0], out[1]] = beyond(0, 2);
  [out[n - 2], out[n - 1]] = beyond(n - 2, n - 4);
  return out;
}
