/** Measures of objects and slides without a server: the lines of `objects.csv` for what nobody changed, and measured anew for the rest. */
import { FtuError } from '@ftuseg/core';
import { countedChanges } from '../../../edits/counted.js';
import type { MeasuredAnswer, SlideMeasures } from '../../../measures/answers.js';
import { meanProbabilityOf, type ReadableMap } from '../../../measures/mean-probability.js';
import { coveredArea, measuresOf } from '../../../measures/measures-of.js';
import { correctedSizes, sizesOf } from '../../../measures/slide-sizes.js';
import { measuresOfLine } from '../../../measures/table-measures.js';
import type { SlideObject } from '../../../protocol/objects.js';
import type { LibrarySlide } from '../slides/library.js';
import { type StoredTable, tableOf } from '../store/object-table.js';
import type { PredictionRecord } from '../store/records.js';
import type { StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';
import { baseOf, type PredictedObjects, pixelSizeOf, readState } from './base.js';

export interface LocalMeasures {
  readonly ofObject: (slide: LibrarySlide, id: string) => Promise<MeasuredAnswer>;
  readonly ofSlide: (slide: LibrarySlide) => Promise<SlideMeasures>;
}

/** A class's map; undefined: the prediction has none. */
export type MapReader = (
  slide: LibrarySlide,
  prediction: PredictionRecord,
  klass: number,
) => Promise<ReadableMap | undefined>;

const MAX_TABLES = 4;

const sizeOf = ({ record }: LibrarySlide): { readonly width: number; readonly height: number } =>
  record.facts ?? { width: 0, height: 0 };

export function createLocalMeasures(
  { store, results }: { readonly store: Caller<StoreMethods>; readonly results: Caller<StoreMethods> },
  predicted: PredictedObjects,
  mapOf: MapReader,
): LocalMeasures {
  const tables = new Map<string, Promise<StoredTable>>();
  const table = ({ record }: LibrarySlide, prediction: PredictionRecord): Promise<StoredTable> => {
    const key = `${record.id} ${prediction.id} ${prediction.finished?.time}`;
    const known = tables.get(key);
    if (known !== undefined) return known;
    const reading = results
      .call('text', { slide: record.id, prediction: prediction.id, name: 'objects.csv' })
      .then((text) => tableOf(text ?? ''));
    if (tables.size >= MAX_TABLES) tables.clear();
    tables.set(key, reading);
    reading.catch(() => tables.delete(key));
    return reading;
  };

  const onOutline = async (
    slide: LibrarySlide,
    object: SlideObject,
    base: PredictionRecord | undefined,
  ): Promise<MeasuredAnswer> => {
    const measures = measuresOf(object.polygons, pixelSizeOf(slide), sizeOf(slide));
    const klass = base?.classes.indexOf(object.class) ?? -1;
    const map = base === undefined || klass < 0 ? undefined : await mapOf(slide, base, klass);
    const meanProbability =
      map === undefined
        ? undefined
        : await meanProbabilityOf(object.polygons, { map, slide: sizeOf(slide), temperature: 1 });
    return { ...measures, meanProbability, measuredOn: 'outline' };
  };

  return {
    ofObject: async (slide, id) => {
      const { state } = await readState(store, slide.record.id);
      const base = baseOf(slide.work);
      const changed = countedChanges(state).get(id);
      if (changed === null) throw new FtuError('not-found', 'the object was deleted or rejected');
      if (changed !== undefined) return onOutline(slide, changed, base);
      const line = base === undefined ? undefined : (await table(slide, base)).lineOf(id);
      if (line !== undefined) return { ...measuresOfLine(line), measuredOn: 'prediction' };
      const object = (await predicted.base(slide)).find((one) => one.id === id);
      if (object === undefined) throw new FtuError('not-found', 'there is no such object');
      return onOutline(slide, object, base);
    },
    ofSlide: async (slide) => {
      const { state } = await readState(store, slide.record.id);
      const base = baseOf(slide.work);
      const found = base === undefined ? undefined : await table(slide, base);
      const scale = pixelSizeOf(slide);
      const unit = found?.unit ?? (scale === undefined ? 'px' : 'um2');
      const area = ({ polygons }: SlideObject): number =>
        coveredArea(polygons, unit === 'px' ? undefined : scale, sizeOf(slide));
      const sizes =
        found === undefined
          ? await sizesOf({ objects: () => predicted.corrected(slide, state) }, area)
          : await correctedSizes(found, countedChanges(state), area);
      return { ...sizes.summary(base?.finished?.tissueMm2, base?.classes ?? []), unit };
    },
  };
}
