/** An object in numbers from its outline: by the code that `ftu predict` measures masks with, so that nobody compares two definitions. */
import { equivalentDiameter, objectsOf, pixelArea, type Scale } from '@ftuseg/core';
import { type ObjectShape, shapesOf } from '@ftuseg/infer';
import type { FlatPolygon, ObjectMeasures } from '../protocol/objects.js';
import { asOneObject, boxOf, onSlide, pixelsOf, runsInside, type SlideSize } from './polygon-runs.js';

/** Outlines that cover no pixel's centre: lines, and crumbs between centres. */
function nothing(polygons: readonly FlatPolygon[], scale: Scale | undefined): ObjectMeasures {
  const { x, y } = boxOf(polygons);
  const none = { areaPx: 0, perimeterPx: 0, equivalentDiameterPx: 0, circularity: 0 };
  const microns = scale === undefined ? {} : { areaUm2: 0, perimeterUm: 0, equivalentDiameterUm: 0 };
  return { ...none, ...microns, centroidPx: [x, y], boxPx: [x, y, 0, 0] };
}

/** Perimeters and areas of parts add up. */
function sumOf(shapes: readonly ObjectShape[]): Pick<ObjectShape, 'area' | 'perimeter' | 'equivalentDiameter'> {
  const area = shapes.reduce((sum, shape) => sum + shape.area, 0);
  const perimeter = shapes.reduce((sum, shape) => sum + shape.perimeter, 0);
  return { area, perimeter, equivalentDiameter: equivalentDiameter(area) };
}

/** The mask of polygons and where it lies; undefined where nothing of them can lie on the slide. */
function maskOf(polygons: readonly FlatPolygon[], slide: SlideSize | undefined) {
  const box = boxOf(polygons);
  const window = slide === undefined ? box : onSlide(box, slide);
  return window.width === 0 || window.height === 0 ? undefined : { window, mask: runsInside(polygons, window) };
}

/**
 * Area, perimeter (Crofton in eight directions, core's `perimetersOf`), equivalent diameter, circularity, centroid and box of an object: those of the
 * pixels whose centres its outline holds. They are those of `objects.csv` where the outline is exact; of a simplified one they are its own.
 *
 * @param polygons level-0 pixels
 * @param scale micrometres per level-0 pixel; undefined: unknown, then nothing is in micrometres
 * @param slide cuts off what lies beyond it; all counts if unset
 * @returns with `circularity` from micrometres where the scale is known, as `ftu predict` has it
 * @throws {FtuError} `bad-input` for a coordinate that is no number
 * @example
 * measuresOf([[[0, 0, 4, 0, 4, 4, 0, 4]]], 0.5).areaUm2; // 4
 */
export function measuresOf(
  polygons: readonly FlatPolygon[],
  scale: Scale | undefined,
  slide?: SlideSize,
): ObjectMeasures {
  const placed = maskOf(polygons, slide);
  if (placed === undefined) return nothing(polygons, scale);
  const { mask, window } = placed;
  const found = objectsOf(mask);
  const [whole] = asOneObject(found).objects;
  if (whole === undefined) return nothing(polygons, scale);
  const pixels = sumOf(shapesOf(mask, found, 1));
  const microns = scale === undefined ? undefined : sumOf(shapesOf(mask, found, scale));
  const { area, perimeter } = microns ?? pixels;
  return {
    areaPx: pixels.area,
    perimeterPx: pixels.perimeter,
    equivalentDiameterPx: pixels.equivalentDiameter,
    circularity: (4 * Math.PI * area) / perimeter ** 2,
    centroidPx: [whole.centroid.x + 0.5 + window.x, whole.centroid.y + 0.5 + window.y],
    boxPx: [whole.box.x + window.x, whole.box.y + window.y, whole.box.width, whole.box.height],
    ...(microns === undefined
      ? {}
      : { areaUm2: microns.area, perimeterUm: microns.perimeter, equivalentDiameterUm: microns.equivalentDiameter }),
  };
}

/**
 * The area of an object alone, as {@link measuresOf} has it, in a fraction of its time.
 * @param scale micrometres per level-0 pixel, for square micrometres; undefined: level-0 pixels
 * @param slide cuts off what lies beyond it; all counts if unset
 * @throws {FtuError} `bad-input` for a coordinate that is no number
 */
export function coveredArea(polygons: readonly FlatPolygon[], scale: Scale | undefined, slide?: SlideSize): number {
  const placed = maskOf(polygons, slide);
  const pixels = placed === undefined ? 0 : pixelsOf(placed.mask);
  return scale === undefined ? pixels : pixels * pixelArea(scale);
}
