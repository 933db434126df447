/**
 * The plane as rings and cutting lines part it: edges that meet only in ends, sorted around their corners, and for either side of each whether it
 * lies inside by the even-odd rule.
 */
import { pointKey, turn } from '../grid.js';
import { Segments } from './segments.js';

/** Half-edge 2 k runs along edge k from its first corner, 2 k + 1 back. */
export interface Arrangement {
  /** Coordinates of each corner, x and y in turn. */
  readonly corners: readonly number[];
  /** Of each half-edge the corner that it leaves. */
  readonly from: readonly number[];
  /** Of each half-edge 1 where its left side (y up) lies inside. */
  readonly inside: Uint8Array;
  /** Of each edge whether it parts inside from outside; else it cuts. */
  readonly isBorder: readonly boolean[];
  /** The half-edge that goes on along the same side of the region to the left. */
  readonly next: (halfEdge: number) => number;
}

/** More than memory holds; keys of pairs stay below 2^53. */
const MAX_CORNERS = 2 ** 26;

/** @param segments as `nodeSegments` gives them */
export function arrangementOf(segments: Segments): Arrangement {
  const corners: number[] = [];
  const numbers = new Map<number, number>();
  const cornerAt = (x: number, y: number): number => {
    const key = pointKey(x, y);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    corners.push(x, y);
    return numbers.size - 1;
  };
  const edges = new Map<number, { readonly a: number; readonly b: number; odd: boolean; cut: boolean }>();
  for (let i = 0; i < segments.count; i++) {
    const [ax, ay, bx, by] = segments.at(i);
    const [p, q] = [cornerAt(ax, ay), cornerAt(bx, by)];
    const [a, b] = [Math.min(p, q), Math.max(p, q)];
    const key = a * MAX_CORNERS + b;
    const edge = edges.get(key) ?? { a, b, odd: false, cut: false };
    edges.set(key, edge);
    if (segments.isCut[i] === true) edge.cut = true;
    else edge.odd = !edge.odd;
  }
  const kept = [...edges.values()].filter(({ odd, cut }) => odd || cut);
  const from = kept.flatMap(({ a, b }) => [a, b]);
  const isBorder = kept.map(({ odd }) => odd);
  const around = sortedAround(corners, from);
  const placeOf = new Int32Array(from.length);
  for (const list of around) for (const [place, halfEdge] of list.entries()) placeOf[halfEdge] = place;
  return {
    corners,
    from,
    isBorder,
    inside: sidesOf(corners, from, isBorder, around),
    next: (halfEdge) => {
      const back = halfEdge ^ 1;
      const list = around[from[back] ?? 0] ?? [];
      return list.at((placeOf[back] ?? 0) - 1) ?? back;
    },
  };
}

/** For each corner the half-edges that leave it, by their angles from -pi (excluded) to pi. */
function sortedAround(corners: readonly number[], from: readonly number[]): number[][] {
  const around: number[][] = Array.from({ length: corners.length / 2 }, () => []);
  for (const [halfEdge, corner] of from.entries()) around[corner]?.push(halfEdge);
  const direction = (halfEdge: number): readonly [dx: number, dy: number, half: number] => {
    const [a, b] = [from[halfEdge] ?? 0, from[halfEdge ^ 1] ?? 0];
    const dx = (corners[2 * b] ?? 0) - (corners[2 * a] ?? 0);
    const dy = (corners[2 * b + 1] ?? 0) - (corners[2 * a + 1] ?? 0);
    return [dx, dy, dy < 0 ? 0 : dy === 0 && dx < 0 ? 2 : 1];
  };
  for (const list of around) {
    if (list.length < 2) continue;
    list.sort((p, q) => {
      const [px, py, ph] = direction(p);
      const [qx, qy, qh] = direction(q);
      return ph - qh || py * qx - px * qy;
    });
  }
  return around;
}

/** From the leftmost corner of each connected part, which lies beside a region that the other parts decide about, around every corner. */
function sidesOf(
  corners: readonly number[],
  from: readonly number[],
  isBorder: readonly boolean[],
  around: readonly (readonly number[])[],
): Uint8Array {
  const inside = new Uint8Array(from.length).fill(UNKNOWN);
  const borders = new Segments();
  for (const [edge, border] of isBorder.entries()) {
    const [a, b] = [from[2 * edge] ?? 0, from[2 * edge + 1] ?? 0];
    if (!border) continue;
    borders.add(corners[2 * a] ?? 0, corners[2 * a + 1] ?? 0, corners[2 * b] ?? 0, corners[2 * b + 1] ?? 0, false);
  }
  const order = Array.from({ length: around.length }, (_, corner) => corner);
  order.sort(
    (a, b) => (corners[2 * a] ?? 0) - (corners[2 * b] ?? 0) || (corners[2 * a + 1] ?? 0) - (corners[2 * b + 1] ?? 0),
  );
  for (const corner of order) {
    const [first] = around[corner] ?? [];
    if (first === undefined || inside[first] !== UNKNOWN) continue;
    const outer = isInsideLeftOf(borders, corners[2 * corner] ?? 0, corners[2 * corner + 1] ?? 0);
    spread(corner, 0, outer, { inside, from, isBorder, around });
  }
  return inside;
}

const UNKNOWN = 2;

interface Spreading {
  readonly inside: Uint8Array;
  readonly from: readonly number[];
  readonly isBorder: readonly boolean[];
  readonly around: readonly (readonly number[])[];
}

/** @param before whether the region before the half-edge at `place` around a corner, that is to the right of it, lies inside */
function spread(start: number, place: number, before: boolean, { inside, from, isBorder, around }: Spreading): void {
  const waiting: [corner: number, place: number, before: boolean][] = [[start, place, before]];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const [corner, at, right] = one;
    const list = around[corner] ?? [];
    let side = right;
    for (let i = 0; i < list.length; i++) {
      const halfEdge = list[(at + i) % list.length] ?? 0;
      const known = inside[halfEdge] !== UNKNOWN;
      inside[halfEdge ^ 1] = side ? 1 : 0;
      if (isBorder[halfEdge >> 1] === true) side = !side;
      inside[halfEdge] = side ? 1 : 0;
      if (known) continue;
      const far = from[halfEdge ^ 1] ?? 0;
      const there = around[far] ?? [];
      // To the right of the way back lies what is to the left of the way there.
      waiting.push([far, there.indexOf(halfEdge ^ 1), side]);
    }
  }
}

/** Even-odd, just to the left of a point, by the borders that a ray to the left crosses. */
function isInsideLeftOf(borders: Segments, x: number, y: number): boolean {
  let inside = false;
  for (const segment of borders.within(Number.NEGATIVE_INFINITY, y, x, y)) {
    const [ax, ay, bx, by] = borders.at(segment);
    if (ay > y === by > y) continue;
    const area = turn(ax, ay, bx, by, x, y);
    if (area !== 0 && area > 0 !== by > ay) inside = !inside;
  }
  return inside;
}
