/**
 * Which tubule a pixel belongs to and how far its wall is: an additively weighted Voronoi diagram of the centre lines,
 * with rounded corners and limited growth, pushed back by glomeruli and vessels.
 */
import { FAR, type Plate, pixelsOf } from '../ground/plate.js';
import { centreDistance } from '../tubules/centre-line.js';
import type { Tubule } from '../tubules/tubules.js';

/** Smallest distance kept to a glomerulus or a vessel. */
const CLEARANCE = 1.6;

function smoothMax(a: number, b: number, width: number): number {
  const h = width - Math.abs(a - b);
  return h > 0 ? Math.max(a, b) + (h * h) / (4 * width) : Math.max(a, b);
}

/**
 * Signed distance to a tubule's wall, negative inside.
 * `first`, `second`, `third` are the three least values of (distance to a centre line - radius).
 */
function wallDistance(first: number, second: number, third: number, growth: number, land: number): number {
  const corners = smoothMax((first - second) / 2, (first - third) / 2, 9);
  const free = smoothMax(corners, first - growth, 6);
  return smoothMax(free, CLEARANCE - land, 3);
}

/** Fills `wall`, `owner` and `nearest` of the plate's buffers; `land` and `tissue` must be filled before. */
export function rasteriseTubules(plate: Plate, tubules: readonly Tubule[]): void {
  const pixels = plate.width * plate.height;
  const { nearest, second, third, owner, wall, land, tissue } = plate.buffers;
  nearest.fill(FAR);
  second.fill(FAR);
  third.fill(FAR);
  owner.fill(-1);
  const mpp = plate.micronsPerPixel;
  tubules.forEach((tubule, index) => {
    const span = pixelsOf(plate, tubule.area);
    for (let row = span.y0; row < span.y1; row++) {
      const y = (plate.y + row + 0.5) * mpp;
      for (let column = span.x0; column < span.x1; column++) {
        const at = row * plate.width + column;
        if (tissue[at] === 0) continue;
        const distance = centreDistance(tubule.segments, (plate.x + column + 0.5) * mpp, y) - tubule.radius;
        if (distance >= (third[at] as number)) continue;
        if (distance >= (second[at] as number)) {
          third[at] = distance;
        } else {
          third[at] = second[at] as number;
          if (distance >= (nearest[at] as number)) {
            second[at] = distance;
          } else {
            second[at] = nearest[at] as number;
            nearest[at] = distance;
            owner[at] = index;
          }
        }
      }
    }
  });
  for (let at = 0; at < pixels; at++) {
    const growth = tubules[owner[at] as number]?.look.growth ?? 0;
    wall[at] = wallDistance(
      nearest[at] as number,
      second[at] as number,
      third[at] as number,
      growth,
      land[at] as number,
    );
  }
}

/** The same distance at one point, for `own` among its neighbours; `land` is the distance to the nearest landmark. */
export function wallAt(own: Tubule, neighbours: readonly Tubule[], land: number, x: number, y: number): number {
  const first = centreDistance(own.segments, x, y) - own.radius;
  let second = FAR;
  let third = FAR;
  for (const other of neighbours) {
    const { area } = other;
    if (x < area.x0 || x > area.x1 || y < area.y0 || y > area.y1) continue;
    const distance = centreDistance(other.segments, x, y) - other.radius;
    if (distance < second) {
      third = second;
      second = distance;
    } else if (distance < third) {
      third = distance;
    }
  }
  return wallDistance(first, second, third, own.look.growth, land);
}
