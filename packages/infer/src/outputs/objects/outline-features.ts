/** The objects of a slide as annotations for QuPath: outline, class, and what was measured. */
import { eachOutline, pixelSize, type RunMask, type RunObjects, simplifyOutline } from '@ftuseg/core';
import type { GeoJsonFeature } from '@ftuseg/slide';
import type { SlidePlan } from '../../plan/plan.js';
import { classColours } from '../overlay.js';
import { type MeasuredObject, type ObjectShape, rounded } from './object-measures.js';

/** As QuPath names its own: the unit stands in the name. */
function measurementsOf(
  { pixels, microns, probability, calibrated, agreement }: MeasuredObject,
  corner: QuPathCorner | undefined,
): Record<string, number> {
  const shape: ObjectShape = microns ?? pixels;
  const unit = microns === undefined ? 'px' : 'µm';
  const { x, y } = (microns === undefined ? corner?.pixels : corner?.microns) ?? { x: 0, y: 0 };
  const all = {
    [`Area ${unit}^2`]: shape.area,
    [`Perimeter ${unit}`]: shape.perimeter,
    [`Equivalent diameter ${unit}`]: shape.equivalentDiameter,
    Circularity: shape.circularity,
    [`Centroid X ${unit}`]: shape.centroid.x - x,
    [`Centroid Y ${unit}`]: shape.centroid.y - y,
    'Mean probability': probability,
    ...(calibrated === undefined ? {} : { 'Calibrated probability': calibrated }),
    ...(agreement === undefined ? {} : { 'Model agreement': agreement }),
  };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, rounded(value)]));
}

/** How far an outline may lie from the mask's. */
export interface OutlineTolerance {
  /** Level-0 pixels. */
  readonly pixels: number;
  /** Undefined where the slide's scale is unknown; along the longer side of pixels that are not square. */
  readonly microns: number | undefined;
}

/** Half a pixel that the network saw, and a pixel of the slide, by which the steps of a straight line deviate from it. */
export function outlineTolerance({
  grid,
  scale,
}: Pick<SlidePlan, 'scale'> & { readonly grid: { readonly downsample: number } }): OutlineTolerance {
  const pixels = Math.max(1, grid.downsample / 2);
  if (scale === undefined) return { pixels, microns: undefined };
  const { x, y } = pixelSize(scale);
  return { pixels, microns: pixels * Math.max(x, y) };
}

/** The corner that QuPath counts from, where it is not the slide's. */
export interface QuPathCorner {
  /** Level-0 pixels from the slide's corner. */
  readonly pixels: { readonly x: number; readonly y: number };
  /** Undefined where the slide's scale is unknown. */
  readonly microns: { readonly x: number; readonly y: number } | undefined;
}

export function qupathCorner({
  slide: { bounds },
  scale,
}: Pick<SlidePlan, 'slide' | 'scale'>): QuPathCorner | undefined {
  if (bounds === undefined) return undefined;
  const { x, y } = bounds;
  const size = scale === undefined ? undefined : pixelSize(scale);
  return { pixels: { x, y }, microns: size && { x: x * size.x, y: y * size.y } };
}

/** QuPath keeps texts under `metadata`. */
const statedIn = ({ pixels, microns }: OutlineTolerance): Record<string, string> => ({
  'Outline tolerance px': String(rounded(pixels)),
  ...(microns === undefined ? {} : { 'Outline tolerance µm': String(rounded(microns)) }),
});

export interface OutlinesToWrite {
  readonly mask: RunMask;
  readonly found: RunObjects;
  /** Of the objects, in order. */
  readonly measured: readonly MeasuredObject[];
  readonly ids: readonly string[];
  /** Undefined: every corner of the mask. */
  readonly simplify: OutlineTolerance | undefined;
}

/**
 * One after another, so that outlines of a million objects are never in memory together.
 * @param corner what measured centroids count from; outlines count from the slide's corner until they are written
 */
export function* outlineFeatures(
  { mask, found, measured, ids, simplify }: OutlinesToWrite,
  corner: QuPathCorner | undefined,
): Generator<GeoJsonFeature> {
  const outlines = eachOutline(mask, found);
  for (const [i, object] of measured.entries()) {
    const exact = outlines.next().value ?? [];
    yield {
      id: ids[i],
      polygons: simplify === undefined ? exact : simplifyOutline(exact, simplify.pixels),
      metadata: simplify === undefined ? undefined : statedIn(simplify),
      name: object.name,
      colour: classColours[(object.label - 1) % classColours.length] ?? [0, 0, 0],
      measurements: measurementsOf(object, corner),
    };
  }
}
