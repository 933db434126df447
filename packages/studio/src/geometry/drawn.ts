/** Shapes as they are drawn: by clicks or by hand, by brush, as an ellipse. All are valid polygons on the grid. */
import { ClipperOffset, EndType, JoinType, type Path64, type Paths64 } from 'clipper2-ts';
import { COORDINATE_STEPS, type FlatPolygon, type FlatRing } from '../protocol/objects.js';
import { enclosedBy } from './boolean.js';
import { polygonsOfRings } from './canonical.js';
import { toGrid } from './grid.js';
import { areaOf } from './measure.js';

/** Parts of less than this share of the largest are slips of the hand where a line is closed, and left out. */
const SLIP_SHARE = 0.01;

/** Pixels by which the sides of a polygon leave the circle that it stands for: this, or this share of the radius if that is more. */
const ARC_PIXELS = 1 / 8;
const ARC_SHARE = 1 / 1000;
/** Pixels: smaller circles have no polygon on the grid. */
const MIN_RADIUS = 1 / 8;

/**
 * The polygon of a line that was drawn around something, by clicks or by hand. What the line goes around counts, twice around too (the rule of non-zero
 * winding numbers): a line that overshoots its beginning leaves no gap. Of a line that crosses itself every part counts, but slips
 * of less than 1 % of the largest part.
 *
 * @param corners pixels, in the order in which they were drawn
 * @returns valid polygons in their canonical form; an empty list: the line encloses nothing
 */
export function polygonOfClicks(corners: FlatRing): FlatPolygon[] {
  const parts = enclosedBy([toGrid(corners)]);
  const least = SLIP_SHARE * Math.max(0, ...parts.map((part) => areaOf([part])));
  return parts.filter((part) => areaOf([part]) >= least);
}

/**
 * What a round brush covers on its way: capsules from point to point. Add it with `union`, or take it away with `subtract` (the eraser).
 *
 * @param path pixels, x and y in turn; one point is a dab
 * @param radius pixels, at least 1/8
 * @returns as {@link polygonOfClicks}
 */
export function brushStroke(path: FlatRing, radius: number): FlatPolygon[] {
  const points = toGrid(path);
  const way: Path64 = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i] ?? 0, points[i + 1] ?? 0];
    const last = way.at(-1);
    if (last === undefined || last.x !== x || last.y !== y) way.push({ x, y });
  }
  const [first] = way;
  if (first === undefined) return [];
  const reach = Math.max(radius, MIN_RADIUS);
  if (way.length === 1) {
    return ellipse({ x: first.x / COORDINATE_STEPS, y: first.y / COORDINATE_STEPS }, reach, reach);
  }
  const offset = new ClipperOffset(2, arcTolerance(reach) * COORDINATE_STEPS);
  offset.addPath(way, JoinType.Round, EndType.Round);
  const solution: Paths64 = [];
  offset.execute(reach * COORDINATE_STEPS, solution);
  return enclosedBy(solution.map((ring) => ring.flatMap(({ x, y }) => [x, y])));
}

/**
 * @param centre pixels
 * @param radiusX pixels, at least 1/8; so is `radiusY`
 * @returns one polygon, in its canonical form, whose sides leave the ellipse by 1/8 pixel or a thousandth of the radius at most
 */
export function ellipse(
  centre: { readonly x: number; readonly y: number },
  radiusX: number,
  radiusY: number,
): FlatPolygon[] {
  const [rx, ry] = [Math.max(Math.abs(radiusX), MIN_RADIUS), Math.max(Math.abs(radiusY), MIN_RADIUS)];
  const radius = Math.max(rx, ry);
  const steps = Math.max(12, Math.ceil(Math.PI / Math.acos(Math.max(0, 1 - arcTolerance(radius) / radius))));
  const ring: number[] = [];
  for (let i = 0; i < steps; i++) {
    const angle = (2 * Math.PI * i) / steps;
    ring.push(centre.x + rx * Math.cos(angle), centre.y + ry * Math.sin(angle));
  }
  return polygonsOfRings([toGrid(ring)]);
}

const arcTolerance = (radius: number): number => Math.max(ARC_PIXELS, radius * ARC_SHARE);
