/**
 * XML of ASAP. The group of an annotation is its class; a group may be part of another, whose class it then inherits. Splines are drawn with straight
 * sides between their points, as ASAP's own masks of them are (`AnnotationToMask`).
 */
import { bareShape, boxRing, ringShape, type Shape } from '../placing/shape.js';
import type { AnnotationFormat } from './format.js';
import { readBytes, xmlText } from './read-text.node.js';
import { nameOrNothing, numberOf, visitXml } from './xml.js';

/** The value of `PartOfGroup` where there is no group. */
const NO_GROUP = 'None';

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

/** The group that an element is part of; undefined for none. */
function groupOf(attributes: Readonly<Record<string, string | undefined>>): string | undefined {
  const group = nameOrNothing(attributes.PartOfGroup);
  return group === NO_GROUP ? undefined : group;
}

/** The groups around a group, from the nearest outwards. @param parents the group that each is part of */
function groupsAround(group: string | undefined, parents: ReadonlyMap<string, string>): string[] {
  const around = new Set<string>();
  for (let next = parents.get(group ?? ''); next !== undefined && next !== group; next = parents.get(next)) {
    // Groups that are part of each other have been walked round.
    if (around.has(next)) break;
    around.add(next);
  }
  return [...around];
}

/**
 * @param subject for error messages
 * @throws SlideError `bad-input` for text that is not well-formed, or a point that is no number
 * @example
 * shapesOfAsap('<ASAP_Annotations><Annotations>...', 'slide.xml');
 */
export function shapesOfAsap(text: string, subject: string): Shape[] {
  const all: Drawn[] = [];
  const parents = new Map<string, string>();
  let drawn: Drawn | undefined;
  visitXml(text, subject, {
    open(element, attributes) {
      if (element === 'Annotation') {
        drawn = {
          type: attributes.Type ?? 'Polygon',
          group: groupOf(attributes),
          label: attributes.Name ?? '',
          points: [],
        };
      } else if (element === 'Group') {
        const [name, parent] = [nameOrNothing(attributes.Name), groupOf(attributes)];
        if (name !== undefined && parent !== undefined) parents.set(name, parent);
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
      all.push(drawn);
      drawn = undefined;
    },
  });
  // Groups stand behind the annotations.
  return all.map((one) => {
    const inherits = groupsAround(one.group, parents);
    return inherits.length === 0 ? shapeOf(one) : { ...shapeOf(one), inherits };
  });
}

export const asap: AnnotationFormat = {
  name: 'ASAP XML',
  closed: false,
  recognises: ({ xmlRoot }) => xmlRoot === 'ASAP_Annotations',
  async *read(path) {
    yield* shapesOfAsap(xmlText(await readBytes(path), path), path);
  },
};
