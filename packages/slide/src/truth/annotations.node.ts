/** Annotation files of any format that is read: their objects as labels of a slide, or as they are drawn. Coordinates are level-0 pixels. */
import type { LabelledRings, Ring } from '@ftuseg/core';
import { withLocalCopy } from '@ftuseg/files';
import { KNOWN_NAMES } from '../classes/class-names.js';
import type { ClassMap } from '../classes/classes.js';
import { SlideError } from '../slide-error.js';
import type { AnnotatedSlide } from './formats/format.js';
import { findFormat } from './formats/registry.node.js';
import { cutShapes } from './placing/cut-shapes.js';
import type { LabelledPolygon } from './placing/fill-polygons.js';
import { type PlacedShapes, placeShapes } from './placing/place-shapes.js';
import type { Shape } from './placing/shape.js';

/** A polygon as it is drawn, with the name of its class. */
export interface NamedRegion {
  readonly name: string;
  readonly rings: LabelledPolygon['rings'];
}

const problemIn = (path: string, problem: string, hint: string): SlideError =>
  new SlideError('bad-input', problem, { subject: path, hint });

export const withoutRegions = (path: string): SlideError =>
  problemIn(path, 'no polygon has a class', 'give every region a class such as "cortex"');

/** Of an anatomical region. */
export const regionName = ({ name, inherits = [] }: Shape): string | undefined => name ?? inherits[0];

/** For files that say nothing of their slide. */
const anySlide: AnnotatedSlide = { id: '', image: '', width: 0, height: 0 };

/**
 * The objects of a file, or of one at an address, as labels of its slide, by the class map, with a report of what was taken and what was left out.
 *
 * @throws FtuError `not-found`, `io`; SlideError as `findFormat`, the format's reader and `placeShapes`
 * @example
 * const { labels, report } = await readAnnotationLabels('slide.geojson', { id: 'a', image: 'a.svs', width, height }, parseClasses(undefined));
 */
export async function readAnnotationLabels(
  path: string,
  slide: AnnotatedSlide,
  classes: ClassMap,
): Promise<PlacedShapes> {
  return withLocalCopy(path, async (local) => {
    const format = await findFormat(local);
    return placeShapes(format.read(local, slide), slide, classes, format, path);
  });
}

/** Every object of a file that has an area, without what takes away from it. */
async function readAreas(path: string, slide: AnnotatedSlide): Promise<Shape[]> {
  return withLocalCopy(path, async (local) => {
    const format = await findFormat(local);
    const found: Shape[] = [];
    for await (const shape of format.read(local, slide)) if (shape.polygons.length > 0) found.push(shape);
    return [...cutShapes(found).shapes];
  });
}

/** The first of an object's names that a table has. */
const labelOf = ({ name, inherits = [] }: Shape): number | undefined =>
  [name, ...inherits].map((one) => KNOWN_NAMES.get(one ?? '')).find((label) => label !== undefined);

/** Corners as pairs. */
const pairs = (rings: readonly Ring[]): LabelledPolygon['rings'] =>
  rings.map((ring) =>
    Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i] ?? 0, ring[2 * i + 1] ?? 0] as const),
  );

/**
 * Reads the polygons of glomeruli as flat rings, for `runsOfPolygons`: label 1, and 2 for sclerotic ones, by the names that count without a class map (see
 * `KNOWN_NAMES`). Other classes (cortex, artery) are passed over, unless there is nothing else. What lies beyond the slide is given too: only
 * {@link readAnnotationLabels} reports what is used and what is not.
 *
 * @param slide that the file is of; formats that name it or state its size (COCO, labelme, NDPA, DICOM) need it
 * @throws as {@link readAnnotations}
 * @example
 * const mask = runsOfPolygons(await readAnnotationRings('aaa6a05cc.json'), slide.width, slide.height);
 */
export async function readAnnotationRings(path: string, slide: AnnotatedSlide = anySlide): Promise<LabelledRings[]> {
  const shapes = await readAreas(path, slide);
  const found = shapes.flatMap((shape) => {
    const label = labelOf(shape);
    return label === undefined ? [] : shape.polygons.map((rings) => ({ label, rings }));
  });
  if (found.length === 0 && shapes.length > 0) {
    const others = [...new Set(shapes.map(({ name }) => name ?? 'no class'))].join(', ');
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
export async function readAnnotations(path: string, slide?: AnnotatedSlide): Promise<LabelledPolygon[]> {
  return (await readAnnotationRings(path, slide)).map(({ label, rings }) => ({ label, rings: pairs(rings) }));
}

/**
 * Reads anatomical regions as they are drawn: every polygon that has a class, by its name as it is written. {@link readRegionLabels} gives them as labels of
 * their slide, with a report.
 *
 * @param slide as of {@link readAnnotationRings}
 * @throws as {@link readAnnotations}, and for a file in which no polygon has a class
 * @example
 * const [first] = await readRegions('aaa6a05cc-anatomical-structure.json'); // { name: 'Cortex', rings: [...] }
 */
export async function readRegions(path: string, slide: AnnotatedSlide = anySlide): Promise<NamedRegion[]> {
  const regions = (await readAreas(path, slide)).flatMap((shape) => {
    const name = regionName(shape);
    return name === undefined ? [] : shape.polygons.map((rings) => ({ name, rings: pairs(rings) }));
  });
  if (regions.length === 0) throw withoutRegions(path);
  return regions;
}
