/**
 * Writes objects and their measures as a report that archives and workstations read: a Comprehensive 3D SR after the template "Measurement Report", object by
 * object, so that memory holds one. Source: PS3.3, A.35.13 and C.17; PS3.16, TID 1500.
 */
import { type Element, encodeElements } from '../../dicom-out/elements.js';
import { newUid } from '../../dicom-out/uid.js';
import {
  coded,
  type ResultInstance,
  type ResultSeries,
  resultElements,
  resultInstance,
  sourceReferences,
} from '../result-elements.js';
import { type ResultFile, writeResultFile } from '../result-file.node.js';
import type { ResultObject } from '../result-object.js';
import { containerElements, contentItems } from './content-items.js';
import { classSummary, IMAGING_MEASUREMENTS, introduction, objectGroup, TITLE } from './report-content.js';

const COMPREHENSIVE_3D_SR = '1.2.840.10008.5.1.4.1.1.88.34';

/**
 * @param counts objects of each class, in their order
 * @param objects all of them, one after another
 * @throws FtuError `io`, `cancelled`
 * @example
 * await writeReport('scan-1.sr.dcm', objects, [objects.length], { source, classes, algorithm });
 */
export async function writeReport(
  path: string,
  objects: Iterable<ResultObject>,
  counts: readonly number[],
  series: ResultSeries,
  signal?: AbortSignal,
): Promise<void> {
  const instance = resultInstance(series, COMPREHENSIVE_3D_SR);
  const items = contentItems(instance);
  const write = async (file: ResultFile): Promise<void> => {
    await file.beginSequence(0x0040a730);
    for (const item of introduction(items, instance, newUid())) await file.item(encodeElements(item));
    await file.beginItem(items.openContainer(IMAGING_MEASUREMENTS));
    await file.beginSequence(0x0040a730);
    for (const [c, one] of series.classes.entries()) {
      await file.item(encodeElements(classSummary(items, one, counts[c] ?? 0, newUid())));
    }
    for (const object of objects) {
      const one = series.classes[object.label - 1];
      if (one === undefined) throw new RangeError(`no class has label ${object.label}`);
      await file.item(encodeElements(objectGroup(items, instance, object, one)));
    }
    await file.endSequence();
    await file.endItem();
    await file.endSequence();
  };
  await writeResultFile(path, instance, reportElements(instance), write, signal);
}

/** Everything before the items of the root. */
const reportElements = (instance: ResultInstance): Element[] => [
  ...resultElements(instance, { modality: 'SR', number: 702, description: 'Measurements' }),
  [0x00081111, 'SQ', []],
  [0x0040a040, 'CS', 'CONTAINER'],
  [0x0040a043, 'SQ', [coded(instance, TITLE)]],
  ...containerElements('1500'),
  [0x0040a372, 'SQ', []],
  [
    0x0040a375,
    'SQ',
    [
      [
        [
          0x00081115,
          'SQ',
          [
            [
              [0x00081199, 'SQ', sourceReferences(instance)],
              [0x0020000e, 'UI', instance.source.series],
            ],
          ],
        ],
        [0x0020000d, 'UI', instance.source.study],
      ],
    ],
  ],
  [0x0040a491, 'CS', 'COMPLETE'],
  [0x0040a493, 'CS', 'UNVERIFIED'],
  [0x0040a496, 'CS', 'FINAL'],
];
