/** Regions that take away from their layer, as ImageScope has them, are cut out of the layer's objects pixel by pixel, as in labels for training. */
import { counted, objectsOf, outlinesOf, type Ring, runsOfPolygons } from '@ftuseg/core';
import type { Shape } from '@ftuseg/slide';
import type { BaseReport } from '../../../edits/valid-polygons.js';
import type { RawObject } from './base-objects.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

type Polygons = Shape['polygons'];

const range = (rings: readonly Ring[], axis: 0 | 1): readonly [number, number] => {
  const values = rings.flatMap((ring) => [...ring].filter((_, i) => i % 2 === axis));
  return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
};

/** Whether the boxes around two objects overlap. */
function meets(a: Polygons, b: Polygons): boolean {
  return ([0, 1] as const).every((axis) => {
    const [[from, to], [begin, end]] = [range(a.flat(), axis), range(b.flat(), axis)];
    return from < end && begin < to;
  });
}

function without(polygons: Polygons, holes: readonly Polygons[], { width, height }: Size): Polygons {
  const labelled = [
    ...polygons.map((rings) => ({ label: 1, rings })),
    ...holes.flat().map((rings) => ({ label: 0, rings })),
  ];
  const mask = runsOfPolygons(labelled, width, height);
  return outlinesOf(mask, objectsOf(mask))
    .flat()
    .map(({ rings }) => rings);
}

/** @param report is told how many objects lost something */
export function* cutShapes(shapes: readonly Shape[], size: Size, report: BaseReport): Generator<RawObject> {
  const negative = shapes.filter((shape) => shape.negative === true);
  let cut = 0;
  for (const shape of shapes) {
    if (shape.negative === true) continue;
    const { name, polygons } = shape;
    const holes = negative.filter((one) => one.layer === shape.layer && meets(polygons, one.polygons));
    if (holes.length > 0) cut++;
    yield {
      name,
      polygons:
        holes.length === 0
          ? polygons
          : without(
              polygons,
              holes.map((one) => one.polygons),
              size,
            ),
    };
  }
  if (cut > 0) report.remarks.push(`negative regions are cut out of ${counted(cut, 'object')}`);
}
