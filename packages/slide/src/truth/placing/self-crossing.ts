/**
 * Whether an outline crosses or touches itself: what such an outline encloses depends on the rule by which it is filled, and a person should know that
 * there is one.
 */
import type { Ring } from '@ftuseg/core';

/** Pairs of sides that are compared at most: an outline beyond that is made to be slow. */
const MAX_PAIRS = 20_000_000;

/** Twice the signed area of a triangle. */
const turn = (ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

/** Without repeated neighbours, and without the point that closes the ring. */
function cornersOf(ring: Ring): number[] {
  const corners: number[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[i] as number, ring[i + 1] as number];
    if (corners.length === 0 || corners.at(-2) !== x || corners.at(-1) !== y) corners.push(x, y);
  }
  while (corners.length > 2 && corners[0] === corners.at(-2) && corners[1] === corners.at(-1)) corners.length -= 2;
  return corners;
}

const within = (value: number, a: number, b: number): boolean => value >= Math.min(a, b) && value <= Math.max(a, b);

/** Whether two sides have a point in common. */
function meet(c: readonly number[], i: number, j: number): boolean {
  const n = c.length;
  const [ax, ay, bx, by] = [c[i], c[i + 1], c[(i + 2) % n], c[(i + 3) % n]] as [number, number, number, number];
  const [px, py, qx, qy] = [c[j], c[j + 1], c[(j + 2) % n], c[(j + 3) % n]] as [number, number, number, number];
  const [p, q] = [Math.sign(turn(ax, ay, bx, by, px, py)), Math.sign(turn(ax, ay, bx, by, qx, qy))];
  const [a, b] = [Math.sign(turn(px, py, qx, qy, ax, ay)), Math.sign(turn(px, py, qx, qy, bx, by))];
  if (p * q < 0 && a * b < 0) return true;
  const onFirst = (x: number, y: number): boolean => within(x, ax, bx) && within(y, ay, by);
  const onSecond = (x: number, y: number): boolean => within(x, px, qx) && within(y, py, qy);
  return (
    (p === 0 && onFirst(px, py)) ||
    (q === 0 && onFirst(qx, qy)) ||
    (a === 0 && onSecond(ax, ay)) ||
    (b === 0 && onSecond(bx, by))
  );
}

/** Whether the outline turns straight back into the side that it came along. */
function foldsBack(c: readonly number[], i: number): boolean {
  const n = c.length;
  const [ax, ay, bx, by] = [c[i], c[i + 1], c[(i + 2) % n], c[(i + 3) % n]] as [number, number, number, number];
  const [cx, cy] = [c[(i + 4) % n], c[(i + 5) % n]] as [number, number];
  return turn(ax, ay, bx, by, cx, cy) === 0 && (bx - ax) * (cx - bx) + (by - ay) * (cy - by) < 0;
}

/**
 * @param ring closed or not
 * @returns true where two sides that are no neighbours share a point or a side runs back along its neighbour, and for an outline of too many
 *   overlapping sides to tell
 * @example
 * crossesItself(Float64Array.of(0, 0, 4, 4, 4, 0, 0, 4)); // true: a bow
 */
export function crossesItself(ring: Ring): boolean {
  const corners = cornersOf(ring);
  const count = corners.length / 2;
  if (count < 3) return false;
  const left = (side: number): number =>
    Math.min(corners[2 * side] as number, corners[(2 * side + 2) % (2 * count)] as number);
  const right = (side: number): number =>
    Math.max(corners[2 * side] as number, corners[(2 * side + 2) % (2 * count)] as number);
  const order = Array.from({ length: count }, (_, side) => side).sort((a, b) => left(a) - left(b));
  let pairs = 0;
  let active: number[] = [];
  for (const side of order) {
    if (foldsBack(corners, 2 * side)) return true;
    const from = left(side);
    active = active.filter((other) => right(other) >= from);
    for (const other of active) {
      const apart = Math.abs(side - other);
      if (apart === 1 || apart === count - 1) continue;
      if (++pairs > MAX_PAIRS) return true;
      if (meet(corners, 2 * side, 2 * other)) return true;
    }
    active.push(side);
  }
  return false;
}
