/** How much shapes have in common, with an index so that only neighbours are compared. */
import Flatbush from 'flatbush';
import { intersect } from '../../geometry/boolean.js';
import { areaOf, boxOf } from '../../geometry/measure.js';
import type { FlatPolygon, SlideObject } from '../../protocol/objects.js';

export interface Overlap {
  readonly object: SlideObject;
  /** Of the area of the smaller, 0 to 1. */
  readonly shareOfSmaller: number;
  /** Of the area of the shape that was asked about, 0 to 1. */
  readonly share: number;
  /** Intersection over union, 0 to 1. */
  readonly iou: number;
}

export class OverlapIndex {
  readonly #objects: readonly SlideObject[];
  readonly #areas: readonly number[];
  readonly #index: Flatbush | undefined;

  constructor(objects: readonly SlideObject[]) {
    this.#objects = objects;
    this.#areas = objects.map(({ polygons }) => areaOf(polygons));
    if (objects.length === 0) return;
    this.#index = new Flatbush(objects.length);
    for (const { polygons } of objects) {
      const { x, y, width, height } = boxOf(polygons);
      this.#index.add(x, y, x + width, y + height);
    }
    this.#index.finish();
  }

  /** Objects that share area with a shape, the largest IoU first. */
  overlapping(polygons: readonly FlatPolygon[]): Overlap[] {
    const { x, y, width, height } = boxOf(polygons);
    const area = areaOf(polygons);
    const found = (this.#index?.search(x, y, x + width, y + height) ?? []).flatMap((number): Overlap[] => {
      const object = this.#objects[number];
      const other = this.#areas[number] ?? 0;
      const shared = object === undefined ? 0 : areaOf(intersect(polygons, object.polygons));
      if (object === undefined || shared === 0) return [];
      return [
        {
          object,
          shareOfSmaller: shared / Math.min(area, other),
          share: shared / area,
          iou: shared / (area + other - shared),
        },
      ];
    });
    return found.sort((a, b) => b.iou - a.iou);
  }
}
