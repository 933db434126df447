/**
 * Union, subtraction and intersection by Clipper2 (Johnson; Vatti 1992) on whole numbers. Clipper rounds crossings to the grid, after which rings may touch
 * or cross by a step; what it gives is therefore parted anew by `polygonsOfRings`, so that every result is valid.
 */
import { Clipper64, ClipType, FillRule, type Path64, type Paths64 } from 'clipper2-ts';
import type { FlatPolygon } from '../protocol/objects.js';
import { polygonsOfRings } from './canonical.js';
import { type GridRing, orientedRings, toGrid } from './grid.js';

/**
 * All that lies in one of the two or in both; also merges objects.
 * @param a valid polygons, which may overlap one another
 * @returns valid polygons in their canonical form; an empty list: nothing is left
 * @example
 * union([[[0, 0, 4, 0, 4, 4, 0, 4]]], [[[2, 2, 6, 2, 6, 6, 2, 6]]]);
 */
export const union = (a: readonly FlatPolygon[], b: readonly FlatPolygon[] = []): FlatPolygon[] =>
  combine(ClipType.Union, orientedRings(a), orientedRings(b));

/** What lies in `a` and not in `b`; as {@link union}. */
export const subtract = (a: readonly FlatPolygon[], b: readonly FlatPolygon[]): FlatPolygon[] =>
  combine(ClipType.Difference, orientedRings(a), orientedRings(b));

/** What lies in both; as {@link union}. */
export const intersect = (a: readonly FlatPolygon[], b: readonly FlatPolygon[]): FlatPolygon[] =>
  combine(ClipType.Intersection, orientedRings(a), orientedRings(b));

/** Cuts off what lies beyond a slide of `width` x `height` pixels; as {@link union}. */
export const clipToSlide = (
  polygons: readonly FlatPolygon[],
  slide: { readonly width: number; readonly height: number },
): FlatPolygon[] => {
  const { width, height } = slide;
  return combine(ClipType.Intersection, orientedRings(polygons), [toGrid([0, 0, width, 0, width, height, 0, height])]);
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

/** @param subject rings by whose winding numbers what is not 0 lies inside */
export function combine(type: ClipType, subject: readonly GridRing[], clip: readonly GridRing[]): FlatPolygon[] {
  const clipper = new Clipper64();
  clipper.addSubject(pathsOf(subject));
  clipper.addClip(pathsOf(clip));
  const solution: Paths64 = [];
  clipper.execute(type, FillRule.NonZero, solution);
  return polygonsOfRings(solution.map(ringOf));
}

/** Clipper2 fails on a path without points. */
const pathsOf = (rings: readonly GridRing[]): Paths64 => rings.filter(({ length }) => length >= 6).map(pathOf);

function pathOf(ring: GridRing): Path64 {
  const path: Path64 = [];
  for (let i = 0; i < ring.length; i += 2) path.push({ x: ring[i] ?? 0, y: ring[i + 1] ?? 0 });
  return path;
}

export const ringOf = (path: Path64): GridRing => path.flatMap(({ x, y }) => [x, y]);
