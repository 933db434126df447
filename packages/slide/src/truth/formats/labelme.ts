/** JSON of labelme: one picture, its shapes as points with a label. */
import type { JsonObject, JsonValue } from '../../geojson/json-values.js';
import { SlideError } from '../../slide-error.js';
import { bareShape, boxRing, ellipseRing, ringShape, type Shape } from '../placing/shape.js';
import type { AnnotatedSlide, AnnotationFormat } from './format.js';
import { isPlainObject, jsonOf, numbersOf, objectsIn } from './read-json.js';
import { readUtf8 } from './read-text.node.js';
import { checkPictureSize, nameIn, stemIn } from './same-picture.js';

function pointsOf(shape: JsonObject, number: number, subject: string): (readonly [number, number])[] {
  const list: readonly JsonValue[] = Array.isArray(shape.points) ? shape.points : [];
  return list.map((point) => {
    const [x, y] = numbersOf(point) ?? [];
    if (x !== undefined && y !== undefined) return [x, y] as const;
    throw new SlideError('bad-input', `shape ${number}: a point is not two numbers`, { subject });
  });
}

function shapeOf(shape: JsonObject, number: number, subject: string): Shape {
  const name = typeof shape.label === 'string' && shape.label.trim() !== '' ? shape.label.trim() : undefined;
  const points = pointsOf(shape, number, subject);
  const [first, second] = points;
  switch (shape.shape_type) {
    case 'point':
    case 'points':
      return bareShape(name, 'points');
    case 'line':
    case 'linestrip':
      return bareShape(name, 'lines');
    case 'mask':
      return bareShape(name, 'pictures');
    case 'circle':
      if (first === undefined || second === undefined) return bareShape(name, 'empty');
      return ringShape(name, circle(first, second));
    case 'rectangle':
      if (points.length === 2) {
        return ringShape(
          name,
          boxRing(
            points.map(([x]) => x),
            points.map(([, y]) => y),
          ),
        );
      }
  }
  return ringShape(name, Float64Array.from(points.flat()));
}

/** By its centre and a point on it. */
function circle([x, y]: readonly [number, number], [onX, onY]: readonly [number, number]) {
  const radius = Math.hypot(onX - x, onY - y);
  return ellipseRing(x, y, radius, radius);
}

/** The name of the picture where it is not the slide's. */
function otherName(picture: JsonValue | undefined, { id, image }: AnnotatedSlide): string | undefined {
  if (typeof picture !== 'string' || picture === '') return undefined;
  return [stemIn(image), id].includes(stemIn(picture)) ? undefined : nameIn(picture);
}

/**
 * @param slide whose size the file must have, where it says one
 * @param subject for error messages
 * @throws SlideError `bad-input` for text that is not JSON, a picture of another size, a point that is no two numbers
 * @example
 * shapesOfLabelme(await readFile('slide.json'), slide, 'slide.json');
 */
export function shapesOfLabelme(bytes: Uint8Array, slide: AnnotatedSlide, subject: string): Shape[] {
  const file = jsonOf(bytes, subject);
  if (!isPlainObject(file) || !Array.isArray(file.shapes)) {
    throw new SlideError('bad-input', 'this is not a file of labelme: it has no list "shapes"', { subject });
  }
  checkPictureSize({ width: file.imageWidth, height: file.imageHeight }, slide, subject);
  const drawnOn = otherName(file.imagePath, slide);
  return objectsIn(file.shapes).map((shape, i) => ({
    ...shapeOf(shape, i, subject),
    ...(drawnOn !== undefined && { drawnOn }),
  }));
}

export const labelme: AnnotationFormat = {
  name: 'labelme JSON',
  closed: false,
  recognises: ({ jsonKeys }) => jsonKeys.has('shapes'),
  async *read(path, slide) {
    yield* shapesOfLabelme(await readUtf8(path), slide, path);
  },
};
