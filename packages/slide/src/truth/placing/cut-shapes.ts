/**
 * Regions that take away from their layer, as ImageScope has them, cut out of the layer's objects one by one: for whoever wants objects and not labels. Pixels
 * are those of the labels (see `paintLayers`).
 */
import { objectsOf, outlinesOf, type Ring, runsOfPolygons } from '@ftuseg/core';
import type { Shape } from './shape.js';

type Polygons = Shape['polygons'];

function range(rings: readonly Ring[], axis: 0 | 1): readonly [from: number, to: number] {
  let [from, to] = [Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = axis; i < ring.length; i += 2) {
      from = Math.min(from, ring[i] as number);
      to = Math.max(to, ring[i] as number);
    }
  }
  return [from, to];
}

/** Whether the boxes around two objects overlap. */
function meets(a: Polygons, b: Polygons): boolean {
  return ([0, 1] as const).every((axis) => {
    const [[from, to], [begin, end]] = [range(a.flat(), axis), range(b.flat(), axis)];
    return from < end && begin < to;
  });
}

function without(polygons: Polygons, holes: readonly Polygons[]): Polygons {
  const side = (axis: 0 | 1): number => Math.max(1, Math.ceil(range(polygons.flat(), axis)[1]));
  const labelled = [
    ...polygons.map((rings) => ({ label: 1, rings })),
    ...holes.flat().map((rings) => ({ label: 0, rings })),
  ];
  const mask = runsOfPolygons(labelled, side(0), side(1));
  return outlinesOf(mask, objectsOf(mask))
    .flat()
    .map(({ rings }) => rings);
}

/**
 * @returns the objects without what takes away, and how many of them lost something; of one that lost all, `polygons` is empty
 * @example
 * const { shapes, cut } = cutShapes(all);
 */
export function cutShapes(all: readonly Shape[]): { readonly shapes: readonly Shape[]; readonly cut: number } {
  const negative = all.filter((shape) => shape.negative === true);
  let cut = 0;
  const shapes = all.flatMap((shape): Shape[] => {
    if (shape.negative === true) return [];
    const holes = negative.filter((one) => one.layer === shape.layer && meets(shape.polygons, one.polygons));
    if (holes.length === 0) return [shape];
    cut++;
    const polygons = without(
      shape.polygons,
      holes.map((one) => one.polygons),
    );
    return [{ ...shape, polygons }];
  });
  return { shapes, cut };
}
