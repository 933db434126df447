/** Size and form of a drawn object, from its corners: what a shape is compared with others by. */
import type { FlatPolygon, FlatRing } from '../../protocol/objects.js';

export interface OutlineShape {
  /** Square pixels, without holes. */
  readonly area: number;
  /** Pixels; holes included. */
  readonly perimeter: number;
  /** 4 pi area / perimeter^2: 1 for a disc. */
  readonly circularity: number;
  /** Area over that of the convex hull, 0 to 1. */
  readonly solidity: number;
  readonly box: readonly [x: number, y: number, width: number, height: number];
}

/** Shoelace formula; its sign is the ring's direction. */
function signedArea(ring: FlatRing): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = i + 2 === ring.length ? 0 : i + 2;
    sum += (ring[i] ?? 0) * (ring[j + 1] ?? 0) - (ring[j] ?? 0) * (ring[i + 1] ?? 0);
  }
  return sum / 2;
}

function lengthOf(ring: FlatRing): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = i + 2 === ring.length ? 0 : i + 2;
    sum += Math.hypot((ring[j] ?? 0) - (ring[i] ?? 0), (ring[j + 1] ?? 0) - (ring[i + 1] ?? 0));
  }
  return sum;
}

type Corner = readonly [x: number, y: number];

/** Positive where o, a, b turn left. */
const turn = (o: Corner, a: Corner, b: Corner): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);

function halfHull(corners: readonly Corner[]): Corner[] {
  const hull: Corner[] = [];
  for (const corner of corners) {
    for (;;) {
      const [before, last] = [hull.at(-2), hull.at(-1)];
      if (before === undefined || last === undefined || turn(before, last, corner) > 0) break;
      hull.pop();
    }
    hull.push(corner);
  }
  return hull.slice(0, -1);
}

/** Andrew's monotone chain (1979). */
function hullArea(corners: readonly Corner[]): number {
  const sorted = [...corners].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return Math.abs(signedArea([...halfHull(sorted), ...halfHull([...sorted].reverse())].flat()));
}

/**
 * @param polygons of one object; they do not overlap
 * @example
 * outlineShape([[[0, 0, 4, 0, 4, 4, 0, 4]]]).solidity; // 1
 */
export function outlineShape(polygons: readonly FlatPolygon[]): OutlineShape {
  let [area, perimeter] = [0, 0];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const corners: Corner[] = [];
  for (const polygon of polygons) {
    for (const [number, ring] of polygon.entries()) {
      area += (number === 0 ? 1 : -1) * Math.abs(signedArea(ring));
      perimeter += lengthOf(ring);
      if (number > 0) continue;
      for (let i = 0; i < ring.length; i += 2) {
        const [x, y] = [ring[i] ?? 0, ring[i + 1] ?? 0];
        corners.push([x, y]);
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
  }
  const hull = hullArea(corners);
  return {
    area,
    perimeter,
    circularity: perimeter === 0 ? 0 : (4 * Math.PI * area) / perimeter ** 2,
    solidity: hull === 0 ? 0 : Math.min(1, area / hull),
    box: [left, top, right - left, bottom - top],
  };
}
