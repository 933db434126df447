/** The regions of an arrangement that lie inside, each as one polygon without self-contact: OGC's simple features, as docs/objects.md has them. */
import { type GridRing, sideOf, twiceArea } from '../grid.js';
import { type Arrangement, arrangementOf, type InsideRule } from './arrangement.js';
import { nodeSegments } from './node-segments.js';
import { CUT, FIRST, SECOND, Segments } from './segments.js';

export interface FaceOptions {
  /** Rings of a second shape. */
  readonly second?: readonly GridRing[] | undefined;
  /** Lines that part the inside into regions. */
  readonly lines?: readonly GridRing[] | undefined;
  /** Default: what lies in an odd number of the first shape's rings. */
  readonly rule?: InsideRule | undefined;
}

const evenOdd: InsideRule = (first) => first % 2 !== 0;
const nonZero: InsideRule = (first) => first !== 0;

/**
 * @param first rings of a shape, in any position
 * @returns polygons, the outer ring first; rings touch only in points, and no region is connected through such a point
 */
export function facesOf(
  first: readonly GridRing[],
  { second = [], lines = [], rule = evenOdd }: FaceOptions = {},
): GridRing[][] {
  const all = new Segments();
  for (const ring of first) all.addRing(ring, FIRST);
  for (const ring of second) all.addRing(ring, SECOND);
  for (const line of lines) all.addLine(line);
  let arrangement = arrangementOf(nodeSegments(all), rule);
  for (;;) {
    const cycles = cyclesOf(arrangement);
    const bridges = bridgesOf(arrangement, cycles);
    if (bridges.size === 0) return polygonsOf(cycles.map((cycle) => loopsOf(arrangement, cycle)));
    arrangement = arrangementOf(withoutBridges(arrangement, bridges), nonZero);
  }
}

/** Each closed way along the border of a region, the region to its left, as half-edges. */
function cyclesOf({ from, inside, roles, next }: Arrangement): number[][] {
  const done = new Uint8Array(from.length);
  const cycles: number[][] = [];
  for (let first = 0; first < from.length; first++) {
    if (roles[first >> 1] === 'none' || inside[first] !== 1 || done[first] === 1) continue;
    const cycle: number[] = [];
    for (let halfEdge = first; done[halfEdge] === 0; halfEdge = next(halfEdge)) {
      done[halfEdge] = 1;
      cycle.push(halfEdge);
    }
    cycles.push(cycle);
  }
  return cycles;
}

/** Edges of cutting lines with the same region on both sides: they part nothing. */
function bridgesOf({ from, roles }: Arrangement, cycles: readonly (readonly number[])[]): Set<number> {
  const cycleOf = new Int32Array(from.length).fill(-1);
  for (const [number, cycle] of cycles.entries()) for (const halfEdge of cycle) cycleOf[halfEdge] = number;
  const bridges = new Set<number>();
  for (const [edge, role] of roles.entries()) {
    if (role === 'cut' && cycleOf[2 * edge] === cycleOf[2 * edge + 1]) bridges.add(edge);
  }
  return bridges;
}

/** The borders again, the inside to their left, and the cuts that are no bridges. */
function withoutBridges({ corners, from, inside, roles }: Arrangement, bridges: ReadonlySet<number>): Segments {
  const out = new Segments();
  for (const [edge, role] of roles.entries()) {
    if (role === 'none' || bridges.has(edge)) continue;
    const along = inside[2 * edge] === 1 ? 2 * edge : 2 * edge + 1;
    const [a, b] = [2 * (from[along] ?? 0), 2 * (from[along ^ 1] ?? 0)];
    out.add(corners[a] ?? 0, corners[a + 1] ?? 0, corners[b] ?? 0, corners[b + 1] ?? 0, role === 'cut' ? CUT : FIRST);
  }
  return out;
}

/** A closed way as rings: wherever it comes back to a corner, what lies between is a ring of its own. */
function loopsOf({ corners, from }: Arrangement, cycle: readonly number[]): number[][] {
  const loops: number[][] = [];
  const way: number[] = [];
  const passed = new Map<number, number>();
  for (const halfEdge of cycle) {
    const corner = from[halfEdge] ?? 0;
    const at = passed.get(corner);
    if (at !== undefined) {
      const loop = way.splice(at);
      for (const one of loop) passed.delete(one);
      loops.push(loop);
    }
    passed.set(corner, way.length);
    way.push(corner);
  }
  loops.push(way);
  return loops.map((loop) => loop.flatMap((corner) => [corners[2 * corner] ?? 0, corners[2 * corner + 1] ?? 0]));
}

/** Ways around regions with the holes that touch them, then holes that touch nothing, in the smallest region that they lie in. */
function polygonsOf(ways: readonly (readonly number[][])[]): GridRing[][] {
  const polygons: { readonly rings: GridRing[]; readonly area: number }[] = [];
  const loose: GridRing[] = [];
  for (const loops of ways) {
    const outer = loops.find((loop) => twiceArea(loop) > 0);
    if (outer === undefined) loose.push(...loops);
    else polygons.push({ rings: [outer, ...loops.filter((loop) => loop !== outer)], area: twiceArea(outer) });
  }
  polygons.sort((a, b) => a.area - b.area);
  for (const hole of loose) {
    const around = polygons.find(({ rings: [outer = []] }) => sideOf(outer, hole[0] ?? 0, hole[1] ?? 0) === 1);
    around?.rings.push(hole);
  }
  return polygons.map(({ rings }) => rings);
}
