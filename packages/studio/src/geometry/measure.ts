/** What is asked of polygons: how large, where, and whether a point lies inside. */
import type { Rect } from '@ftuseg/core';
import { COORDINATE_STEPS, type FlatPolygon } from '../protocol/objects.js';
import { sideOf, toGrid, twiceArea } from './grid.js';

/** Square pixels, holes taken off. Exact for coordinates on the grid. */
export function areaOf(polygons: readonly FlatPolygon[]): number {
  let sum = 0;
  for (const rings of polygons) {
    for (const [number, ring] of rings.entries()) {
      const area = Math.abs(twiceArea(toGrid(ring)));
      sum += number === 0 ? area : -area;
    }
  }
  return sum / (2 * COORDINATE_STEPS ** 2);
}

/** Whether a point, rounded to the grid, lies inside or on the border. */
export function containsPoint(polygons: readonly FlatPolygon[], x: number, y: number): boolean {
  const [px = 0, py = 0] = toGrid([x, y]);
  return polygons.some(([outer = [], ...holes]) => {
    if (sideOf(toGrid(outer), px, py) < 0) return false;
    return holes.every((hole) => sideOf(toGrid(hole), px, py) <= 0);
  });
}

/** The smallest box around polygons, in pixels; of nothing it has no size. */
export function boxOf(polygons: readonly FlatPolygon[]): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [outer = []] of polygons) {
    for (let i = 0; i < outer.length; i += 2) {
      const [x, y] = [outer[i] ?? 0, outer[i + 1] ?? 0];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return left > right
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left, height: bottom - top };
}

/** Leaves out parts and holes of less than so many square pixels, such as what an eraser leaves at an edge. */
export function withoutSpecks(polygons: readonly FlatPolygon[], minimumArea: number): FlatPolygon[] {
  const isLarge = (ring: FlatPolygon[number]): boolean => areaOf([[ring]]) >= minimumArea;
  return polygons
    .filter((polygon) => areaOf([polygon]) >= minimumArea)
    .map((rings) => rings.filter((ring, number) => number === 0 || isLarge(ring)));
}
