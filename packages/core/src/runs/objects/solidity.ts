/** How full an object's convex hull is: 1 for a disc, less where there is a waist. The cheap test for what may have grown together. */
import type { RunMask } from '../run-mask.js';

type Point = readonly [x: number, y: number];

/** Positive where a, b, c turn one way, negative where they turn the other. */
const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

/**
 * Area over the area of the convex hull of the pixels' corners (Andrew's monotone chain, 1979): more than 0, at most 1.
 *
 * @param runs of one object, by columns
 * @example
 * solidity(mask, columnsOfRuns(mask), runs) < 0.95; // concave enough to be two
 */
export function solidity(mask: RunMask, columnOf: Int32Array, runs: Uint32Array): number {
  const [upper, lower]: [Point[], Point[]] = [[], []];
  const extend = (hull: Point[], point: Point, side: 1 | -1): void => {
    while (hull.length > 1 && side * turn(hull.at(-2) as Point, hull.at(-1) as Point, point) <= 0) hull.pop();
    hull.push(point);
  };
  let area = 0;
  for (let i = 0; i < runs.length; ) {
    const x = columnOf[runs[i] as number] as number;
    const top = mask.starts[runs[i] as number] as number;
    let bottom = top;
    for (; i < runs.length && columnOf[runs[i] as number] === x; i++) {
      bottom = mask.ends[runs[i] as number] as number;
      area += bottom - (mask.starts[runs[i] as number] as number);
    }
    for (const corner of [x, x + 1]) {
      extend(upper, [corner, top], 1);
      extend(lower, [corner, bottom], -1);
    }
  }
  const hull = [...upper, ...lower.reverse()];
  let twice = 0;
  for (const [i, [x, y]] of hull.entries()) {
    const [nextX, nextY] = hull[(i + 1) % hull.length] as Point;
    twice += x * nextY - nextX * y;
  }
  return area / (Math.abs(twice) / 2);
}
