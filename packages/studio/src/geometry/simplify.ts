/** Fewer corners for what a brush leaves: a stroke makes hundreds where a person needs twenty. */
import { simplifyOutline } from '@ftuseg/core';
import { COORDINATE_STEPS, type FlatPolygon } from '../protocol/objects.js';
import { polygonsOfRings } from './canonical.js';
import { orientedRings, toGrid } from './grid.js';

/**
 * By core's `simplifyOutline` (Douglas & Peucker 1973 with Saalfeld's condition), which keeps rings from crossing.
 *
 * @param polygons of one object, valid
 * @param tolerance pixels: no point of the new outline lies farther from the old one than this and a step of the grid, nor the other way round
 * @returns valid polygons in their canonical form
 */
export function simplifyPolygons(polygons: readonly FlatPolygon[], tolerance: number): FlatPolygon[] {
  if (!(tolerance > 0)) return polygonsOfRings(orientedRings(polygons));
  const outlines = polygons.map((rings) => ({
    label: 1,
    rings: rings.map((ring) => Float64Array.from(toGrid(ring))),
  }));
  const simple = simplifyOutline(outlines, tolerance * COORDINATE_STEPS);
  return polygonsOfRings(simple.flatMap(({ rings }) => rings.map((ring) => Array.from(ring))));
}
