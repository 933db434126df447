/**
 * Union, subtraction and intersection on the grid, by winding numbers over an exact arrangement of all sides. Clipper2 rounds crossings of
 * nearly parallel sides by up to two steps and more; here no point moves by more than one, and what does not cross does not move.
 */
import type { FlatPolygon } from '../protocol/objects.js';
import { canonicalForm, polygonsOfRings } from './canonical.js';
import { type GridRing, orientedRings, toGrid } from './grid.js';
import type { InsideRule } from './noding/arrangement.js';
import { facesOf } from './noding/faces.js';

/**
 * All that lies in one of the two or in both; also merges objects.
 * @param a valid polygons, which may overlap one another
 * @returns valid polygons in their canonical form; an empty list: nothing is left
 * @example
 * union([[[0, 0, 4, 0, 4, 4, 0, 4]]], [[[2, 2, 6, 2, 6, 6, 2, 6]]]);
 */
export const union = (a: readonly FlatPolygon[], b: readonly FlatPolygon[] = []): FlatPolygon[] =>
  combine(orientedRings(a), orientedRings(b), (first, second) => first !== 0 || second !== 0);

/** What lies in `a` and not in `b`; as {@link union}. */
export const subtract = (a: readonly FlatPolygon[], b: readonly FlatPolygon[]): FlatPolygon[] =>
  combine(orientedRings(a), orientedRings(b), (first, second) => first !== 0 && second === 0);

/** What lies in both; as {@link union}. */
export const intersect = (a: readonly FlatPolygon[], b: readonly FlatPolygon[]): FlatPolygon[] =>
  combine(orientedRings(a), orientedRings(b), both);

/** Cuts off what lies beyond a slide of `width` x `height` pixels; as {@link union}. */
export const clipToSlide = (
  polygons: readonly FlatPolygon[],
  slide: { readonly width: number; readonly height: number },
): FlatPolygon[] => {
  const { width, height } = slide;
  return combine(orientedRings(polygons), [toGrid([0, 0, width, 0, width, height, 0, height])], both);
};

/** Every hole becomes part of its object; parts that lay in holes too. As {@link union}. */
export const fillHoles = (polygons: readonly FlatPolygon[]): FlatPolygon[] =>
  union(polygons.map(([outer = []]) => [outer]));

/**
 * Makes polygons of whatever was read: in each what lies in an odd number of its rings, as docs/labels.md has it, then all of them together.
 * @returns as {@link union}
 */
export function repairPolygons(polygons: readonly FlatPolygon[]): FlatPolygon[] {
  const parts = polygons.flatMap((rings) => polygonsOfRings(rings.map(toGrid)));
  return polygons.length > 1 ? union(parts) : parts;
}

/** What rings go around, once or more often, either way: the rule of non-zero winding numbers. */
export const enclosedBy = (rings: readonly GridRing[]): FlatPolygon[] => combine(rings, [], (first) => first !== 0);

const combine = (first: readonly GridRing[], second: readonly GridRing[], rule: InsideRule): FlatPolygon[] =>
  canonicalForm(facesOf(first, { second, rule }));

const both: InsideRule = (first, second) => first !== 0 && second !== 0;
