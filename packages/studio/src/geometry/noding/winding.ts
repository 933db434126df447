/** How often rings of two shapes go around each side of every edge: winding numbers, from the outside in. */
import { turn } from '../grid.js';
import { FIRST, Segments } from './segments.js';

/** Edges between corners; half-edge 2 k runs along edge k from its first corner, 2 k + 1 back. */
export interface Edges {
  /** Coordinates of each corner, x and y in turn. */
  readonly corners: readonly number[];
  /** Of each half-edge the corner that it leaves. */
  readonly from: readonly number[];
  /** Of each edge how often rings of the first shape run along it, less how often they run back; then those of the second. */
  readonly turns: readonly (readonly [first: number, second: number])[];
  /** For each corner the half-edges that leave it, by their angles from -pi (excluded) to pi. */
  readonly around: readonly (readonly number[])[];
}

type Windings = readonly [first: number, second: number];

/** @returns of each half-edge the winding numbers to its left (y up) */
export function windingsOf(edges: Edges): Windings[] {
  const { corners, from, turns, around } = edges;
  const left: Windings[] = new Array(from.length);
  const rings = new Segments();
  for (const edge of turns.keys()) {
    const [a, b] = [2 * (from[2 * edge] ?? 0), 2 * (from[2 * edge + 1] ?? 0)];
    rings.add(corners[a] ?? 0, corners[a + 1] ?? 0, corners[b] ?? 0, corners[b + 1] ?? 0, FIRST);
  }
  const order = Array.from({ length: around.length }, (_, corner) => corner);
  order.sort(
    (a, b) => (corners[2 * a] ?? 0) - (corners[2 * b] ?? 0) || (corners[2 * a + 1] ?? 0) - (corners[2 * b + 1] ?? 0),
  );
  for (const corner of order) {
    const [first] = around[corner] ?? [];
    if (first === undefined || left[first] !== undefined) continue;
    // The leftmost corner of a connected part lies beside a region that the other parts decide about.
    spread(corner, outsideOf(rings, turns, corners[2 * corner] ?? 0, corners[2 * corner + 1] ?? 0), edges, left);
  }
  return left;
}

/** @param before the winding numbers to the right of the first half-edge around a corner */
function spread(start: number, before: Windings, { from, turns, around }: Edges, left: Windings[]): void {
  const waiting: [corner: number, place: number, before: Windings][] = [[start, 0, before]];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const [corner, at, right] = one;
    const list = around[corner] ?? [];
    let side = right;
    for (let i = 0; i < list.length; i++) {
      const halfEdge = list[(at + i) % list.length] ?? 0;
      const isKnown = left[halfEdge] !== undefined;
      left[halfEdge ^ 1] = side;
      const [first, second] = turns[halfEdge >> 1] ?? [0, 0];
      const sign = (halfEdge & 1) === 0 ? 1 : -1;
      side = [side[0] + sign * first, side[1] + sign * second];
      left[halfEdge] = side;
      if (isKnown) continue;
      const far = from[halfEdge ^ 1] ?? 0;
      // To the right of the way back lies what is to the left of the way there.
      waiting.push([far, (around[far] ?? []).indexOf(halfEdge ^ 1), side]);
    }
  }
}

/** Just to the left of a point, by the edges that a ray from the far left crosses on its way there. */
function outsideOf(rings: Segments, turns: Edges['turns'], x: number, y: number): Windings {
  let [first, second] = [0, 0];
  for (const edge of rings.within(Number.NEGATIVE_INFINITY, y, x, y)) {
    const [ax, ay, bx, by] = rings.at(edge);
    if (ay > y === by > y) continue;
    const area = turn(ax, ay, bx, by, x, y);
    const isUp = by > ay;
    if (area === 0 || area > 0 === isUp) continue;
    const [own, other] = turns[edge] ?? [0, 0];
    first += isUp ? -own : own;
    second += isUp ? -other : other;
  }
  return [first, second];
}
