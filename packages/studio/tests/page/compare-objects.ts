/** Objects of a GeoJSON file that a page wrote, against those that `ftu predict` wrote. */
import { z } from 'zod';
import { OverlapIndex } from '../../src/edits/reconcile/overlap.js';
import type { FlatPolygon, SlideObject } from '../../src/protocol/objects.js';
import { areaByShoelace } from '../tools/independent.js';

const ring = z.array(z.tuple([z.number(), z.number()]));
const collection = z.object({
  features: z.array(
    z.object({
      id: z.string(),
      geometry: z.discriminatedUnion('type', [
        z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
        z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring)) }),
      ]),
    }),
  ),
});

export function objectsIn(text: string): SlideObject[] {
  return collection.parse(JSON.parse(text)).features.map(({ id, geometry }) => {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    // Rings are closed in the file.
    const flat: FlatPolygon[] = polygons.map((rings) => rings.map((corners) => corners.slice(0, -1).flat()));
    return { id, class: 'glomerulus', polygons: flat };
  });
}

export interface Comparison {
  /** Of each of ours with the object of theirs that it overlaps most. */
  readonly ious: readonly number[];
  /** Square pixels that are in one of the two and not in the other. */
  readonly different: number;
}

export function compareObjects(ours: readonly SlideObject[], theirs: readonly SlideObject[]): Comparison {
  const index = new OverlapIndex(theirs);
  const best = ours.map(({ polygons }) => index.overlapping(polygons)[0]);
  const ious = best.map((one) => one?.iou ?? 0);
  const different = ours.reduce((sum, { polygons }, i) => {
    const areas = areaByShoelace(polygons) + areaByShoelace(best[i]?.object.polygons ?? []);
    const iou = ious[i] ?? 0;
    return sum + areas * (1 - (2 * iou) / (1 + iou));
  }, 0);
  return { ious, different };
}
