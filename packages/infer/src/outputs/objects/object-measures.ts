/** An object in numbers, the same in the table of objects and in what QuPath reads: size, shape, place, and how sure the network is. */
import {
  equivalentDiameter,
  type PixelSize,
  perimetersOf,
  pixelArea,
  pixelSize,
  type Rect,
  type RunMask,
  type RunObject,
  type RunObjects,
  type Scale,
} from '@ftuseg/core';
import { calibratedBy } from '../../model/calibration.js';
import type { SlidePlan } from '../../plan/plan.js';
import type { ObjectStatistics } from './object-statistics.js';

/** In one unit of length. */
export interface ObjectShape {
  readonly area: number;
  /** See core's `perimetersOf`. */
  readonly perimeter: number;
  /** Of the disc of the same area. */
  readonly equivalentDiameter: number;
  /** 4 pi area / perimeter^2: 1 for a disc. Objects of few pixels can have a little more than 1, as the perimeter is an estimate. */
  readonly circularity: number;
  /** From the slide's upper left corner, at which pixel (0, 0) begins. */
  readonly centroid: { readonly x: number; readonly y: number };
}

export interface MeasuredObject extends ObjectStatistics {
  /** Share of such objects that are what they are called; undefined where the models' cards do not say. */
  readonly calibrated: number | undefined;
  /** Of its class. */
  readonly name: string;
  readonly label: number;
  /** Level-0 pixels. */
  readonly box: Rect;
  /** In level-0 pixels. */
  readonly pixels: ObjectShape;
  /** In micrometres; undefined where the slide's scale is unknown. */
  readonly microns: ObjectShape | undefined;
}

function shapeOf({ area, centroid }: RunObject, perimeter: number, size: PixelSize): ObjectShape {
  const surface = area * pixelArea(size);
  return {
    area: surface,
    perimeter,
    equivalentDiameter: equivalentDiameter(surface),
    circularity: (4 * Math.PI * surface) / perimeter ** 2,
    // Objects know the indices of their pixels, whose centres lie half a pixel further.
    centroid: { x: (centroid.x + 0.5) * size.x, y: (centroid.y + 0.5) * size.y },
  };
}

/**
 * Size, shape and place of objects in one unit of length.
 * @param scale micrometres per pixel; 1 gives pixels
 * @returns for each object, in order
 * @example
 * const found = objectsOf(mask);
 * shapesOf(mask, found, 0.25)[0]?.area; // square micrometres
 */
export function shapesOf(mask: RunMask, found: RunObjects, scale: Scale): ObjectShape[] {
  const size = pixelSize(scale);
  const perimeters = perimetersOf(mask, found, scale);
  return found.objects.map((object, i) => shapeOf(object, perimeters[i] ?? Number.NaN, size));
}

/**
 * @param statistics of each object, in order
 * @param scale of the plan: micrometres per pixel of level 0; undefined: unknown
 * @returns for each object, in order
 */
export function measureObjects(
  mask: RunMask,
  found: RunObjects,
  statistics: readonly ObjectStatistics[],
  { classes, scale, members }: Pick<SlidePlan, 'classes' | 'scale' | 'members'>,
): MeasuredObject[] {
  const inPixels = perimetersOf(mask, found, 1);
  const inMicrons = scale === undefined ? undefined : perimetersOf(mask, found, scale);
  return found.objects.map((object, i): MeasuredObject => {
    const length = inMicrons?.[i];
    const microns = length === undefined || scale === undefined ? undefined : shapeOf(object, length, pixelSize(scale));
    const probability = statistics[i]?.probability ?? 0;
    return {
      probability,
      calibrated: calibratedBy(members, { probability, diameter: microns?.equivalentDiameter }),
      agreement: statistics[i]?.agreement,
      name: classes[object.label - 1] ?? '',
      label: object.label,
      box: object.box,
      pixels: shapeOf(object, inPixels[i] ?? Number.NaN, { x: 1, y: 1 }),
      microns,
    };
  });
}

/** Eight digits: more than any of them knows, and enough for a place on any slide. */
export const rounded = (value: number): number => Number(value.toPrecision(8));
