/**
 * Outlines that a person can edit: a hundred corners instead of the thousand that the edges of pixels make. Corners are left out where the outline
 * stays within a stated distance, and never where rings would come to cross, touch or change sides.
 */
import type { LabelledRings, Ring } from './polygon.js';
import { VertexGrid } from './vertex-grid.js';

/**
 * Douglas & Peucker 1973, with the condition of Saalfeld 1999 ("Topologically consistent line simplification with the Douglas-Peucker
 * algorithm"): a piece of outline becomes a straight line only where no other corner of the object lies between the two. Then no
 * two lines of the result cross (crossings of two closed curves are even in number), a hole stays in its polygon, and parts that meet at a
 * corner still do. A ring keeps its extreme corners, so that the smallest hole remains one.
 *
 * Every point of the result is at most `tolerance` from the outline, and the other way round. Other objects are not looked at: where two
 * touch, their new outlines may overlap by as much.
 *
 * @param polygons of one object, as `outlinesOf` gives them; corners are whole numbers
 * @param tolerance pixels
 * @example
 * outlinesOf(mask, objects).map((polygons) => simplifyOutline(polygons, 2));
 */
export function simplifyOutline(polygons: readonly LabelledRings[], tolerance: number): LabelledRings[] {
  const rings = polygons.flatMap((polygon) => polygon.rings);
  const grid = new VertexGrid(rings);
  let number = 0;
  return polygons.map(({ label, rings: own }) => ({
    label,
    rings: own.map((ring) => simplifyRing(ring, number++, grid, tolerance)),
  }));
}

function simplifyRing(ring: Ring, number: number, grid: VertexGrid, tolerance: number): Ring {
  const count = ring.length / 2;
  const anchors = extremeCorners(ring);
  const kept: number[] = [];
  for (const [i, first] of anchors.entries()) {
    const next = anchors[(i + 1) % anchors.length] as number;
    // Pieces of the outline, the next on top: indices beyond the last go on from the first.
    const pieces: [from: number, to: number][] = [[first, next > first ? next : next + count]];
    for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
      const [from, to] = piece;
      const { at, distance } = farthest(ring, from, to);
      if (to === from + 1 || (distance <= tolerance && !separates(ring, number, { from, to }, grid, tolerance))) {
        kept.push(from % count);
      } else pieces.push([at, to], [from, at]);
    }
  }
  const out = new Float64Array(2 * kept.length);
  for (const [i, corner] of kept.entries()) out.set(ring.subarray(2 * corner, 2 * corner + 2), 2 * i);
  return out;
}

/** Where the outermost sides begin, in the order of the ring: at the left, the right, the top and the bottom. */
function extremeCorners(ring: Ring): number[] {
  const corners = [0, 0, 0, 0];
  const least = corners.map(() => Number.POSITIVE_INFINITY);
  for (let i = 0; i < ring.length; i += 2) {
    // Sides run along x and along y in turn.
    const vertical = ring[i] === ring[(i + 2) % ring.length];
    const place = ring[vertical ? i : i + 1] as number;
    for (const [side, value] of [
      [vertical ? 0 : 2, place],
      [vertical ? 1 : 3, -place],
    ] as const) {
      if (value >= (least[side] as number)) continue;
      least[side] = value;
      corners[side] = i / 2;
    }
  }
  return corners.sort((a, b) => a - b);
}

/** The corner of a piece that is farthest from the straight line between its ends; the middle one where none is off it. */
function farthest(ring: Ring, from: number, to: number): { readonly at: number; readonly distance: number } {
  const line = lineBetween(ring, from, to);
  let [at, most] = [(from + to) >> 1, 0];
  for (let i = from + 1; i < to; i++) {
    const place = (2 * i) % ring.length;
    const distance = distanceTo(line, ring[place] as number, ring[place + 1] as number);
    if (distance > most) [at, most] = [i, distance];
  }
  return { at, distance: most };
}

/** A straight line from one point to another. */
interface Line {
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
}

function lineBetween(ring: Ring, from: number, to: number): Line {
  const [a, b] = [(2 * from) % ring.length, (2 * to) % ring.length];
  return { ax: ring[a] as number, ay: ring[a + 1] as number, bx: ring[b] as number, by: ring[b + 1] as number };
}

function distanceTo({ ax, ay, bx, by }: Line, x: number, y: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1);
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Whether another corner of the object lies between a piece of outline and the straight line that would replace it, or on the line. */
function separates(
  ring: Ring,
  number: number,
  { from, to }: { readonly from: number; readonly to: number },
  grid: VertexGrid,
  tolerance: number,
): boolean {
  const count = ring.length / 2;
  const line = lineBetween(ring, from, to);
  const { ax, ay, bx, by } = line;
  const box = {
    left: Math.min(ax, bx) - tolerance,
    right: Math.max(ax, bx) + tolerance,
    top: Math.min(ay, by) - tolerance,
    bottom: Math.max(ay, by) + tolerance,
  };
  let [meetsFirst, meetsLast] = [false, false];
  return grid.some(box, (x, y, itsRing, corner) => {
    // Pieces may lie beyond the last index; what they have themselves is not between.
    if (itsRing === number && (corner - from + 2 * count) % count <= to - from) return false;
    // Rings may meet at one end of the line. At both, the other ring's line could be the same.
    if (x === ax && y === ay) meetsFirst = true;
    else if (x === bx && y === by) meetsLast = true;
    else if (distanceTo(line, x, y) <= tolerance) {
      // What lies between is no farther from the line than the piece is.
      return encloses(ring, from, to, x, y);
    }
    return meetsFirst && meetsLast;
  });
}

/** Even-odd, with the boundary inside, of the polygon that a piece of outline and the line between its ends make. Exact for whole numbers. */
function encloses(ring: Ring, from: number, to: number, x: number, y: number): boolean {
  let inside = false;
  let [px, py] = [ring[(2 * to) % ring.length] as number, ring[((2 * to) % ring.length) + 1] as number];
  for (let i = from; i <= to; i++) {
    const place = (2 * i) % ring.length;
    const [qx, qy] = [ring[place] as number, ring[place + 1] as number];
    const turn = (qx - px) * (y - py) - (qy - py) * (x - px);
    const within = x >= Math.min(px, qx) && x <= Math.max(px, qx) && y >= Math.min(py, qy) && y <= Math.max(py, qy);
    if (turn === 0 && within) return true;
    if (py > y !== qy > y && turn > 0 === qy > py) inside = !inside;
    [px, py] = [qx, qy];
  }
  return inside;
}
