/** One GeoJSON feature as QuPath and HuBMAP write them, in its versions: what it is called, where it lies and what was measured. */
import type { Ring } from '@ftuseg/core';
import type { GeoJsonFeature } from './feature.js';
import { type Coordinates, FlatCoordinates, type JsonObject, type JsonValue } from './json-values.js';

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof FlatCoordinates);

/**
 * @returns the feature, without polygons for points and lines, which have no area; or what is wrong with it
 * @example
 * parseFeature(parseJson(Buffer.from('{"type":"Feature","geometry":null}'))); // 'has no geometry'
 */
export function parseFeature(feature: JsonValue): GeoJsonFeature | string {
  if (!isObject(feature) || !isObject(feature.geometry)) return 'has no geometry';
  const { type, coordinates } = feature.geometry;
  const value = coordinates instanceof FlatCoordinates ? coordinates.value : undefined;
  const polygons = polygonsOf(type, value);
  if (polygons === undefined) return 'its coordinates are not rings of points';
  const properties = isObject(feature.properties) ? feature.properties : {};
  return {
    polygons,
    name: nameOf(properties),
    colour: colourOf(properties.classification),
    measurements: measurementsOf(properties.measurements),
    id: typeof feature.id === 'string' ? feature.id : undefined,
  };
}

function polygonsOf(type: JsonValue | undefined, coordinates: Coordinates): GeoJsonFeature['polygons'] | undefined {
  if (type !== 'Polygon' && type !== 'MultiPolygon') return [];
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

/** The class: an object with a name, or with the names of a class and what it derives from, or the name alone; else the object's own name. */
function nameOf({ classification, name }: JsonObject): string | undefined {
  const names = isObject(classification) ? [classification.name, joined(classification.names)] : [classification];
  for (const found of [...names, name]) if (typeof found === 'string' && found !== '') return found;
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
