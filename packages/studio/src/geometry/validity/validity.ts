/**
 * Whether polygons are valid by OGC's simple features (as JTS, QuPath and GEOS test it), without Clipper: what the server takes is checked by other code
 * than what the page draws with.
 */
import Flatbush from 'flatbush';
import { COORDINATE_STEPS, type FlatPolygon } from '../../protocol/objects.js';
import { type GridRing, MAX_COORDINATE, sideOf, twiceArea } from '../grid.js';
import { isConnected } from './connected.js';
import { type Contacts, contactsOf } from './contacts.js';
import { piecesOf } from './pieces.js';

/**
 * @returns what is wrong, as the end of a sentence; undefined: nothing. Rings have three corners or more on the grid of 1 / `COORDINATE_STEPS`, meet
 *   neither themselves nor another but in points, holes lie in their outer rings and not in one another, the inside of each polygon hangs
 *   together, and polygons do not overlap
 * @example
 * polygonProblem([[[0, 0, 4, 4, 4, 0, 0, 4]]]); // 'an outline crosses itself'
 */
export function polygonProblem(polygons: readonly FlatPolygon[]): string | undefined {
  const rings: GridRing[] = [];
  const polygonOf: number[] = [];
  for (const [number, polygon] of polygons.entries()) {
    if (polygon.length === 0) return 'a polygon has no outline';
    for (const ring of polygon) {
      const problem = ringProblem(ring);
      if (problem !== undefined) return problem;
      rings.push(ring.map((value) => value * COORDINATE_STEPS));
      polygonOf.push(number);
    }
  }
  if (rings.length === 0) return undefined;
  const contacts = contactsOf(rings);
  if (typeof contacts === 'string') return contacts;
  const misplaced = rings.length === 1 ? undefined : positionProblem(rings, polygonOf, contacts);
  return misplaced ?? (rings.some((ring) => twiceArea(ring) === 0) ? 'an outline has no area' : undefined);
}

function ringProblem(ring: readonly number[]): string | undefined {
  if (ring.length < 6) return 'an outline has fewer than three corners';
  if (ring.length % 2 !== 0) return 'an outline has half a corner';
  for (const value of ring) {
    if (!(Math.abs(value) <= MAX_COORDINATE)) return `a corner lies at ${value}`;
    if (!Number.isInteger(value * COORDINATE_STEPS)) return `a corner is no multiple of 1/${COORDINATE_STEPS} pixel`;
  }
  return undefined;
}

/** Of rings that do not cross between corners: by pairs whose boxes meet. */
function positionProblem(
  rings: readonly GridRing[],
  polygonOf: readonly number[],
  contacts: Contacts,
): string | undefined {
  const index = new Flatbush(rings.length);
  const boxes = rings.map(boxOf);
  for (const [left, top, right, bottom] of boxes) index.add(left, top, right, bottom);
  index.finish();
  const pieces = rings.map((ring, number) => piecesOf(ring, contacts.points.get(number) ?? []));
  const isOuter = rings.map((_, number) => polygonOf[number] !== polygonOf[number - 1]);
  const isInHole = new Map<number, Set<number>>();
  const isInOuter = new Map<number, Set<number>>();
  for (const [outer, ring] of rings.entries()) {
    const [left, top, right, bottom] = boxes[outer] ?? [0, 0, 0, 0];
    for (const inner of index.search(left, top, right, bottom)) {
      if (inner === outer) continue;
      const side = sideOfRing(pieces[inner] ?? [], ring);
      if (side === 0) return 'two outlines cross';
      const same = polygonOf[inner] === polygonOf[outer];
      if (same && isOuter[outer] === true && side < 0) return 'a hole lies outside its outline';
      if (same && isOuter[outer] !== true && side > 0) {
        return isOuter[inner] === true ? 'an outline lies in its own hole' : 'a hole lies in another';
      }
      if (!same && side > 0 && isOuter[inner] === true) {
        const into = isOuter[outer] === true ? isInOuter : isInHole;
        into.set(inner, (into.get(inner) ?? new Set()).add(polygonOf[outer] ?? 0));
      }
    }
  }
  let around: Box | undefined;
  for (const [number, box] of boxes.entries()) {
    // Holes that meet their outline's box were tested above.
    if (isOuter[number] === true) around = box;
    else if (around !== undefined && !isWithin(box, around)) return 'a hole lies outside its outline';
    for (const other of isInOuter.get(number) ?? []) {
      if (isInHole.get(number)?.has(other) !== true) return 'two polygons overlap';
    }
  }
  return isConnected(rings.length, polygonOf, contacts) ? undefined : 'the inside of a polygon falls apart';
}

/** 1: all pieces lie inside the ring, -1: all outside, 0: some here and some there. */
function sideOfRing(pieces: readonly number[], ring: GridRing): -1 | 0 | 1 {
  let found: -1 | 0 | 1 = 0;
  for (let i = 0; i < pieces.length; i += 2) {
    const side = sideOf(ring, pieces[i] ?? 0, pieces[i + 1] ?? 0);
    if (side === 0 || (found !== 0 && side !== found)) return 0;
    found = side;
  }
  return found;
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

const isWithin = (a: Box, b: Box): boolean => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];

function boxOf(ring: GridRing): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[i] ?? 0, ring[i + 1] ?? 0];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  return [left, top, right, bottom];
}
