/** Corners of an object that a person moves, adds and takes away; what comes out is valid, whatever the new corner lies on. */
import type { FlatPolygon, FlatRing } from '../protocol/objects.js';
import { enclosedBy, subtract } from './boolean.js';
import { toGrid } from './grid.js';

/** A corner of an object: of which polygon and ring, and which of its corners. */
export interface VertexPlace {
  readonly polygon: number;
  readonly ring: number;
  readonly vertex: number;
}

/**
 * @param to pixels
 * @returns valid polygons in their canonical form (places count anew), an empty list where nothing is left: what outer rings enclose but for what
 *   holes do
 */
export function moveVertex(
  polygons: readonly FlatPolygon[],
  place: VertexPlace,
  to: { readonly x: number; readonly y: number },
): FlatPolygon[] {
  return withRing(polygons, place, (ring) => ring.with(2 * place.vertex, to.x).with(2 * place.vertex + 1, to.y));
}

/** Adds a corner after the one at `place`; as {@link moveVertex}. On the straight side itself it would change nothing, and is left out again. */
export function insertVertex(
  polygons: readonly FlatPolygon[],
  place: VertexPlace,
  at: { readonly x: number; readonly y: number },
): FlatPolygon[] {
  return withRing(polygons, place, (ring) => ring.toSpliced(2 * place.vertex + 2, 0, at.x, at.y));
}

/** Takes a corner away; a ring of three goes as a whole. As {@link moveVertex}. */
export function removeVertex(polygons: readonly FlatPolygon[], place: VertexPlace): FlatPolygon[] {
  return withRing(polygons, place, (ring) => (ring.length <= 6 ? [] : ring.toSpliced(2 * place.vertex, 2)));
}

function withRing(
  polygons: readonly FlatPolygon[],
  place: VertexPlace,
  change: (ring: readonly number[]) => readonly number[],
): FlatPolygon[] {
  const ring = polygons[place.polygon]?.[place.ring];
  if (ring === undefined || place.vertex < 0 || 2 * place.vertex >= ring.length) return [...polygons];
  // The changed ring by itself first: where it crosses itself it turns both ways, and would undo what others enclose.
  const alone = enclosedBy([toGrid(change(ring))]);
  const others = (wanted: (polygon: number, ring: number) => boolean): FlatPolygon[] =>
    polygons.flatMap((rings, polygon) =>
      rings.flatMap((one, number) => {
        const isChanged = polygon === place.polygon && number === place.ring;
        return !isChanged && wanted(polygon, number) ? [[one]] : [];
      }),
    );
  const outer = others((_, number) => number === 0);
  const holes = others((_, number) => number > 0);
  (place.ring === 0 ? outer : holes).push(...alone);
  return subtract(outer, holes);
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The corner nearest to a point. @param reach pixels; farther ones are not found */
export const vertexNear = (polygons: readonly FlatPolygon[], { x, y }: Place, reach: number): VertexPlace | undefined =>
  nearest(polygons, reach, (ring, i) => Math.hypot((ring[i] ?? 0) - x, (ring[i + 1] ?? 0) - y));

/** The side nearest to a point, by the corner that it begins with. @param reach pixels; farther ones are not found */
export const sideNear = (polygons: readonly FlatPolygon[], { x, y }: Place, reach: number): VertexPlace | undefined =>
  nearest(polygons, reach, (ring, i) => {
    const [ax, ay] = [ring[i] ?? 0, ring[i + 1] ?? 0];
    const [dx, dy] = [(ring[(i + 2) % ring.length] ?? 0) - ax, (ring[(i + 3) % ring.length] ?? 0) - ay];
    const share = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
    const along = Math.min(1, Math.max(0, share));
    return Math.hypot(ax + along * dx - x, ay + along * dy - y);
  });

/** @param distanceOf of what begins at index `i` of a ring; of equal ones the last is found */
function nearest(
  polygons: readonly FlatPolygon[],
  reach: number,
  distanceOf: (ring: FlatRing, i: number) => number,
): VertexPlace | undefined {
  let [found, best]: [VertexPlace | undefined, number] = [undefined, reach];
  for (const [place, ring] of ringsOf(polygons)) {
    for (let i = 0; i < ring.length; i += 2) {
      const distance = distanceOf(ring, i);
      if (distance <= best) [found, best] = [{ ...place, vertex: i / 2 }, distance];
    }
  }
  return found;
}

function* ringsOf(polygons: readonly FlatPolygon[]): Generator<[Omit<VertexPlace, 'vertex'>, FlatRing]> {
  for (const [polygon, rings] of polygons.entries()) {
    for (const [number, ring] of rings.entries()) yield [{ polygon, ring: number }, ring];
  }
}
