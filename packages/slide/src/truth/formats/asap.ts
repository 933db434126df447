/**
 * XML of ASAP. The group of an annotation is its class. Splines are drawn with straight sides between their points, as ASAP's own masks of them are
 * (`AnnotationToMask`).
 */
import { bareShape, boxRing, ringShape, type Shape } from '../placing/shape.js';
import type { AnnotationFormat } from './format.js';
import { readBytes, textOf } from './read-text.node.js';
import { nameOrNothing, numberOf, visitXml } from './xml.js';

interface Drawn {
  readonly type: string;
  readonly group: string | undefined;
  readonly label: string;
  readonly points: { readonly order: number; readonly x: number; readonly y: number }[];
}

function shapeOf({ type, group, points }: Drawn): Shape {
  if (type === 'Dot' || type === 'PointSet') return bareShape(group, 'points');
  if (type === 'Measurement') return bareShape(group, 'lines');
  const inOrder = points.toSorted((a, b) => a.order - b.order);
  if (type === 'Rectangle' && inOrder.length === 2) {
    return ringShape(
      group,
      boxRing(
        inOrder.map(({ x }) => x),
        inOrder.map(({ y }) => y),
      ),
    );
  }
  return ringShape(group, Float64Array.from(inOrder.flatMap(({ x, y }) => [x, y])));
}

/**
 * @param subject for error messages
 * @throws SlideError `bad-input` for text that is not well-formed, or a point that is no number
 * @example
 * shapesOfAsap('<ASAP_Annotations><Annotations>...', 'slide.xml');
 */
export function shapesOfAsap(text: string, subject: string): Shape[] {
  const shapes: Shape[] = [];
  let drawn: Drawn | undefined;
  visitXml(text, subject, {
    open(element, attributes) {
      if (element === 'Annotation') {
        const group = nameOrNothing(attributes.PartOfGroup);
        drawn = {
          type: attributes.Type ?? 'Polygon',
          group: group === 'None' ? undefined : group,
          label: attributes.Name ?? '',
          points: [],
        };
      } else if (element === 'Coordinate' && drawn !== undefined) {
        const what = `annotation "${drawn.label}"`;
        const order =
          attributes.Order === undefined ? drawn.points.length : numberOf(attributes, 'Order', subject, what);
        drawn.points.push({
          order,
          x: numberOf(attributes, 'X', subject, what),
          y: numberOf(attributes, 'Y', subject, what),
        });
      }
    },
    close(element) {
      if (element !== 'Annotation' || drawn === undefined) return;
      shapes.push(shapeOf(drawn));
      drawn = undefined;
    },
  });
  return shapes;
}

export const asap: AnnotationFormat = {
  name: 'ASAP XML',
  closed: false,
  recognises: ({ xmlRoot }) => xmlRoot === 'ASAP_Annotations',
  async *read(path) {
    yield* shapesOfAsap(textOf(await readBytes(path)), path);
  },
};
