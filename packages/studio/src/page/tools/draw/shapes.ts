/** Shapes that the geometry has not: rectangles between two corners, and what a brush covers whose width changes with a pen's pressure. */
import type { Rect } from '@ftuseg/core';
import type { FlatPolygon } from '../../../protocol/objects.js';
import type { Point } from '../tool.js';

export const rectangle = ({ x, y, width, height }: Rect): FlatPolygon => [
  [x, y, x + width, y, x + width, y + height, x, y + height],
];

/** The rectangle between two corners. @param equal makes it a square over the longer side */
export function rectBetween(from: Point, to: Point, equal: boolean): Rect {
  let [width, height] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
  if (equal) width = height = Math.max(width, height);
  return { x: to.x < from.x ? from.x - width : from.x, y: to.y < from.y ? from.y - height : from.y, width, height };
}

/** A round brush: where it is, and how far it reaches, in level-0 pixels. */
export interface Dab extends Point {
  readonly radius: number;
}

/** Pixels, or share of the radius, by which the sides of an arc leave it: as the geometry's circles. */
const ARC_PIXELS = 1 / 8;
const ARC_SHARE = 1 / 1000;

function arc(dab: Dab, begin: number, angle: number): number[] {
  const share = Math.max(ARC_PIXELS / dab.radius, ARC_SHARE);
  // A chord over an angle t lies r (1 - cos(t / 2)) within its arc.
  const chord = 2 * Math.acos(Math.max(0, 1 - share));
  const steps = Math.max(3, Math.ceil(angle / chord));
  const ring: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const at = begin + (angle * i) / steps;
    ring.push(dab.x + dab.radius * Math.cos(at), dab.y + dab.radius * Math.sin(at));
  }
  return ring;
}

/**
 * What a brush covers that moves straight from one place to the next and may grow on the way: the hull of two discs.
 * If one disc holds the other, it is that disc.
 */
export function sweep(from: Dab, to: Dab): FlatPolygon {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const distance = Math.hypot(dx, dy);
  if (distance <= Math.abs(from.radius - to.radius)) {
    return [arc(from.radius >= to.radius ? from : to, 0, 2 * Math.PI).slice(2)];
  }
  // The common tangents touch both discs at this angle off the way.
  const half = Math.acos((from.radius - to.radius) / distance);
  const way = Math.atan2(dy, dx);
  return [[...arc(to, way - half, 2 * half), ...arc(from, way + half, 2 * (Math.PI - half))]];
}
