/**
 * Polygons of glomeruli from GeoJSON (RFC 7946), as QuPath exports it, and from HuBMAP's JSON: the same features as a bare
 * array. Coordinates are level-0 pixels.
 */
import { readFile } from 'node:fs/promises';
import { ioError, SlideError } from '../errors.js';
import type { LabelledPolygon } from './fill-polygons.js';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The class of a feature, as QuPath and HuBMAP write it; undefined where there is none. */
function className(feature: Record<string, unknown>): string | undefined {
  const properties = isRecord(feature.properties) ? feature.properties : {};
  const classification = isRecord(properties.classification) ? properties.classification : {};
  for (const name of [classification.name, properties.name]) if (typeof name === 'string' && name !== '') return name;
  return undefined;
}

/** 1 glomerulus (also where nothing is said), 2 sclerotic glomerulus, 0 anything else. */
function labelOf(name: string | undefined): number {
  if (name === undefined) return 1;
  if (!/glomerul/i.test(name)) return 0;
  return /sclero/i.test(name) && !/non.?sclero/i.test(name) ? 2 : 1;
}

function featuresOf(json: unknown): readonly unknown[] | undefined {
  if (Array.isArray(json)) return json;
  if (!isRecord(json)) return undefined;
  if (json.type === 'FeatureCollection') return Array.isArray(json.features) ? json.features : undefined;
  return json.type === 'Feature' ? [json] : undefined;
}

/** A polygon as it is drawn, with the name of its class. */
export interface NamedRegion {
  readonly name: string;
  readonly rings: LabelledPolygon['rings'];
}

const problemIn = (path: string, problem: string, hint?: string): SlideError =>
  new SlideError('bad-input', problem, hint === undefined ? { subject: path } : { subject: path, hint });

/** Every polygon of a file with its class, or undefined where it has none. Points and lines have no area and are passed over. */
async function readPolygons(path: string): Promise<{ name: string | undefined; rings: LabelledPolygon['rings'] }[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlideError('bad-input', `this is not JSON (${reason})`, { subject: path, cause });
  }
  const features = featuresOf(json);
  if (features === undefined) {
    throw problemIn(path, 'this is not GeoJSON: there are no features', 'export annotations from QuPath as GeoJSON');
  }
  const found: { name: string | undefined; rings: LabelledPolygon['rings'] }[] = [];
  for (const [number, feature] of features.entries()) {
    if (!isRecord(feature) || !isRecord(feature.geometry)) throw problemIn(path, `feature ${number} has no geometry`);
    const { type, coordinates } = feature.geometry;
    if (type !== 'Polygon' && type !== 'MultiPolygon') continue;
    const name = className(feature);
    for (const polygon of type === 'Polygon' ? [coordinates] : Array.isArray(coordinates) ? coordinates : [undefined]) {
      const rings = ringsOf(polygon);
      if (rings === undefined) throw problemIn(path, `feature ${number}: its coordinates are not rings of points`);
      found.push({ name, rings });
    }
  }
  return found;
}

/**
 * Reads the polygons of glomeruli; a class name with "sclero" in it makes label 2. Other classes (cortex, artery) are passed
 * over, unless there is nothing else.
 *
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for text that is not such a file, a polygon without
 *   coordinates, or a file in which no class is a glomerulus
 * @example
 * const polygons = await readAnnotations('aaa6a05cc.json');
 */
export async function readAnnotations(path: string): Promise<LabelledPolygon[]> {
  const polygons = await readPolygons(path);
  const found = polygons.map(({ name, rings }) => ({ label: labelOf(name), rings })).filter(({ label }) => label !== 0);
  if (found.length === 0 && polygons.length > 0) {
    const others = [...new Set(polygons.map(({ name }) => name ?? ''))].join(', ');
    throw problemIn(path, `no class is a glomerulus; there are: ${others}`, 'name the class "glomerulus"');
  }
  return found;
}

/**
 * Reads anatomical regions: every polygon that has a class, by its name as it is written.
 *
 * @throws as {@link readAnnotations}, and for a file in which no polygon has a class
 * @example
 * const [first] = await readRegions('aaa6a05cc-anatomical-structure.json'); // { name: 'Cortex', rings: [...] }
 */
export async function readRegions(path: string): Promise<NamedRegion[]> {
  const regions = (await readPolygons(path)).flatMap(({ name, rings }) =>
    name === undefined ? [] : [{ name, rings }],
  );
  if (regions.length === 0)
    throw problemIn(path, 'no polygon has a class', 'give every region a class such as "cortex"');
  return regions;
}

function ringsOf(coordinates: unknown): LabelledPolygon['rings'] | undefined {
  if (!Array.isArray(coordinates)) return undefined;
  const rings: [number, number][][] = [];
  for (const ring of coordinates) {
    if (!Array.isArray(ring)) return undefined;
    const points: [number, number][] = [];
    for (const point of ring) {
      const [x, y] = Array.isArray(point) ? point : [];
      if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y))
        return undefined;
      points.push([x, y]);
    }
    rings.push(points);
  }
  return rings;
}
