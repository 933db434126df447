/** The regions of an arrangement that lie inside, each as one polygon without self-contact: OGC's simple features, as docs/objects.md has them. */
import { type GridRing, sideOf, twiceArea } from '../grid.js';
import { type Arrangement, arrangementOf } from './arrangement.js';
import { nodeSegments } from './node-segments.js';
import { Segments } from './segments.js';

/**
 * @param rings in any position; what lies in an odd number of them is inside
 * @param lines that part the inside into regions
 * @returns polygons, the outer ring first; rings touch only in points, and no region is connected through such a point
 */
export function facesOf(rings: readonly GridRing[], lines: readonly GridRing[] = []): GridRing[][] {
  const all = new Segments();
  for (const ring of rings) all.addRing(ring);
  for (const line of lines) all.addLine(line);
  let segments = nodeSegments(all);
  for (;;) {
    const arrangement = arrangementOf(segments);
    const cycles = cyclesOf(arrangement);
    const bridges = lines.length === 0 ? 0 : bridgesOf(arrangement, cycles);
    if (bridges === 0) return polygonsOf(cycles.map((cycle) => loopsOf(arrangement, cycle)));
    segments = withoutBridges(arrangement, cycles);
  }
}

/** Each closed way along the border of a region, the region to its left, as half-edges. */
function cyclesOf({ from, inside, isBorder, next }: Arrangement): number[][] {
  const done = new Uint8Array(from.length);
  const cycles: number[][] = [];
  for (let first = 0; first < from.length; first++) {
    const bounds = inside[first] === 1 && (isBorder[first >> 1] === false || inside[first ^ 1] === 0);
    if (!bounds || done[first] === 1) continue;
    const cycle: number[] = [];
    for (let halfEdge = first; done[halfEdge] === 0; halfEdge = next(halfEdge)) {
      done[halfEdge] = 1;
      cycle.push(halfEdge);
    }
    cycles.push(cycle);
  }
  return cycles;
}

/** Edges with the same region on both sides part nothing. */
function isBridge(halfEdge: number, cycleOf: Int32Array): boolean {
  return cycleOf[halfEdge] === cycleOf[halfEdge ^ 1] && cycleOf[halfEdge] !== -1;
}

function cycleNumbers({ from }: Arrangement, cycles: readonly (readonly number[])[]): Int32Array {
  const cycleOf = new Int32Array(from.length).fill(-1);
  for (const [number, cycle] of cycles.entries()) for (const halfEdge of cycle) cycleOf[halfEdge] = number;
  return cycleOf;
}

function bridgesOf(arrangement: Arrangement, cycles: readonly (readonly number[])[]): number {
  const cycleOf = cycleNumbers(arrangement, cycles);
  return arrangement.isBorder.filter((_, edge) => isBridge(2 * edge, cycleOf)).length;
}

/** The arrangement's edges again, but bridges. */
function withoutBridges(arrangement: Arrangement, cycles: readonly (readonly number[])[]): Segments {
  const { corners, from, isBorder } = arrangement;
  const cycleOf = cycleNumbers(arrangement, cycles);
  const out = new Segments();
  for (const [edge, border] of isBorder.entries()) {
    if (isBridge(2 * edge, cycleOf)) continue;
    const [a, b] = [2 * (from[2 * edge] ?? 0), 2 * (from[2 * edge + 1] ?? 0)];
    out.add(corners[a] ?? 0, corners[a + 1] ?? 0, corners[b] ?? 0, corners[b + 1] ?? 0, !border);
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
