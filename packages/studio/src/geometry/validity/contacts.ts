/** Where rings meet one another or themselves, by exact arithmetic and without Clipper: what decides whether polygons are valid. */
import { type GridRing, pointKey, turn } from '../grid.js';
import { Segments } from '../noding/segments.js';

/** Points in which different rings touch. */
export interface Contacts {
  /** By ring the points, x and y in turn, each once. */
  readonly points: ReadonlyMap<number, readonly number[]>;
}

/**
 * @returns a sentence where a ring meets itself, or two rings cross or run along one another; else the points in which they touch. Rings that cross in a
 *   corner count as touching here
 */
export function contactsOf(rings: readonly GridRing[]): Contacts | string {
  const segments = new Segments();
  const ringOf: number[] = [];
  const placeOf: number[] = [];
  for (const [number, ring] of rings.entries()) {
    const before = segments.count;
    segments.addRing(ring);
    if (segments.count - before < ring.length / 2) return 'a corner is repeated';
    for (let i = 0; i < ring.length / 2; i++) {
      ringOf.push(number);
      placeOf.push(i);
    }
  }
  const points = new Map<number, number[]>();
  const seen = new Set<string>();
  const touch = (ring: number, x: number, y: number): void => {
    const key = `${ring} ${pointKey(x, y)}`;
    if (seen.has(key)) return;
    seen.add(key);
    points.set(ring, [...(points.get(ring) ?? []), x, y]);
  };
  for (let i = 0; i < segments.count; i++) {
    const [ax, ay, bx, by] = segments.at(i);
    const near = segments.within(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
    for (const j of near) {
      if (j <= i) continue;
      const [p = 0, q = 0] = [ringOf[i], ringOf[j]];
      const meeting = meetingOf(segments.at(i), segments.at(j));
      if (meeting === 'apart') continue;
      if (meeting === 'crossing') return p === q ? 'an outline crosses itself' : 'two outlines cross';
      if (meeting === 'overlapping') {
        return p === q ? 'an outline runs back along itself' : 'two outlines run along one another';
      }
      if (p !== q) {
        touch(p, ...meeting);
        touch(q, ...meeting);
      } else if (!areNeighbours(placeOf[i] ?? 0, placeOf[j] ?? 0, (rings[p]?.length ?? 0) / 2)) {
        return 'an outline touches itself';
      }
    }
  }
  return { points };
}

const areNeighbours = (a: number, b: number, count: number): boolean =>
  Math.abs(a - b) === 1 || Math.abs(a - b) === count - 1;

type Segment = readonly [ax: number, ay: number, bx: number, by: number];

/** How two segments meet; a single point in which one of them ends is given as such. */
function meetingOf(first: Segment, second: Segment): 'apart' | 'crossing' | 'overlapping' | [x: number, y: number] {
  const [ax, ay, bx, by] = first;
  const [cx, cy, dx, dy] = second;
  const [c, d] = [turn(ax, ay, bx, by, cx, cy), turn(ax, ay, bx, by, dx, dy)];
  const [a, b] = [turn(cx, cy, dx, dy, ax, ay), turn(cx, cy, dx, dy, bx, by)];
  if (c === 0 && d === 0) return meetingOnLine(first, second);
  if (Math.sign(c) * Math.sign(d) > 0 || Math.sign(a) * Math.sign(b) > 0) return 'apart';
  if (c === 0) return [cx, cy];
  if (d === 0) return [dx, dy];
  if (a === 0) return [ax, ay];
  if (b === 0) return [bx, by];
  return 'crossing';
}

/** Of two segments on one line, by the coordinate in which the first is longer. */
function meetingOnLine(first: Segment, second: Segment): 'apart' | 'overlapping' | [x: number, y: number] {
  const [ax, ay, bx, by] = first;
  const [cx, cy, dx, dy] = second;
  const flat = Math.abs(bx - ax) >= Math.abs(by - ay);
  const [p, q, r, s] = flat ? [ax, bx, cx, dx] : [ay, by, cy, dy];
  const from = Math.max(Math.min(p, q), Math.min(r, s));
  const to = Math.min(Math.max(p, q), Math.max(r, s));
  if (from > to) return 'apart';
  if (from < to) return 'overlapping';
  return (flat ? ax : ay) === from ? [ax, ay] : [bx, by];
}
