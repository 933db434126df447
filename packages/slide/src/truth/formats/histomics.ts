/**
 * JSON of HistomicsUI and the Digital Slide Archive: annotations, each a list of elements in pixels of level 0. Source: the annotation schema of large_image
 * (girder-large-image-annotation).
 */
import type { Ring } from '@ftuseg/core';
import type { JsonObject, JsonValue } from '../../geojson/json-values.js';
import { SlideError } from '../../slide-error.js';
import { bareShape, boxRing, ellipseRing, ringShape, type Shape, type WithoutArea } from '../placing/shape.js';
import type { AnnotationFormat } from './format.js';
import { isPlainObject, jsonOf, numbersOf, objectsIn } from './read-json.js';
import { readUtf8 } from './read-text.node.js';
import { nameOrNothing } from './xml.js';

/** Elements that have no area of their own. */
const BARE: Readonly<Record<string, WithoutArea>> = {
  point: 'points',
  arrow: 'lines',
  rectanglegrid: 'lines',
  heatmap: 'pictures',
  griddata: 'pictures',
  image: 'pictures',
  pixelmap: 'pictures',
};

type Fail = (problem: string) => never;

const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' ? nameOrNothing(value) : undefined;

/** Points of three numbers, of which the third is the focus. */
function ringOf(points: JsonValue | undefined, fail: Fail): Ring {
  const list: readonly JsonValue[] = Array.isArray(points) ? points : [];
  return Float64Array.from(
    list.flatMap((point) => {
      const [x, y] = numbersOf(point) ?? [];
      return x === undefined || y === undefined ? fail('a point is not two or three numbers') : [x, y];
    }),
  );
}

/** Turns by an angle in radians from the first axis to the second. */
function turned(ring: Ring, [x, y]: readonly [number, number], angle: number): Ring {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ring.map((_, i) => {
    const [dx, dy] = [(ring[i & ~1] ?? 0) - x, (ring[i | 1] ?? 0) - y];
    return i % 2 === 0 ? x + dx * cos - dy * sin : y + dx * sin + dy * cos;
  });
}

/** The ring of what has a centre; undefined for other elements. */
function ringAround(element: JsonObject, fail: Fail): Ring | undefined {
  const { type } = element;
  if (type !== 'rectangle' && type !== 'ellipse' && type !== 'circle') return undefined;
  const number = (key: string): number => {
    const value = element[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : fail(`${key} is not a number`);
  };
  const [x, y] = numbersOf(element.center) ?? [];
  if (x === undefined || y === undefined) return fail('its centre is not two or three numbers');
  if (type === 'circle') return ellipseRing(x, y, number('radius'), number('radius'));
  const [across, down] = [number('width') / 2, number('height') / 2];
  const ring =
    type === 'ellipse' ? ellipseRing(x, y, across, down) : boxRing([x - across, x + across], [y - down, y + down]);
  const angle = element.rotation === undefined ? 0 : number('rotation');
  return angle === 0 ? ring : turned(ring, [x, y], angle);
}

/**
 * The class is the element's group, else its label, else the name of its annotation; where the class map does not take one, the next.
 */
function shapeOf(element: JsonObject, annotation: string | undefined, number: number, subject: string): Shape {
  const fail: Fail = (problem) => {
    throw new SlideError('bad-input', `element ${number}: ${problem}`, { subject });
  };
  const label = isPlainObject(element.label) ? textOf(element.label.value) : undefined;
  const [name, ...inherits] = [textOf(element.group), label, annotation].filter((one) => one !== undefined);
  const { type, points, holes, closed } = element;
  const named = (shape: Shape): Shape => (inherits.length === 0 ? shape : { ...shape, inherits });
  const bare = typeof type === 'string' ? BARE[type] : undefined;
  if (bare !== undefined) return named(bareShape(name, bare));
  const around = ringAround(element, fail);
  if (around !== undefined) return named(ringShape(name, around));
  if (type !== 'polyline') return named(bareShape(name, 'without geometry'));
  const ring = ringOf(points, fail);
  if (closed !== true) return named(bareShape(name, 'lines'));
  if (ring.length === 0) return named(bareShape(name, 'empty'));
  const inner = Array.isArray(holes) ? holes.map((hole: JsonValue) => ringOf(hole, fail)) : [];
  return named({ name, polygons: [[ring, ...inner.filter(({ length }) => length > 0)]] });
}

/**
 * @param bytes one annotation, or a list of them, each as it was drawn or inside the record of the server
 * @param subject for error messages
 * @throws SlideError `bad-input` for text that is not JSON, an annotation without elements, and a point, centre or size that is no number
 * @example
 * shapesOfHistomics(await readFile('annotation.json'), 'annotation.json');
 */
export function shapesOfHistomics(bytes: Uint8Array, subject: string): Shape[] {
  const file = jsonOf(bytes, subject);
  const shapes: Shape[] = [];
  for (const record of objectsIn(Array.isArray(file) ? file : [file])) {
    const annotation = isPlainObject(record.annotation) ? record.annotation : record;
    if (!Array.isArray(annotation.elements)) {
      throw new SlideError('bad-input', 'this is not an annotation of HistomicsUI: it has no list "elements"', {
        subject,
        hint: 'download the annotation with its elements',
      });
    }
    const name = textOf(annotation.name);
    for (const element of objectsIn(annotation.elements)) {
      shapes.push(shapeOf(element, name, shapes.length + 1, subject));
    }
  }
  return shapes;
}

export const histomics: AnnotationFormat = {
  name: 'HistomicsUI JSON',
  closed: false,
  recognises: ({ jsonKeys }) => jsonKeys.has('elements') || jsonKeys.has('annotation'),
  async *read(path) {
    yield* shapesOfHistomics(await readUtf8(path), path);
  },
};
