/** What a report of measurements holds before its objects, and of each object. Source: PS3.16, TID 1500, 1001, 1004, 1410, 1501 and 4019. */
import {
  AREA,
  ARTIFICIAL_INTELLIGENCE,
  concept,
  DIAMETER,
  MICROMETRES,
  NO_UNITS,
  OWN_SCHEME,
  PROBABILITY,
  SLIDE_MICROSCOPY,
  SQUARE_MICROMETRES,
} from '../concepts.js';
import type { ResultClass, ResultInstance } from '../result-elements.js';
import { outlineOnSlide, type ResultObject, uidOf } from '../result-object.js';
import type { ContentItem, ContentItems } from './content-items.js';

const dcm = (value: string, meaning: string) => concept(value, 'DCM', meaning);

export const TITLE = dcm('126000', 'Imaging Measurement Report');
export const IMAGING_MEASUREMENTS = dcm('126010', 'Imaging Measurements');
const GROUP = dcm('125007', 'Measurement Group');
const FINDING = dcm('121071', 'Finding');
const CATEGORY = concept('276214006', 'SCT', 'Finding category');
const ALGORITHM_NAME = dcm('111001', 'Algorithm Name');
const ALGORITHM_VERSION = dcm('111003', 'Algorithm Version');
const ALGORITHM_PARAMETERS = dcm('111002', 'Algorithm Parameters');
const ALGORITHM_FAMILY = dcm('111000', 'Algorithm Family');
const TRACKING = dcm('112039', 'Tracking Identifier');
const TRACKING_UID = dcm('112040', 'Tracking Unique Identifier');
const IMAGE_REGION = dcm('111030', 'Image Region');
const MEAN = [dcm('121401', 'Derivation'), concept('373098007', 'SCT', 'Mean')] as const;
const METHOD = concept('370129005', 'SCT', 'Measurement Method');
const SAME_AREA = concept('equal-area disc', OWN_SCHEME, 'Diameter of the disc of the same area');
const COUNT = concept('object count', OWN_SCHEME, 'Number of objects');
const SCLEROSIS = concept('sclerosis', OWN_SCHEME, 'Sclerosis');

/** Items of the root before the objects: language, observer, procedure, and the images that were measured. */
export function introduction(items: ContentItems, instance: ResultInstance, deviceUid: string): ContentItem[] {
  const { algorithm, source } = instance;
  const modality = items.code('HAS ACQ CONTEXT', dcm('121139', 'Modality'), dcm('SM', 'Slide Microscopy'));
  const frame = items.uid('HAS ACQ CONTEXT', dcm('112227', 'Frame of Reference UID'), source.frameOfReference);
  const images = source.instances.map((uid) => items.image(uid, [modality, frame]));
  return [
    items.code(
      'HAS CONCEPT MOD',
      dcm('121049', 'Language of Content Item and Descendants'),
      concept('en', 'RFC5646', 'English'),
    ),
    items.code('HAS OBS CONTEXT', dcm('121005', 'Observer Type'), dcm('121007', 'Device')),
    items.uid('HAS OBS CONTEXT', dcm('121012', 'Device Observer UID'), deviceUid),
    items.text('HAS OBS CONTEXT', dcm('121013', 'Device Observer Name'), algorithm.name),
    items.text('HAS OBS CONTEXT', dcm('121014', 'Device Observer Manufacturer'), 'ftuseg'),
    items.text('HAS OBS CONTEXT', dcm('121015', 'Device Observer Model Name'), `ftuseg ${algorithm.version}`),
    items.code('HAS CONCEPT MOD', dcm('121058', 'Procedure reported'), SLIDE_MICROSCOPY),
    items.container(
      dcm('111028', 'Image Library'),
      [items.container(dcm('126200', 'Image Library Group'), images)],
      '1600',
    ),
  ];
}

const algorithmItems = (items: ContentItems, { algorithm }: ResultInstance): ContentItem[] => [
  items.text('HAS CONCEPT MOD', ALGORITHM_NAME, algorithm.name),
  items.text('HAS CONCEPT MOD', ALGORITHM_VERSION, algorithm.version),
  items.text('HAS CONCEPT MOD', ALGORITHM_PARAMETERS, algorithm.parameters),
  items.code('HAS CONCEPT MOD', ALGORITHM_FAMILY, ARTIFICIAL_INTELLIGENCE),
];

const findingItems = (items: ContentItems, { category, type, modifier }: ResultClass): ContentItem[] => [
  items.code('CONTAINS', CATEGORY, category),
  items.code('CONTAINS', FINDING, type),
  ...(modifier === undefined ? [] : [items.code('CONTAINS', SCLEROSIS, modifier)]),
];

const tracking = (items: ContentItems, identifier: string, uid: string): ContentItem[] => [
  items.text('HAS OBS CONTEXT', TRACKING, identifier),
  items.uid('HAS OBS CONTEXT', TRACKING_UID, uid),
];

/** How many objects of a class there are. @param uid of this count */
export function classSummary(items: ContentItems, one: ResultClass, count: number, uid: string): ContentItem {
  return items.container(
    GROUP,
    [...tracking(items, `${one.name}, all`, uid), ...findingItems(items, one), items.number(COUNT, count, NO_UNITS)],
    '1501',
  );
}

/** One object, with its outline in millimetres. */
export function objectGroup(
  items: ContentItems,
  instance: ResultInstance,
  object: ResultObject,
  one: ResultClass,
): ContentItem {
  const points = [...outlineOnSlide(object, instance.source.place)];
  return items.container(
    GROUP,
    [
      ...tracking(items, object.id, uidOf(object.id)),
      ...findingItems(items, one),
      ...algorithmItems(items, instance),
      items.polygon(IMAGE_REGION, [...points, ...points.slice(0, 1)].flat()),
      items.number(AREA, object.area, SQUARE_MICROMETRES),
      items.number(DIAMETER, object.diameter, MICROMETRES, [items.code('HAS CONCEPT MOD', METHOD, SAME_AREA)]),
      items.number(PROBABILITY, object.probability, NO_UNITS, [items.code('HAS CONCEPT MOD', ...MEAN)]),
    ],
    '1410',
  );
}
