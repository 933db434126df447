/** Leaves out corners that would not be seen: the rest lies within a stated distance of the ring. Only for drawing, never for what is kept. */

/** Corners that are still to be split, as pairs of places; grown as needed and used again. */
let stack = new Int32Array(256);

/** The square of the distance between a point and a stretch. */
function apart2(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length2));
  const [ox, oy] = [px - ax - along * dx, py - ay - along * dy];
  return ox * ox + oy * oy;
}

/**
 * Marks the corners of a closed ring to keep (Douglas and Peucker 1973; Ramer 1972). Up to four corners stay however small the ring is.
 *
 * @param vertices x, y, x, y ...
 * @param first place of the ring's first corner, counted in corners
 * @param end one past its last
 * @param tolerance in units of the vertices
 * @param keep by corner, counted from `first`: gets 1; all 0 before
 * @returns how many are kept
 */
export function simplifyRing(
  vertices: Int32Array,
  first: number,
  end: number,
  tolerance: number,
  keep: Uint8Array,
): number {
  const corners = end - first;
  if (corners <= 4) {
    keep.fill(1, 0, corners);
    return corners;
  }
  const x = (i: number): number => vertices[2 * (first + (i === corners ? 0 : i))] as number;
  const y = (i: number): number => vertices[2 * (first + (i === corners ? 0 : i)) + 1] as number;
  let [far, farthest] = [1, -1];
  for (let i = 1; i < corners; i++) {
    const distance = (x(i) - x(0)) ** 2 + (y(i) - y(0)) ** 2;
    if (distance > farthest) [far, farthest] = [i, distance];
  }
  keep[0] = 1;
  keep[far] = 1;
  let kept = 2;
  let used = 0;
  const push = (from: number, to: number): void => {
    if (used + 2 > stack.length) {
      const longer = new Int32Array(2 * stack.length);
      longer.set(stack);
      stack = longer;
    }
    stack[used++] = from;
    stack[used++] = to;
  };
  push(0, far);
  push(far, corners);
  const limit = tolerance * tolerance;
  while (used > 0) {
    const to = stack[--used] as number;
    const from = stack[--used] as number;
    // The first two stretches are split whatever their depth: a ring of two corners has no area.
    const always = (from === 0 && to === far) || (from === far && to === corners);
    let [place, most] = [-1, always ? -1 : limit];
    const [ax, ay, bx, by] = [x(from), y(from), x(to), y(to)];
    for (let i = from + 1; i < to; i++) {
      const distance = apart2(x(i), y(i), ax, ay, bx, by);
      if (distance > most) [place, most] = [i, distance];
    }
    if (place < 0) continue;
    keep[place] = 1;
    kept++;
    if (most <= limit) continue;
    push(from, place);
    push(place, to);
  }
  return kept;
}
