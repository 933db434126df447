/**
 * The plane as rings and cutting lines part it: edges that meet only in ends, sorted around their corners, and for either side of each whether it
 * lies inside.
 */
import { pointKey } from '../grid.js';
import { CUT, FIRST, type Segments } from './segments.js';
import { windingsOf } from './winding.js';

/** Whether a place lies inside, by how often the rings of the first and of the second shape go around it. */
export type InsideRule = (first: number, second: number) => boolean;

/** Half-edge 2 k runs along edge k from its first corner, 2 k + 1 back. */
export interface Arrangement {
  /** Coordinates of each corner, x and y in turn. */
  readonly corners: readonly number[];
  /** Of each half-edge the corner that it leaves. */
  readonly from: readonly number[];
  /** Of each half-edge 1 where its left side (y up) lies inside. */
  readonly inside: Uint8Array;
  /** Of each edge whether it parts inside from outside, cuts the inside, or does neither. */
  readonly roles: readonly ('border' | 'cut' | 'none')[];
  /** The half-edge that goes on along the same side of the region to the left. */
  readonly next: (halfEdge: number) => number;
}

/** More than memory holds; keys of pairs stay below 2^53. */
const MAX_CORNERS = 2 ** 26;

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly turns: [first: number, second: number];
  isCut: boolean;
}

/** @param segments as `nodeSegments` gives them */
export function arrangementOf(segments: Segments, isInside: InsideRule): Arrangement {
  const { corners, edges } = edgesOf(segments);
  const from = edges.flatMap(({ a, b }) => [a, b]);
  const around = sortedAround(corners, from);
  const turns = edges.map((edge) => edge.turns);
  const windings = windingsOf({ corners, from, turns, around });
  const inside = Uint8Array.from(windings, ([first, second]) => (isInside(first, second) ? 1 : 0));
  const roles = edges.map(({ isCut }, edge) => {
    if (inside[2 * edge] !== inside[2 * edge + 1]) return 'border';
    return isCut && inside[2 * edge] === 1 ? 'cut' : 'none';
  });
  const kept = around.map((list) => list.filter((halfEdge) => roles[halfEdge >> 1] !== 'none'));
  const placeOf = new Int32Array(from.length);
  for (const list of kept) for (const [place, halfEdge] of list.entries()) placeOf[halfEdge] = place;
  const next = (halfEdge: number): number => {
    const back = halfEdge ^ 1;
    return kept[from[back] ?? 0]?.at((placeOf[back] ?? 0) - 1) ?? back;
  };
  return { corners, from, inside, roles, next };
}

/** Each edge once, however many rings run along it; those on which as many run back are left out. */
function edgesOf(segments: Segments): { readonly corners: number[]; readonly edges: Edge[] } {
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
  const edges = new Map<number, Edge>();
  for (let i = 0; i < segments.count; i++) {
    const [ax, ay, bx, by] = segments.at(i);
    const [p, q] = [cornerAt(ax, ay), cornerAt(bx, by)];
    const [a, b] = [Math.min(p, q), Math.max(p, q)];
    const edge = edges.get(a * MAX_CORNERS + b) ?? { a, b, turns: [0, 0], isCut: false };
    edges.set(a * MAX_CORNERS + b, edge);
    const kind = segments.kinds[i];
    if (kind === CUT) edge.isCut = true;
    else edge.turns[kind === FIRST ? 0 : 1] += p < q ? 1 : -1;
  }
  return { corners, edges: [...edges.values()].filter(({ turns: [p, q], isCut }) => p !== 0 || q !== 0 || isCut) };
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
