/** Area, inside and validity of polygons without the geometry that tools use: by the textbook, slow and plain. */
import type { Rect } from '@ftuseg/core';
import { COORDINATE_STEPS, type FlatPolygon, type FlatRing } from '../../src/protocol/objects.js';

const cornersOf = (ring: FlatRing): (readonly [x: number, y: number])[] => {
  const corners: (readonly [number, number])[] = [];
  for (let i = 0; i + 1 < ring.length; i += 2) corners.push([ring[i] ?? 0, ring[i + 1] ?? 0]);
  return corners;
};

export function ringArea(ring: FlatRing): number {
  const corners = cornersOf(ring);
  const sum = corners.reduce((total, [x, y], i) => {
    const [nx, ny] = corners[(i + 1) % corners.length] ?? [0, 0];
    return total + x * ny - nx * y;
  }, 0);
  return Math.abs(sum) / 2;
}

export const areaByShoelace = (polygons: readonly FlatPolygon[]): number =>
  polygons.reduce(
    (sum, [outer = [], ...holes]) => sum + ringArea(outer) - holes.reduce((all, hole) => all + ringArea(hole), 0),
    0,
  );

export function boxByCorners(polygons: readonly FlatPolygon[]): Rect {
  const corners = polygons.flatMap((rings) => rings.flatMap(cornersOf));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** By the even-odd rule over all rings of a polygon. */
export const isInside = (polygons: readonly FlatPolygon[], px: number, py: number): boolean =>
  polygons.some((rings) => {
    let inside = false;
    for (const ring of rings) {
      const corners = cornersOf(ring);
      for (const [i, [x, y]] of corners.entries()) {
        const [nx, ny] = corners[(i + 1) % corners.length] ?? [0, 0];
        if (y > py !== ny > py && px < ((nx - x) * (py - y)) / (ny - y) + x) inside = !inside;
      }
    }
    return inside;
  });

interface Side {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

/** Whether two sides have more in common than single points that are ends of one of them. Exact on whole numbers. */
function cross({ a, b }: Side, { a: c, b: d }: Side): boolean {
  const turn = (p: Side['a'], q: Side['a'], r: Side['a']): number =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  const [t1, t2, t3, t4] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (t1 * t2 < 0 && t3 * t4 < 0) return true;
  if (t1 !== 0 || t2 !== 0) return false;
  // On one line: they overlap if their extents do by more than a point.
  const axis = a[0] === b[0] ? 1 : 0;
  const [low, high] = [Math.min(a[axis], b[axis]), Math.max(a[axis], b[axis])];
  return Math.min(high, Math.max(c[axis], d[axis])) > Math.max(low, Math.min(c[axis], d[axis]));
}

/** @returns what is wrong with an object's polygons; undefined: nothing was found */
export function wrongWith(
  polygons: readonly FlatPolygon[],
  slide: { readonly width: number; readonly height: number },
) {
  if (polygons.length === 0) return 'no polygon';
  const sides: Side[] = [];
  for (const ring of polygons.flat()) {
    const corners = cornersOf(ring).map(([x, y]): [number, number] => [x * COORDINATE_STEPS, y * COORDINATE_STEPS]);
    if (corners.length < 3) return 'a ring of less than three corners';
    if (!corners.flat().every(Number.isInteger)) return 'a corner off the grid';
    const inSlide = ([x, y]: readonly [number, number]): boolean =>
      x >= 0 && y >= 0 && x <= slide.width * COORDINATE_STEPS && y <= slide.height * COORDINATE_STEPS;
    if (!corners.every(inSlide)) return 'a corner beyond the slide';
    for (const [i, a] of corners.entries()) sides.push({ a, b: corners[(i + 1) % corners.length] ?? a });
  }
  for (const [i, side] of sides.entries()) {
    if (side.a[0] === side.b[0] && side.a[1] === side.b[1]) return 'a side without length';
    for (const other of sides.slice(i + 1)) if (cross(side, other)) return 'sides that cross';
  }
  return undefined;
}
