/**
 * Polygons of glomeruli from GeoJSON (RFC 7946), as QuPath exports it, and from HuBMAP's JSON: the same features as a bare
 * array. Coordinates are level-0 pixels.
 */
import type { LabelledRings, Ring } from '@ftuseg/core';
import { SlideError } from '../errors.js';
import { readGeoJson } from '../geojson/read-geojson.node.js';
import type { LabelledPolygon } from './fill-polygons.js';

/** 1 glomerulus (also where nothing is said), 2 sclerotic glomerulus, 0 anything else. */
function labelOf(name: string | undefined): number {
  if (name === undefined) return 1;
  if (!/glomerul/i.test(name)) return 0;
  return /sclero/i.test(name) && !/non.?sclero/i.test(name) ? 2 : 1;
}

/** A polygon as it is drawn, with the name of its class. */
export interface NamedRegion {
  readonly name: string;
  readonly rings: LabelledPolygon['rings'];
}

const problemIn = (path: string, problem: string, hint: string): SlideError =>
  new SlideError('bad-input', problem, { subject: path, hint });

/** Every polygon of a file with its class, or undefined where it has none. Points and lines have no area and are passed over. */
async function readPolygons(path: string): Promise<{ name: string | undefined; rings: readonly Ring[] }[]> {
  const found: { name: string | undefined; rings: readonly Ring[] }[] = [];
  for await (const { name, polygons } of readGeoJson(path))
    for (const { rings } of polygons) found.push({ name, rings });
  return found;
}

/** Corners as pairs. */
const pairs = (rings: readonly Ring[]): LabelledPolygon['rings'] =>
  rings.map((ring) =>
    Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i] ?? 0, ring[2 * i + 1] ?? 0] as const),
  );

/**
 * Reads the polygons of glomeruli as flat rings, for `runsOfPolygons`; a class name with "sclero" in it makes label 2. Other classes
 * (cortex, artery) are passed over, unless there is nothing else.
 *
 * @throws as {@link readAnnotations}
 * @example
 * const mask = runsOfPolygons(await readAnnotationRings('aaa6a05cc.json'), slide.width, slide.height);
 */
export async function readAnnotationRings(path: string): Promise<LabelledRings[]> {
  const polygons = await readPolygons(path);
  const found = polygons.map(({ name, rings }) => ({ label: labelOf(name), rings })).filter(({ label }) => label !== 0);
  if (found.length === 0 && polygons.length > 0) {
    const others = [...new Set(polygons.map(({ name }) => name ?? ''))].join(', ');
    throw problemIn(path, `no class is a glomerulus; there are: ${others}`, 'name the class "glomerulus"');
  }
  return found;
}

/**
 * Reads the polygons of glomeruli as lists of points; as {@link readAnnotationRings}.
 *
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for text that is not such a file, a polygon without
 *   coordinates, or a file in which no class is a glomerulus
 * @example
 * const polygons = await readAnnotations('aaa6a05cc.json');
 */
export async function readAnnotations(path: string): Promise<LabelledPolygon[]> {
  return (await readAnnotationRings(path)).map(({ label, rings }) => ({ label, rings: pairs(rings) }));
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
    name === undefined ? [] : [{ name, rings: pairs(rings) }],
  );
  if (regions.length === 0)
    throw problemIn(path, 'no polygon has a class', 'give every region a class such as "cortex"');
  return regions;
}
