/**
 * What all results of a slide share: they belong to its patient, study and specimen, and are a series of their own. Source: PS3.3, C.7.1.1 to C.7.5.1,
 * C.12.1 (SOP common), 10.16 (algorithm identification).
 */
import type { Element } from '../dicom-out/elements.js';
import { WHOLE_SLIDE } from '../dicom-out/slide-elements.js';
import { newUid } from '../dicom-out/uid.js';
import { ARTIFICIAL_INTELLIGENCE, type Concept, conceptElements, OWN_SCHEME } from './concepts.js';
import type { DicomSource } from './dicom-source.node.js';
import { type ResultText, resultText } from './result-text.js';
import { writtenClasses } from './written-classes.js';

/** A class of objects, in the order of labels: the first is label 1. */
export interface ResultClass {
  readonly name: string;
  readonly category: Concept;
  readonly type: Concept;
  readonly modifier: Concept | undefined;
  /** Red, green, blue, 0 to 255. */
  readonly colour: readonly [number, number, number];
}

/** What has found the objects. */
export interface ResultAlgorithm {
  readonly name: string;
  readonly version: string;
  /** Such as digests of models. */
  readonly parameters: string;
}

/** What results of a slide are made of, besides masks and objects. */
export interface ResultSeries {
  readonly source: DicomSource;
  readonly classes: readonly ResultClass[];
  readonly algorithm: ResultAlgorithm;
}

/** One file of results while it is written. */
export interface ResultInstance extends ResultSeries {
  readonly uid: string;
  readonly sopClass: string;
  readonly text: ResultText;
  /** `YYYYMMDD` and `HHMMSS`, local time. */
  readonly date: string;
  readonly time: string;
}

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

function textOf({ source, classes, algorithm }: ResultSeries): ResultText {
  const { identity, specimen, characterSet } = source;
  const { name, parameters, version } = algorithm;
  const ours = [...classes.map((one) => one.name), name, parameters, version];
  return resultText([...identity, ...specimen], characterSet, ours);
}

/** Names that results have in other letters: their character set lacks some, or two are the same in the 64 that a label has. */
export function renamedClasses(series: ResultSeries): { readonly name: string; readonly written: string }[] {
  const written = writtenClasses(series.classes, textOf(series));
  return series.classes.flatMap(({ name }, c) => {
    const label = written[c]?.name ?? name;
    return label === name ? [] : [{ name, written: label }];
  });
}

export function resultInstance(series: ResultSeries, sopClass: string, now = new Date()): ResultInstance {
  const digits = (value: number): string => String(value).padStart(2, '0');
  const text = textOf(series);
  return {
    ...series,
    classes: writtenClasses(series.classes, text),
    uid: newUid(),
    sopClass,
    text,
    date: `${now.getFullYear()}${digits(now.getMonth() + 1)}${digits(now.getDate())}`,
    time: `${digits(now.getHours())}${digits(now.getMinutes())}${digits(now.getSeconds())}`,
  };
}

export const coded = ({ text }: Pick<ResultInstance, 'text'>, concept: Concept): readonly Element[] =>
  conceptElements(concept, text.encode);

/** @param series number and modality of the new series, and what it is called */
export function resultElements(
  instance: ResultInstance,
  {
    modality,
    number,
    description,
  }: { readonly modality: string; readonly number: number; readonly description: string },
): Element[] {
  const { source, uid, sopClass, text, date, time, algorithm } = instance;
  return [
    ...(text.characterSet === undefined ? [] : ([[0x00080005, 'CS', text.characterSet]] as const)),
    [0x00080016, 'UI', sopClass],
    [0x00080018, 'UI', uid],
    [0x00080023, 'DA', date],
    [0x00080033, 'TM', time],
    [0x00080060, 'CS', modality],
    [0x00080070, 'LO', 'ftuseg'],
    [0x0008103e, 'LO', description],
    [0x00081090, 'LO', 'ftuseg'],
    [0x00080110, 'SQ', [ownScheme(), UBERON]],
    [0x00181000, 'LO', 'unknown'],
    [0x00181020, 'LO', text.encode(algorithm.version, 64)],
    [0x0020000d, 'UI', source.study],
    [0x0020000e, 'UI', newUid()],
    [0x00200011, 'IS', String(number)],
    [0x00200013, 'IS', '1'],
    ...source.identity,
  ];
}

const ownScheme = (): readonly Element[] => [
  [0x00080102, 'SH', OWN_SCHEME],
  [0x00080115, 'ST', 'ftuseg: classes of models'],
];
const UBERON: readonly Element[] = [
  [0x00080102, 'SH', 'UBERON'],
  [0x0008010c, 'UI', '1.2.840.10008.2.16.6'],
  [0x00080115, 'ST', 'Uberon Ontology'],
];

/** Where a result lies, and on which glass. */
export const placeElements = ({ source }: ResultSeries): readonly Element[] => [
  ...source.specimen,
  [0x00200052, 'UI', source.frameOfReference],
  source.positionReference,
];

export const sourceReferences = ({ source }: ResultSeries): readonly (readonly Element[])[] =>
  source.instances.map((uid) => [
    [0x00081150, 'UI', WHOLE_SLIDE],
    [0x00081155, 'UI', uid],
  ]);

/** Series and instances that a file refers to. */
export const referencedSeries = (series: ResultSeries): Element => [
  0x00081115,
  'SQ',
  [
    [
      [0x0020000e, 'UI', series.source.series],
      [0x0008114a, 'SQ', sourceReferences(series)],
    ],
  ],
];

/** An item of an algorithm identification. */
export const algorithmItem = (instance: ResultInstance): readonly Element[] => {
  const { algorithm, text } = instance;
  return [
    [0x0066002f, 'SQ', [coded(instance, ARTIFICIAL_INTELLIGENCE)]],
    [0x00660031, 'LO', text.encode(algorithm.version, 64)],
    [0x00660032, 'LT', text.encode(algorithm.parameters, 10240)],
    [0x00660036, 'LO', text.encode(algorithm.name, 64)],
  ];
};

/** At most 16 letters, as DS has it, with as many digits as fit. */
export function decimal(value: number): string {
  const whole = String(value);
  if (whole.length <= 16) return whole;
  for (let digits = 15; ; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
}

/** CIELab as 16-bit fractions. Source: PS3.3, C.10.7.1.1; CIE 15:2004 for sRGB under D50 (Bradford). */
export function cieLab([red, green, blue]: readonly [number, number, number]): readonly number[] {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((octet) => {
    const v = octet / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const [x = 0, y = 0, z = 0] = [
    (0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422,
    0.2225045 * r + 0.7168786 * g + 0.0606169 * b,
    (0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521,
  ].map((t) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116));
  const sixteen = (value: number): number => Math.round(Math.min(Math.max(value, 0), 1) * 65535);
  return [sixteen((116 * y - 16) / 100), sixteen((500 * (x - y) + 128) / 255), sixteen((200 * (y - z) + 128) / 255)];
}
