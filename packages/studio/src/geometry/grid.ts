/**
 * The fixed grid on which polygons are reckoned: whole numbers of 1/16 pixel, so that every test of sides and crossings is exact and equal shapes have
 * equal numbers.
 */
import { FtuError } from '@ftuseg/core';
import { COORDINATE_STEPS, type FlatPolygon, type FlatRing } from '../protocol/objects.js';

/** Corners x, y, x, y, ... in steps of 1 / `COORDINATE_STEPS` pixel; not closed. */
export type GridRing = readonly number[];

/** Pixels that a corner may lie from the slide's corner: products of two differences then stay below 2^53. No slide is as large. */
export const MAX_COORDINATE = 2 ** 20;

/** Cells of a column that can be told apart by {@link pointKey}. */
const ROWS = 2 ** 26;
const OFFSET = 2 ** 25;

/** A number of its own for every point of the grid. */
export const pointKey = (x: number, y: number): number => (x + OFFSET) * ROWS + (y + OFFSET);

/** @throws FtuError `bad-input` for a coordinate that is no number or beyond {@link MAX_COORDINATE} */
export function toGrid(ring: FlatRing): number[] {
  return ring.map((value) => {
    const step = Math.round(value * COORDINATE_STEPS);
    if (Math.abs(step) <= MAX_COORDINATE * COORDINATE_STEPS) return step + 0;
    throw new FtuError('bad-input', `a corner lies at ${value}`, { hint: 'coordinates are pixels of the slide' });
  });
}

export const fromGrid = (ring: GridRing): number[] => ring.map((value) => value / COORDINATE_STEPS);

/** All rings of polygons, outer ones with a positive area and holes with a negative one. */
export function orientedRings(polygons: readonly FlatPolygon[]): GridRing[] {
  return polygons.flatMap((rings) =>
    rings.map((ring, number) => {
      const grid = toGrid(ring);
      return twiceArea(grid) > 0 === (number === 0) ? grid : reversed(grid);
    }),
  );
}

/** Twice the area by the shoelace formula, in squares of a step: positive for outer rings. */
export function twiceArea(ring: GridRing): number {
  let sum = 0;
  const [ox = 0, oy = 0] = ring;
  let [px, py] = [(ring.at(-2) ?? 0) - ox, (ring.at(-1) ?? 0) - oy];
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [(ring[i] ?? 0) - ox, (ring[i + 1] ?? 0) - oy];
    sum += px * y - x * py;
    [px, py] = [x, y];
  }
  return sum;
}

export function reversed(ring: GridRing): number[] {
  const out: number[] = [];
  for (let i = ring.length - 2; i >= 0; i -= 2) out.push(ring[i] ?? 0, ring[i + 1] ?? 0);
  return out;
}

/** Positive where c lies to the left of the way from a to b (y up), 0 on the line. Exact. */
export const turn = (ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

/** 1 inside, 0 on the line, -1 outside a ring. Exact. */
export function sideOf(ring: GridRing, x: number, y: number): -1 | 0 | 1 {
  let inside = false;
  let [ax, ay] = [ring.at(-2) ?? 0, ring.at(-1) ?? 0];
  for (let i = 0; i < ring.length; i += 2) {
    const [bx, by] = [ring[i] ?? 0, ring[i + 1] ?? 0];
    const area = turn(ax, ay, bx, by, x, y);
    const within = x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
    if (area === 0 && within) return 0;
    if (ay > y !== by > y && area > 0 === by > ay) inside = !inside;
    [ax, ay] = [bx, by];
  }
  return inside ? 1 : -1;
}
