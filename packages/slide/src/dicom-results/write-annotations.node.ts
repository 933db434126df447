/**
 * Writes objects as Microscopy Bulk Simple Annotations, DICOM's form for many of them: for each class one array of corners and one for each measure,
 * a few dozen bytes where a report has thousands. Source: PS3.3, A.87 and C.37.1.
 */
import { type Element, encodeElements } from '../dicom-out/elements.js';
import { newUid } from '../dicom-out/uid.js';
import { AREA, type Concept, DIAMETER, MICROMETRES, NO_UNITS, PROBABILITY, SQUARE_MICROMETRES } from './concepts.js';
import {
  algorithmItem,
  cieLab,
  coded,
  placeElements,
  type ResultClass,
  type ResultInstance,
  type ResultSeries,
  referencedSeries,
  resultElements,
  resultInstance,
  sourceReferences,
} from './result-elements.js';
import { writeResultFile } from './result-file.node.js';
import { outlineOnSlide, type ResultObject } from './result-object.js';
import type { SlidePlace } from './slide-place.js';
import { ANNOTATIONS } from './sop-classes.js';

/** Numbers that grow, as the 32 bits that are written. */
class Numbers {
  #view = new DataView(new ArrayBuffer(1 << 12));
  length = 0;

  float(value: number): void {
    this.#grow();
    this.#view.setFloat32(4 * this.length++, value, true);
  }

  long(value: number): void {
    this.#grow();
    this.#view.setUint32(4 * this.length++, value, true);
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, 4 * this.length);
  }

  #grow(): void {
    if (4 * this.length < this.#view.byteLength) return;
    const larger = new Uint8Array(2 * this.#view.byteLength);
    larger.set(new Uint8Array(this.#view.buffer));
    this.#view = new DataView(larger.buffer);
  }
}

/** The objects of a class. */
interface Group {
  /** X and y in millimetres of all corners; z is 0. */
  readonly points: Numbers;
  /** Where the numbers of each object begin, from 1. */
  readonly starts: Numbers;
  readonly areas: Numbers;
  readonly diameters: Numbers;
  readonly probabilities: Numbers;
}

/**
 * Memory holds the corners of all outlines, eight bytes each.
 * @throws FtuError `io`, `cancelled`
 * @example
 * await writeAnnotations('scan-1.ann.dcm', objects, { source, classes, algorithm });
 */
export async function writeAnnotations(
  path: string,
  objects: Iterable<ResultObject>,
  series: ResultSeries,
  signal?: AbortSignal,
): Promise<void> {
  const instance = resultInstance(series, ANNOTATIONS);
  const groups = series.classes.map(
    (): Group => ({
      points: new Numbers(),
      starts: new Numbers(),
      areas: new Numbers(),
      diameters: new Numbers(),
      probabilities: new Numbers(),
    }),
  );
  for (const object of objects) {
    const group = groups[object.label - 1];
    if (group === undefined) throw new RangeError(`no class has label ${object.label}`);
    add(group, object, series.source.place);
  }
  await writeResultFile(
    path,
    instance,
    annotationElements(instance),
    async (file) => {
      await file.beginSequence(0x006a0002);
      let number = 0;
      for (const [c, one] of series.classes.entries()) {
        const group = groups[c];
        // A group has at least one annotation.
        if (group === undefined || group.areas.length === 0) continue;
        await file.item(encodeElements(groupElements(instance, one, group, ++number)));
      }
      await file.endSequence();
      await file.write(encodeElements(CONTENT));
    },
    signal,
  );
}

function add(group: Group, object: ResultObject, place: SlidePlace): void {
  const { area, diameter, probability } = object;
  group.starts.long(group.points.length + 1);
  for (const [x, y] of outlineOnSlide(object, place)) {
    group.points.float(x);
    group.points.float(y);
  }
  group.areas.float(area);
  group.diameters.float(diameter);
  group.probabilities.float(probability);
}

/** Everything before the groups. */
const annotationElements = (instance: ResultInstance): Element[] => [
  ...resultElements(instance, { modality: 'ANN', number: 703, description: 'Annotations' }),
  ...placeElements(instance),
  referencedSeries(instance),
  [0x00081140, 'SQ', sourceReferences(instance)],
  [0x006a0001, 'CS', '3D'],
];

/** Everything behind the groups. */
const CONTENT: readonly Element[] = [
  [0x00700080, 'CS', 'ANNOTATIONS'],
  [0x00700081, 'LO', 'Objects found by a segmentation network'],
  [0x00700084, 'PN', ''],
];

const groupElements = (
  instance: ResultInstance,
  { name, category, type, modifier, colour }: ResultClass,
  group: Group,
  number: number,
): readonly Element[] => [
  [0x0040a180, 'US', [number]],
  [0x0062000d, 'US', cieLab(colour)],
  [0x00660016, 'OF', group.points.bytes()],
  [0x00660040, 'OL', group.starts.bytes()],
  [
    0x00660121,
    'SQ',
    [
      measure(instance, AREA, SQUARE_MICROMETRES, group.areas),
      measure(instance, DIAMETER, MICROMETRES, group.diameters),
      measure(instance, PROBABILITY, NO_UNITS, group.probabilities),
    ],
  ],
  [0x006a0003, 'UI', newUid()],
  [0x006a0005, 'LO', instance.text.encode(name, 64)],
  [0x006a0006, 'UT', 'Diameter: of the disc of the same area. Probability: mean over the pixels.'],
  [0x006a0007, 'CS', 'AUTOMATIC'],
  [0x006a0008, 'SQ', [algorithmItem(instance)]],
  [0x006a0009, 'SQ', [coded(instance, category)]],
  [
    0x006a000a,
    'SQ',
    [
      [
        ...coded(instance, type),
        ...(modifier === undefined ? [] : ([[0x006a000b, 'SQ', [coded(instance, modifier)]]] as const)),
      ],
    ],
  ],
  [0x006a000c, 'UL', [group.areas.length]],
  [0x006a000d, 'CS', 'YES'],
  [0x006a000f, 'CS', 'NO'],
  [0x006a0010, 'FD', [0]],
  [0x00700023, 'CS', 'POLYGON'],
];

const measure = (instance: ResultInstance, name: Concept, unit: Concept, values: Numbers): readonly Element[] => [
  [0x004008ea, 'SQ', [coded(instance, unit)]],
  [0x0040a043, 'SQ', [coded(instance, name)]],
  [0x00660132, 'SQ', [[[0x00660125, 'OF', values.bytes()]]]],
];
