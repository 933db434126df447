/**
 * Where on the slide a GeoJSON counts from. Of a slide that is a larger canvas than what was scanned, QuPath shows the scanned part alone, and counts from its
 * corner (`OpenslideImageServer`, unless it is opened with --no-crop). GeoJSON itself has no word for that: a file of ours states it in a member of its own
 * (RFC 7946, section 6.1), before the features, and QuPath passes over it.
 */
import type { Slide } from '../slide.js';
import type { GeoJsonFeature } from './feature.js';

/** Level-0 pixels, across and down from the corner of the slide. */
export type CoordinateOrigin = readonly [x: number, y: number];

/**
 * The corner that QuPath counts from, where it is not the slide's.
 * @example
 * await createGeoJsonWriter('scan.geojson', qupathOrigin(slide));
 */
export const qupathOrigin = ({ bounds }: Pick<Slide, 'bounds'>): CoordinateOrigin | undefined =>
  bounds === undefined ? undefined : [bounds.x, bounds.y];

export const SLIDE_CORNER: CoordinateOrigin = [0, 0];

/** The member of a collection that states it. */
export const ORIGIN_MEMBER = 'coordinate_origin';

/** @param origin undefined: nothing is stated, and coordinates count from the corner of the slide */
export const collectionStart = (origin: CoordinateOrigin | undefined): string =>
  `{"type":"FeatureCollection",${origin === undefined ? '' : `"${ORIGIN_MEMBER}":${JSON.stringify(origin)},`}"features":[`;

/** The same object, counted from the corner of the slide. */
export function movedBy(feature: GeoJsonFeature, [x, y]: CoordinateOrigin): GeoJsonFeature {
  if (x === 0 && y === 0) return feature;
  const polygons = feature.polygons.map(({ rings }) => ({
    rings: rings.map((ring) => Float64Array.from(ring, (value, i) => value + (i % 2 === 0 ? x : y))),
  }));
  return { ...feature, polygons };
}
