/** Fewer corners for what a hand or a brush drew: hundreds of places where twenty show the same. */
import type { FlatPolygon, FlatRing } from '../protocol/objects.js';
import { union } from './boolean.js';

/** Square of the distance of corner `i` from the straight line between corners `a` and `b`. */
function offLine(ring: FlatRing, i: number, a: number, b: number): number {
  const [ax, ay] = [ring[2 * a] ?? 0, ring[2 * a + 1] ?? 0];
  const [dx, dy] = [(ring[2 * b] ?? 0) - ax, (ring[2 * b + 1] ?? 0) - ay];
  const [px, py] = [(ring[2 * i] ?? 0) - ax, (ring[2 * i + 1] ?? 0) - ay];
  const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
  return (px - along * dx) ** 2 + (py - along * dy) ** 2;
}

/** The corner farthest from the first one: the two part a ring into lines. */
function farthestFromFirst(ring: FlatRing): number {
  let [found, best] = [0, -1];
  for (let i = 0; 2 * i < ring.length; i++) {
    const away = ((ring[2 * i] ?? 0) - (ring[0] ?? 0)) ** 2 + ((ring[2 * i + 1] ?? 0) - (ring[1] ?? 0)) ** 2;
    if (away > best) [found, best] = [i, away];
  }
  return found;
}

function simplifyRing(ring: FlatRing, tolerance: number): FlatRing {
  const count = ring.length / 2;
  if (count <= 4) return ring;
  const middle = farthestFromFirst(ring);
  const closed = [...ring, ring[0] ?? 0, ring[1] ?? 0];
  const kept = new Uint8Array(count + 1);
  kept[0] = kept[middle] = 1;
  const pieces: [from: number, to: number][] = [
    [0, middle],
    [middle, count],
  ];
  for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
    const [from, to] = piece;
    let [farthest, distance] = [from, tolerance ** 2];
    for (let i = from + 1; i < to; i++) {
      const off = offLine(closed, i, from, to);
      if (off > distance) [farthest, distance] = [i, off];
    }
    if (farthest === from) continue;
    kept[farthest] = 1;
    pieces.push([from, farthest], [farthest, to]);
  }
  const simple: number[] = [];
  for (let i = 0; i < count; i++) if (kept[i] === 1) simple.push(ring[2 * i] ?? 0, ring[2 * i + 1] ?? 0);
  // A sliver thinner than the tolerance would become a line.
  return simple.length < 6 ? ring : simple;
}

/**
 * Leaves out corners by Douglas & Peucker 1973. Where simplified outlines come to cross, the crossing is parted, so that the result is valid.
 * @param tolerance pixels that the outline may move
 */
export const simplifyPolygons = (polygons: readonly FlatPolygon[], tolerance: number): FlatPolygon[] =>
  union(polygons.map((rings) => rings.map((ring) => simplifyRing(ring, tolerance))));
