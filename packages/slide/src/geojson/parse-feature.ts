/** One GeoJSON feature as QuPath and HuBMAP write them, in its versions: what it is called, where it lies and what was measured. */
import type { Ring } from '@ftuseg/core';
import type { GeoJsonFeature } from './feature.js';
import { type Coordinates, FlatCoordinates, type JsonObject, type JsonValue } from './json-values.js';

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof FlatCoordinates);

const POINTS = ['Point', 'MultiPoint'];
const LINES = ['LineString', 'MultiLineString'];
const AREAS = ['Polygon', 'MultiPolygon'];

/** Whether the value is a geometry itself, not a feature that has one. */
export const isGeometry = (value: JsonValue | undefined): value is JsonObject =>
  isObject(value) &&
  [...POINTS, ...LINES, ...AREAS, 'GeometryCollection'].some((type) => type === value.type) &&
  ('coordinates' in value || 'geometries' in value);

/**
 * @param feature a Feature, or a geometry alone
 * @returns the feature, without polygons where it has no area; or what is wrong with it
 * @example
 * parseFeature(parseJson(new TextEncoder().encode('{"type":"Feature","geometry":null}'))); // { polygons: [], withoutArea: 'without geometry' }
 */
export function parseFeature(feature: JsonValue): GeoJsonFeature | string {
  if (isGeometry(feature)) return placeOf(feature);
  if (!isObject(feature)) return 'it is no object';
  const place = placeOf(feature.geometry);
  if (typeof place === 'string') return place;
  const properties = isObject(feature.properties) ? feature.properties : {};
  return {
    ...place,
    name: nameOf(properties),
    colour: colourOf(properties.classification),
    measurements: measurementsOf(properties.measurements),
    id: typeof feature.id === 'string' ? feature.id : undefined,
  };
}

/**
 * Objects inside a feature, as QuPath writes a hierarchy: `childObjects` among its properties, `children` in other versions.
 * @returns features in their order
 */
export function childrenOf(feature: JsonValue): readonly JsonObject[] {
  if (!isObject(feature)) return [];
  const properties = isObject(feature.properties) ? feature.properties : {};
  return [feature.childObjects, properties.childObjects ?? properties.children].flatMap((list) =>
    Array.isArray(list) ? list.filter(isObject).filter((child) => 'geometry' in child) : [],
  );
}

type Place = Pick<GeoJsonFeature, 'polygons' | 'withoutArea' | 'collection'>;

function placeOf(geometry: JsonValue | undefined): Place | string {
  if (!isObject(geometry) || geometry.type === undefined) return { polygons: [], withoutArea: 'without geometry' };
  if (geometry.type === 'GeometryCollection') {
    const parts = Array.isArray(geometry.geometries) ? geometry.geometries.map(placeOf) : [];
    const places: Place[] = [];
    for (const part of parts) {
      if (typeof part === 'string') return part;
      places.push(part);
    }
    const polygons = places.flatMap((place) => place.polygons);
    const first = places.find(({ withoutArea }) => withoutArea !== undefined && withoutArea !== 'empty');
    return {
      polygons,
      collection: true,
      ...(polygons.length === 0 && { withoutArea: first?.withoutArea ?? 'empty' }),
    };
  }
  const { type, coordinates } = geometry;
  if (POINTS.some((one) => one === type)) return { polygons: [], withoutArea: 'points' };
  if (LINES.some((one) => one === type)) return { polygons: [], withoutArea: 'lines' };
  const known = AREAS.some((one) => one === type);
  if (!known) return `its geometry has the type ${JSON.stringify(type)}, which GeoJSON does not have`;
  const value = coordinates instanceof FlatCoordinates ? coordinates.value : undefined;
  const polygons = polygonsOf(type, value);
  if (polygons === undefined) return 'its coordinates are not rings of points';
  const filled = polygons.filter(({ rings }) => rings.some((ring) => ring.length > 0));
  return filled.length === 0 ? { polygons: filled, withoutArea: 'empty' } : { polygons: filled };
}

function polygonsOf(type: JsonValue | undefined, coordinates: Coordinates): GeoJsonFeature['polygons'] | undefined {
  const lists = type === 'Polygon' ? [coordinates] : coordinates;
  if (lists === undefined || lists instanceof Float64Array) return undefined;
  const polygons: { rings: Ring[] }[] = [];
  for (const list of lists) {
    if (list === undefined || list instanceof Float64Array) return undefined;
    const rings: Ring[] = [];
    for (const ring of list) {
      if (ring instanceof Float64Array) rings.push(ring);
      else if (ring?.length === 0) rings.push(new Float64Array());
      else return undefined;
    }
    polygons.push({ rings });
  }
  return polygons;
}

/**
 * The class: an object with a name, or with the names of a class and what it derives from, or the name alone. The object's own name counts
 * only where the file knows no classes: QuPath's objects have names beside them. The Digital Slide Archive's have a group or a label instead.
 */
function nameOf(properties: JsonObject): string | undefined {
  const { classification, classifications, name, group, label } = properties;
  const found = isObject(classification)
    ? [classification.name, joined(classification.names)]
    : [classification, joined(classification), joined(classifications), classifications];
  const knowsClasses = ['classification', 'classifications', 'objectType'].some((key) => key in properties);
  const others = [name, group, isObject(label) ? label.value : undefined];
  for (const one of knowsClasses ? found : others) if (typeof one === 'string' && one !== '') return one;
  return undefined;
}

/** As QuPath shows derived classes: "Glomerulus: Sclerotic". */
function joined(names: JsonValue | undefined): string | undefined {
  return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names.join(': ') : undefined;
}

/** Three numbers; before QuPath 0.4 one whole number with 8 bits for each. */
function colourOf(classification: JsonValue | undefined): GeoJsonFeature['colour'] {
  if (!isObject(classification)) return undefined;
  const { color, colorRGB } = classification;
  if (Array.isArray(color)) {
    const [red, green, blue] = color;
    const numbers = typeof red === 'number' && typeof green === 'number' && typeof blue === 'number';
    return numbers ? [red, green, blue] : undefined;
  }
  if (typeof colorRGB !== 'number') return undefined;
  return [(colorRGB >> 16) & 255, (colorRGB >> 8) & 255, colorRGB & 255];
}

/** Numbers by name; before QuPath 0.4 a list of names and values. */
function measurementsOf(measurements: JsonValue | undefined): Record<string, number> {
  const pairs = Array.isArray(measurements)
    ? measurements.filter(isObject).map(({ name, value }) => [name, value] as const)
    : Object.entries(isObject(measurements) ? measurements : {});
  const found: [string, number][] = [];
  for (const [name, value] of pairs) {
    if (typeof name === 'string' && typeof value === 'number' && Number.isFinite(value)) found.push([name, value]);
  }
  return Object.fromEntries(found);
}
