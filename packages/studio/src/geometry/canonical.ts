/**
 * One form for one shape, so that equal shapes have equal bytes: outer rings with a positive area by their coordinates and holes with a negative one (as
 * docs/objects.md has it), no corners on straight lines, the leftmost corner first (of those the topmost), holes and parts by their first corners.
 */
import type { FlatPolygon } from '../protocol/objects.js';
import { fromGrid, type GridRing, turn } from './grid.js';
import { facesOf } from './noding/faces.js';

/**
 * What lies in an odd number of the rings, as valid polygons in the form above. Lines that cross are rounded to the grid where they do: no point moves by
 * more than one step.
 *
 * @returns an empty list where nothing is left
 */
export function polygonsOfRings(rings: readonly GridRing[]): FlatPolygon[] {
  return canonicalForm(facesOf(rings));
}

/** @param polygons valid, the outer ring of each first */
export function canonicalForm(polygons: readonly (readonly GridRing[])[]): FlatPolygon[] {
  const ordered = polygons.map((rings) => {
    const [outer = [], ...holes] = rings.map(canonicalRing);
    return [outer, ...holes.sort(compareRings)];
  });
  ordered.sort((a, b) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compareRings(a[i] ?? [], b[i] ?? []);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  });
  return ordered.map((rings) => rings.map(fromGrid));
}

function canonicalRing(ring: GridRing): number[] {
  const corners: number[] = [];
  const n = ring.length;
  for (let i = 0; i < n; i += 2) {
    const [x, y] = [ring[i] ?? 0, ring[i + 1] ?? 0];
    const [px, py] = [ring[(i + n - 2) % n] ?? 0, ring[(i + n - 1) % n] ?? 0];
    if (turn(px, py, x, y, ring[(i + 2) % n] ?? 0, ring[(i + 3) % n] ?? 0) !== 0) corners.push(x, y);
  }
  let first = 0;
  for (let i = 2; i < corners.length; i += 2) {
    const [x, y, fx, fy] = [corners[i] ?? 0, corners[i + 1] ?? 0, corners[first] ?? 0, corners[first + 1] ?? 0];
    if (x < fx || (x === fx && y < fy)) first = i;
  }
  return [...corners.slice(first), ...corners.slice(0, first)];
}

function compareRings(a: GridRing, b: GridRing): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
