/**
 * XML of Aperio's ImageScope, and of HALO, which has the same layers and regions. A layer is a class; regions are outlines, rectangles as they are or by two
 * corners, ellipses by the corners of their box. A negative region takes away from its layer.
 */
import type { Ring } from '@ftuseg/core';
import { bareShape, boxRing, ellipseRing, ringShape, type Shape } from '../placing/shape.js';
import type { AnnotationFormat } from './format.js';
import { readBytes, xmlText } from './read-text.node.js';
import { type Attributes, nameOrNothing, numberOf, visitXml } from './xml.js';

/** ImageScope has numbers, HALO words: what has an area and what has none. */
const KINDS: Readonly<Record<string, 'outline' | 'rectangle' | 'ellipse' | 'lines' | 'points'>> = {
  '0': 'outline',
  '1': 'rectangle',
  '2': 'ellipse',
  '3': 'lines',
  '4': 'lines',
  '5': 'points',
  polygon: 'outline',
  rectangle: 'rectangle',
  ellipse: 'ellipse',
  ruler: 'lines',
  arrow: 'lines',
  line: 'lines',
  pin: 'points',
};

interface Region {
  readonly attributes: Attributes;
  readonly x: number[];
  readonly y: number[];
}

interface Layer {
  readonly number: number;
  readonly name: string | undefined;
  readonly id: string | undefined;
  attribute: string | undefined;
  readonly regions: Region[];
}

const isTrue = (text: string | undefined): boolean => text === '1' || text?.toLowerCase() === 'true';

/** The class of a layer: its name, else its attribute, else the text of the region, else its number. */
const nameOf = ({ name, attribute, id, number }: Layer, { attributes }: Region): string =>
  name ?? attribute ?? nameOrNothing(attributes.Text) ?? `layer ${id ?? number}`;

function shapeOf(layer: Layer, region: Region): Shape {
  const { x, y, attributes } = region;
  const name = nameOf(layer, region);
  const kind = KINDS[(attributes.Type ?? '0').toLowerCase()] ?? 'outline';
  const extra = { layer: layer.number, ...(isTrue(attributes.NegativeROA) && { negative: true }) };
  if (kind === 'lines' || kind === 'points') return bareShape(name, kind);
  let ring: Ring = Float64Array.from(x.flatMap((value, i) => [value, y[i] ?? 0]));
  if (kind === 'rectangle' && x.length === 2) ring = boxRing(x, y);
  if (kind === 'ellipse' && x.length >= 2 && x.length <= 4) {
    const [left, right, top, bottom] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
    ring = ellipseRing((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2);
  }
  return { ...ringShape(name, ring), ...extra };
}

/**
 * @param subject for error messages
 * @throws SlideError `bad-input` for text that is not well-formed, or a point that is no number
 * @example
 * shapesOfImageScope('<Annotations><Annotation Name="Glomerulus">...', 'slide.xml');
 */
export function shapesOfImageScope(text: string, subject: string): Shape[] {
  const shapes: Shape[] = [];
  let layers = 0;
  let layer: Layer | undefined;
  let region: Region | undefined;
  visitXml(text, subject, {
    open(element, attributes) {
      if (element === 'Annotation') {
        layer = {
          number: ++layers,
          name: nameOrNothing(attributes.Name),
          id: attributes.Id,
          attribute: undefined,
          regions: [],
        };
      } else if (element === 'Region' && layer !== undefined) {
        region = { attributes, x: [], y: [] };
        layer.regions.push(region);
      } else if (element === 'Attribute' && layer !== undefined && region === undefined) {
        // "Description" is the empty field of every layer: its value may be a class, its name is not.
        const given = attributes.Name === 'Description' ? attributes.Value : attributes.Name;
        layer.attribute ??= nameOrNothing(given);
      } else if ((element === 'Vertex' || element === 'V') && region !== undefined) {
        const what = `region ${region.attributes.Id ?? layer?.regions.length ?? ''}`;
        region.x.push(numberOf(attributes, 'X', subject, what));
        region.y.push(numberOf(attributes, 'Y', subject, what));
      }
    },
    close(element) {
      if (element === 'Region') region = undefined;
      if (element !== 'Annotation' || layer === undefined) return;
      for (const one of layer.regions) shapes.push(shapeOf(layer, one));
      layer = undefined;
    },
  });
  return shapes;
}

export const imageScope: AnnotationFormat = {
  name: 'ImageScope XML',
  closed: false,
  recognises: ({ xmlRoot }) => xmlRoot === 'Annotations',
  async *read(path) {
    yield* shapesOfImageScope(xmlText(await readBytes(path), path), path);
  },
};
