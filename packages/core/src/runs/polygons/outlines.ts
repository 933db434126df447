/**
 * Objects to polygons along the edges of their pixels, straight from runs: the corners of a whole slide's objects are found without
 * painting it, and filling the polygons (`runsOfPolygons`) gives the mask back exactly.
 */
import { columnsOfRuns } from '../objects/object-runs.js';
import { componentsOf, type RunObject, type RunObjects } from '../objects/objects.js';
import type { RunMask } from '../run-mask.js';
import type { LabelledRings, Ring } from './polygon.js';
import { beginsPinched, endsPinched, linkEdges, type RunEdges } from './run-edges.js';

/**
 * The outlines of objects, as polygons that RFC 7946 and OGC's simple features call valid: rings that never cross or touch
 * themselves, without vertices on straight lines; the first corner is not repeated at the end. An object is one polygon, unless
 * parts of it meet only at corners: then one polygon for each part.
 *
 * Vertices are corners of pixels: pixel (x, y) reaches from (x, y) to (x + 1, y + 1). Outer rings are counter-clockwise and holes
 * clockwise as RFC 7946 has it, by their coordinates: the shoelace formula gives an outer ring a positive area. On a screen, where y
 * points down, an outer ring runs clockwise.
 *
 * @param objects of this mask
 * @returns for each object, in order, its polygons; those that were taken need not be kept: only objects whose columns reach the one at hand are
 * @example
 * for (const polygons of eachOutline(mask, objectsOf(mask))) await writer.write({ polygons, name: 'glomerulus' });
 */
export function* eachOutline(
  mask: RunMask,
  { objects, objectOf }: RunObjects,
): Generator<LabelledRings[], void, undefined> {
  const edges = linkEdges(mask, objectOf);
  const partOf = componentsOf(mask, 4).objectOf;
  const columnOf = columnsOfRuns(mask);
  const done = new Uint8Array(edges.next.length);
  /** By object, and within it by part, in the order of their first edges. */
  const open = new Map<number, Map<number, LabelledRings & { readonly rings: Ring[] }>>();
  let first = 0;
  for (let edge = 0; edge < done.length; edge++) {
    const run = edge >> 1;
    const column = columnOf[run] as number;
    for (let object = objects[first]; object !== undefined && endOf(object) <= column; object = objects[++first]) {
      yield polygonsOf(open, first);
    }
    if (done[edge] === 1) continue;
    const [object, part] = [objectOf[run] as number, partOf[run] as number];
    const parts = open.get(object) ?? new Map();
    open.set(object, parts);
    const polygon = parts.get(part) ?? { label: mask.labels[run] as number, rings: [] };
    parts.set(part, polygon);
    for (const ring of ringsFrom(edge, mask, columnOf, edges, done)) {
      if (shoelace(ring) > 0) polygon.rings.unshift(ring);
      else polygon.rings.push(ring);
    }
  }
  for (; first < objects.length; first++) yield polygonsOf(open, first);
}

/** The column after an object's last. */
const endOf = ({ box }: RunObject): number => box.x + box.width;

function polygonsOf(open: Map<number, Map<number, LabelledRings>>, object: number): LabelledRings[] {
  const parts = open.get(object);
  open.delete(object);
  return [...(parts?.values() ?? [])];
}

/**
 * All of `eachOutline`.
 * @example
 * const outlines = outlinesOf(mask, objectsOf(mask));
 * runsOfPolygons(outlines.flat(), mask.width, mask.height); // the mask again
 */
export const outlinesOf = (mask: RunMask, objects: RunObjects): LabelledRings[][] => [...eachOutline(mask, objects)];

/** Twice the area that a ring encloses, positive for a counter-clockwise one (y up). */
function shoelace(ring: Ring): number {
  let sum = 0;
  for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
    sum += (ring[before] as number) * (ring[i + 1] as number) - (ring[i] as number) * (ring[before + 1] as number);
  }
  return sum;
}

/** Walks the boundary that an edge is part of. Wherever it comes back to a corner it has passed, the loop between is a ring of its own. */
function ringsFrom(
  first: number,
  mask: RunMask,
  columnOf: Int32Array,
  { next, pinches }: RunEdges,
  done: Uint8Array,
): Ring[] {
  const rings: Ring[] = [];
  const corners: number[] = [];
  const passed = new Map<number, number>();
  const visit = (x: number, y: number, pinched: boolean): void => {
    if (pinched) {
      const key = x * (mask.height + 1) + y;
      const at = passed.get(key);
      if (at === undefined) passed.set(key, corners.length);
      else {
        rings.push(Float64Array.from(corners.slice(at)));
        // The corner itself stays, for the rest of the walk. Corners inside the loop are met no more.
        corners.length = at;
      }
    }
    corners.push(x, y);
  };
  const rowOf = (edge: number): number => ((edge & 1) === 0 ? mask.starts : mask.ends)[edge >> 1] as number;
  for (let edge = first; done[edge] === 0; ) {
    done[edge] = 1;
    const following = next[edge] as number;
    const x = (columnOf[edge >> 1] as number) + ((edge & 1) === 0 ? 1 : 0);
    const [from, to] = [rowOf(edge), rowOf(following)];
    if (from !== to) {
      visit(x, from, endsPinched(pinches, edge));
      visit(x, to, beginsPinched(pinches, following));
    }
    edge = following;
  }
  rings.push(Float64Array.from(corners));
  return rings;
}
