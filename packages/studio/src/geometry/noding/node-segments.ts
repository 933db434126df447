/**
 * Cuts segments where they meet, so that two of them share nothing but ends. Crossings are rounded to the grid, and what passes the rounded point is led
 * through it: snap rounding (Hobby 1999, "Practical segment intersection with finite precision output"), which never makes lines cross anew.
 */
import { pointKey, turn } from '../grid.js';
import { FIRST, Segments } from './segments.js';

/** Rounds until nothing crosses: more than two were never seen. */
const MAX_ROUNDS = 50;

/**
 * @param segments of rings and lines, in any position
 * @returns segments that share ends alone, or lie on one another from end to end. No point moves by more than one step of the grid, and none at all
 *   where no two segments cross between their ends
 */
export function nodeSegments(segments: Segments): Segments {
  let current = segments;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { cuts, crossings } = meetings(current);
    if (crossings.length > 0) snap(current, crossings, cuts);
    if (cuts.size === 0) return current;
    current = cutUp(current, cuts);
    if (crossings.length === 0) return current;
  }
  throw new Error('snap rounding does not end');
}

/** By segment the points, x and y in turn, at which it is cut. */
type Cuts = Map<number, number[]>;

function cutAt(cuts: Cuts, segment: number, x: number, y: number): void {
  const list = cuts.get(segment);
  if (list === undefined) cuts.set(segment, [x, y]);
  else list.push(x, y);
}

/** Ends that lie on other segments, and proper crossings, rounded. */
function meetings(segments: Segments): { readonly cuts: Cuts; readonly crossings: number[] } {
  const cuts: Cuts = new Map();
  const crossings: number[] = [];
  for (let i = 0; i < segments.count; i++) {
    const [ax, ay, bx, by] = segments.at(i);
    const near = segments.within(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
    for (const j of near) {
      if (j <= i) continue;
      const [cx, cy, dx, dy] = segments.at(j);
      const [c, d] = [turn(ax, ay, bx, by, cx, cy), turn(ax, ay, bx, by, dx, dy)];
      if ((c > 0 && d > 0) || (c < 0 && d < 0)) continue;
      const [a, b] = [turn(cx, cy, dx, dy, ax, ay), turn(cx, cy, dx, dy, bx, by)];
      if ((a > 0 && b > 0) || (a < 0 && b < 0)) continue;
      if (c !== 0 && d !== 0 && a !== 0 && b !== 0) {
        const share = c / (c - d);
        crossings.push(Math.round(cx + share * (dx - cx)), Math.round(cy + share * (dy - cy)));
        continue;
      }
      if (c === 0 && isBetween(ax, ay, bx, by, cx, cy)) cutAt(cuts, i, cx, cy);
      if (d === 0 && isBetween(ax, ay, bx, by, dx, dy)) cutAt(cuts, i, dx, dy);
      if (a === 0 && isBetween(cx, cy, dx, dy, ax, ay)) cutAt(cuts, j, ax, ay);
      if (b === 0 && isBetween(cx, cy, dx, dy, bx, by)) cutAt(cuts, j, bx, by);
    }
  }
  return { cuts, crossings };
}

/** Whether a point of a segment's line lies between its ends, the ends themselves excluded. */
function isBetween(ax: number, ay: number, bx: number, by: number, x: number, y: number): boolean {
  if ((x === ax && y === ay) || (x === bx && y === by)) return false;
  return x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
}

/** Leads every segment through the points, ends and rounded crossings, whose cell of the grid it passes. */
function snap(segments: Segments, crossings: readonly number[], cuts: Cuts): void {
  const done = new Set<number>();
  const visit = (x: number, y: number): void => {
    const key = pointKey(x, y);
    if (done.has(key)) return;
    done.add(key);
    for (const segment of segments.within(x - 0.5, y - 0.5, x + 0.5, y + 0.5)) {
      const [ax, ay, bx, by] = segments.at(segment);
      const isEnd = (x === ax && y === ay) || (x === bx && y === by);
      if (!isEnd && passesCell(ax, ay, bx, by, x, y)) cutAt(cuts, segment, x, y);
    }
  };
  for (let i = 0; i < crossings.length; i += 2) visit(crossings[i] ?? 0, crossings[i + 1] ?? 0);
  for (let i = 0; i < segments.ends.length; i += 2) visit(segments.ends[i] ?? 0, segments.ends[i + 1] ?? 0);
}

/** Whether a segment meets the square of one step around a point; its box does. Exact, since everything is doubled. */
function passesCell(ax: number, ay: number, bx: number, by: number, x: number, y: number): boolean {
  const [px, py, qx, qy] = [2 * (ax - x), 2 * (ay - y), 2 * (bx - x), 2 * (by - y)];
  const middle = px * qy - py * qx;
  // The corners' distances from the line differ from the centre's by at most this.
  return Math.abs(middle) <= Math.abs(qx - px) + Math.abs(qy - py);
}

function cutUp(segments: Segments, cuts: Cuts): Segments {
  const out = new Segments();
  for (let i = 0; i < segments.count; i++) {
    const [ax, ay, bx, by] = segments.at(i);
    const kind = segments.kinds[i] ?? FIRST;
    const list = cuts.get(i);
    let [px, py] = [ax, ay];
    for (const [x, y] of list === undefined ? [] : alongSegment(list, ax, ay, bx, by)) {
      out.add(px, py, x, y, kind);
      [px, py] = [x, y];
    }
    out.add(px, py, bx, by, kind);
  }
  return out;
}

/** Points in the order in which a segment passes them; the same whichever way it runs. */
function alongSegment(list: readonly number[], ax: number, ay: number, bx: number, by: number): [number, number][] {
  const points: [x: number, y: number][] = [];
  for (let i = 0; i < list.length; i += 2) points.push([list[i] ?? 0, list[i + 1] ?? 0]);
  const forward = ax < bx || (ax === bx && ay < by);
  const [dx, dy] = forward ? [bx - ax, by - ay] : [ax - bx, ay - by];
  points.sort(([px, py], [qx, qy]) => dx * (px - qx) + dy * (py - qy) || px - qx || py - qy);
  return forward ? points : points.reverse();
}
