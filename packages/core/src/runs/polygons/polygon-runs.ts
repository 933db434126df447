/**
 * Polygons to runs, without pixels: what a slide's annotations cover, whatever their number and the slide's size. Memory goes by the
 * rows that edges cross and by the runs that come out.
 */
import { FtuError } from '../../errors.js';
import type { RunMask } from '../run-mask.js';
import { PaintedRuns } from './painted-runs.js';
import type { LabelledRings } from './polygon.js';
import { PolygonColumns } from './polygon-columns.js';

/**
 * Scan conversion: a pixel belongs to a polygon when its centre lies inside (even-odd rule, so rings cut holes), a centre on the left
 * or upper border counting as inside. Where polygons overlap the last one counts. What lies outside the mask is cut off.
 *
 * @throws FtuError `bad-input` for impossible sizes, a label outside 0 to 255 or a coordinate that is not a finite number
 * @example
 * runsOfPolygons([{ label: 1, rings: [Float64Array.of(0, 0, 4, 0, 4, 4, 0, 4)] }], 8, 8);
 */
export function runsOfPolygons(polygons: readonly LabelledRings[], width: number, height: number): RunMask {
  const painted = new PaintedRuns(width, height);
  const columns = new PolygonColumns(width, height);
  for (const [number, { label, rings }] of polygons.entries()) {
    if (!(Number.isInteger(label) && label >= 0 && label <= 255)) {
      throw new FtuError('bad-input', `polygon ${number} has the label ${label}`, { hint: 'labels go from 0 to 255' });
    }
    for (const ring of rings) {
      if (!columns.add(ring)) throw new FtuError('bad-input', `polygon ${number} has a coordinate that is no number`);
    }
    columns.finish((x, start, end) => painted.push(x, start, end, label));
  }
  return painted.finish();
}
