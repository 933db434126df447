/** Items of a structured report's tree. Source: PS3.3, C.17.3 and C.18. */
import { concatBytes } from '@ftuseg/core';
import { type Element, encodeElements, ITEM, itemHeader } from '../../dicom-out/elements.js';
import { WHOLE_SLIDE } from '../../dicom-out/slide-elements.js';
import type { Concept } from '../concepts.js';
import { coded, decimal, type ResultInstance } from '../result-elements.js';

export type Relationship = 'CONTAINS' | 'HAS ACQ CONTEXT' | 'HAS CONCEPT MOD' | 'HAS OBS CONTEXT';

export type ContentItem = readonly Element[];

/** Of one report: its items, in its character set. */
export interface ContentItems {
  code(relationship: Relationship, name: Concept, value: Concept, children?: readonly ContentItem[]): ContentItem;
  text(relationship: Relationship, name: Concept, value: string): ContentItem;
  uid(relationship: Relationship, name: Concept, value: string): ContentItem;
  number(name: Concept, value: number, unit: Concept, children?: readonly ContentItem[]): ContentItem;
  /** A source image. */
  image(uid: string, children: readonly ContentItem[]): ContentItem;
  /** @param points x, y, z in millimetres in the slide's frame of reference, the first one again at the end */
  polygon(name: Concept, points: readonly number[]): ContentItem;
  container(name: Concept, children: readonly ContentItem[], template?: string): ContentItem;
  /** A container whose items are written one by one. */
  openContainer(name: Concept, template?: string): ContentItem;
}

const MAX_TEXT = 10240;

/** For one report, which keeps the concepts that it has encoded: every object has the same. */
export function contentItems(instance: ResultInstance): ContentItems {
  const { text, source } = instance;
  const sequences = new Map<Concept, Uint8Array>();
  const sequenceOf = (concept: Concept): Uint8Array => {
    const known = sequences.get(concept);
    if (known !== undefined) return known;
    const bytes = encodeElements(coded(instance, concept));
    const sequence = concatBytes([itemHeader(ITEM, bytes.length), bytes]);
    sequences.set(concept, sequence);
    return sequence;
  };
  const item = (
    relationship: Relationship,
    type: string,
    name: Concept | undefined,
    more: ContentItem,
  ): ContentItem => [
    [0x0040a010, 'CS', relationship],
    [0x0040a040, 'CS', type],
    ...(name === undefined ? [] : ([[0x0040a043, 'SQ', sequenceOf(name)]] as const)),
    ...more,
  ];
  const withChildren = (children: readonly ContentItem[]): ContentItem =>
    children.length === 0 ? [] : [[0x0040a730, 'SQ', children]];
  const openContainer = (name: Concept, template?: string): ContentItem =>
    item('CONTAINS', 'CONTAINER', name, containerElements(template));
  return {
    code: (relationship, name, value, children = []) =>
      item(relationship, 'CODE', name, [[0x0040a168, 'SQ', sequenceOf(value)], ...withChildren(children)]),
    text: (relationship, name, value) =>
      item(relationship, 'TEXT', name, [[0x0040a160, 'UT', text.encode(value, MAX_TEXT)]]),
    uid: (relationship, name, value) => item(relationship, 'UIDREF', name, [[0x0040a124, 'UI', value]]),
    number: (name, value, unit, children = []) =>
      item('CONTAINS', 'NUM', name, [
        [
          0x0040a300,
          'SQ',
          [
            [
              [0x0040a30a, 'DS', decimal(value)],
              [0x004008ea, 'SQ', sequenceOf(unit)],
            ],
          ],
        ],
        ...withChildren(children),
      ]),
    image: (uid, children) =>
      item('CONTAINS', 'IMAGE', undefined, [
        [
          0x00081199,
          'SQ',
          [
            [
              [0x00081150, 'UI', WHOLE_SLIDE],
              [0x00081155, 'UI', uid],
            ],
          ],
        ],
        ...withChildren(children),
      ]),
    polygon: (name, points) =>
      item('CONTAINS', 'SCOORD3D', name, [
        [0x00700022, 'FL', points],
        [0x00700023, 'CS', 'POLYGON'],
        [0x30060024, 'UI', source.frameOfReference],
      ]),
    openContainer,
    container: (name, children, template) => [...openContainer(name, template), ...withChildren(children)],
  };
}

/** Items of a container stand by themselves. @param template of PS3.16 that they follow */
export const containerElements = (template?: string): ContentItem => [
  [0x0040a050, 'CS', 'SEPARATE'],
  ...(template === undefined
    ? []
    : ([
        [
          0x0040a504,
          'SQ',
          [
            [
              [0x00080105, 'CS', 'DCMR'],
              [0x0040db00, 'CS', template],
            ],
          ],
        ],
      ] as const)),
];
