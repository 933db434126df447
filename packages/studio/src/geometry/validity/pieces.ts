/** What a ring consists of between the points in which it touches others: one point of each piece tells on which side of another ring all of it lies. */
import { type GridRing, pointKey, turn } from '../grid.js';

/**
 * @param contacts x and y in turn
 * @returns one point for each piece, x and y in turn, that touches no other ring; halves and quarters of steps, so that they are exact
 */
export function piecesOf(ring: GridRing, contacts: readonly number[]): number[] {
  if (contacts.length === 0) return [ring[0] ?? 0, ring[1] ?? 0];
  const keys = new Set<number>();
  for (let i = 0; i < contacts.length; i += 2) keys.add(pointKey(contacts[i] ?? 0, contacts[i + 1] ?? 0));
  const points: number[] = [];
  let [ax, ay] = [ring.at(-2) ?? 0, ring.at(-1) ?? 0];
  for (let i = 0; i < ring.length; i += 2) {
    const [bx, by] = [ring[i] ?? 0, ring[i + 1] ?? 0];
    const stops = stopsOn(ax, ay, bx, by, contacts);
    if (stops.length > 2 || keys.has(pointKey(ax, ay))) {
      // Between two contacts, or from one on: the middle of each part of this side.
      for (let s = 1; s < stops.length; s++) {
        const [px, py] = stops[s - 1] ?? [0, 0];
        const [qx, qy] = stops[s] ?? [0, 0];
        points.push((px + qx) / 2, (py + qy) / 2);
      }
    }
    [ax, ay] = [bx, by];
  }
  return points.length > 0 ? points : [ring[0] ?? 0, ring[1] ?? 0];
}

/** The ends of a side and the contacts between them, in order. */
function stopsOn(ax: number, ay: number, bx: number, by: number, contacts: readonly number[]): [number, number][] {
  const between: [number, number][] = [];
  for (let i = 0; i < contacts.length; i += 2) {
    const [x, y] = [contacts[i] ?? 0, contacts[i + 1] ?? 0];
    const isEnd = (x === ax && y === ay) || (x === bx && y === by);
    const inBox = x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
    if (!isEnd && inBox && turn(ax, ay, bx, by, x, y) === 0) between.push([x, y]);
  }
  const along = ([x, y]: readonly [number, number]): number => (x - ax) * (bx - ax) + (y - ay) * (by - ay);
  between.sort((p, q) => along(p) - along(q));
  return [[ax, ay], ...between, [bx, by]];
}
