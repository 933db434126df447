/**
 * The objects that a slide's corrections began from. With the first edit they are copied beside the log: the prediction may be run anew, and corrections
 * would have nothing left to stand on.
 */
import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { makeFolder } from '@ftuseg/files';
import { createGeoJsonWriter } from '@ftuseg/slide';
import type { BaseRecord } from '../../../edits/log/log-line.js';
import { type BaseReport, emptyReport, reportSentences } from '../../../edits/valid-polygons.js';
import type { MeasuredSlideObject, StudioSlide } from '../../context.js';
import { baseObjects, type RawObject, UNCLASSIFIED } from './base-objects.js';
import type { BaseSource } from './base-source.js';
import { geoJsonObjects, rawObjects } from './read-base.js';

export interface SlideBase {
  readonly record: BaseRecord;
  readonly objects: () => AsyncGenerator<MeasuredSlideObject>;
  /** What was done to the objects when they were last read. */
  readonly notes: readonly string[];
  /** Copies the objects beside the log, if they are not there yet. @throws FtuError `io` */
  readonly keep: () => Promise<void>;
  /** Removes the copy. */
  readonly forget: () => Promise<void>;
}

const copyName = ({ sha256 }: BaseRecord): string => `base-${sha256.slice(0, 16)}.geojson`;

/**
 * @param folder of the slide's log
 * @param source where the objects lie; undefined: the copy alone is left
 */
export function slideBase(
  slide: StudioSlide,
  folder: string,
  record: BaseRecord,
  source: BaseSource | undefined,
): SlideBase {
  const path = join(folder, copyName(record));
  const name = record.name === '' ? slide.row.id : record.name;
  let notes: readonly string[] = [];
  async function* read(rawOf: (report: BaseReport) => AsyncIterable<RawObject>): AsyncGenerator<MeasuredSlideObject> {
    const report = emptyReport();
    yield* baseObjects(rawOf(report), { id: slide.row.id, ...(await slide.size()) }, report);
    notes = reportSentences(report, name);
  }
  const isKept = async (): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() === true;
  async function* objects(): AsyncGenerator<MeasuredSlideObject> {
    if (record.kind === 'nothing') return;
    if (await isKept()) yield* read(() => geoJsonObjects(path));
    else if (source !== undefined) yield* read((report) => rawObjects(source, slide, report));
    else {
      throw new FtuError('not-found', 'the objects that the corrections began from are missing', {
        subject: path,
        hint: `put the file back, or open the studio with the prediction "${record.name}"`,
      });
    }
  }
  const keep = async (): Promise<void> => {
    if (record.kind === 'nothing' || (await isKept())) return;
    await makeFolder(dirname(path));
    const writer = await createGeoJsonWriter(path);
    try {
      for await (const object of objects()) await writer.write(featureOf(object));
      await writer.close();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  };
  return {
    record,
    objects,
    get notes() {
      return notes;
    },
    keep,
    forget: () => rm(path, { force: true }),
  };
}

/** An object as GeoJSON's writer takes it. */
export const featureOf = ({ id, class: name, polygons, measurements }: MeasuredSlideObject) => ({
  id,
  name: name === UNCLASSIFIED ? undefined : name,
  polygons: polygons.map((rings) => ({ rings: rings.map((ring) => Float64Array.from(ring)) })),
  measurements,
});
