/** The local slides as the page's list and viewer know them. */
import { layerNote } from '../../../outlines/layer-note.js';
import type { MapLayer, OutlineLayer, SlideDetail, SlideSummary, StudioSession } from '../../../protocol/slides.js';
import { studioClasses } from '../../../session/classes.js';
import { magnificationOf } from '../../../session/magnification.js';
import { AWAITED, type LibrarySlide } from '../slides/library.js';
import type { ModelRecord, PredictionRecord } from '../store/records.js';
import { baseOf, pixelSizeOf } from './base.js';

const CORRECTED = 'corrected-';

/** The layer that corrections are drawn over: another one where they begin from another prediction. */
const correctedLayer = ({ id }: PredictionRecord): string => `${CORRECTED}${id}`;

/** The prediction that a layer of outlines is of. */
export const predictionOf = (layer: string): string =>
  layer.startsWith(CORRECTED) ? layer.slice(CORRECTED.length) : layer;

export interface SlideNumbers {
  readonly counts: Readonly<Record<string, number>>;
  readonly revision: number;
}

const finished = ({ work }: LibrarySlide): readonly PredictionRecord[] =>
  work?.predictions.filter((one) => one.finished !== undefined) ?? [];

/** Each prediction once; the same models and settings are the same prediction on every slide. */
export function sessionOf(
  slides: readonly LibrarySlide[],
  models: readonly ModelRecord[],
  version: string,
): StudioSession {
  const predictions = new Map(slides.flatMap(finished).map((one) => [one.id, one]));
  const classes = [...predictions.values(), ...models].flatMap((one) => one.classes);
  return {
    title: 'in this browser',
    version,
    classes: studioClasses(classes),
    predictions: Array.from(predictions.values(), ({ id, name, models: used, classes: found, thresholds }) => ({
      id,
      name,
      models: used.map((model) => model.name),
      classes: found,
      thresholds,
    })),
    corrects: undefined,
    truth: false,
  };
}

function problemOf({ record, source, handle, problem }: LibrarySlide): string | undefined {
  if (problem !== undefined) return problem;
  if (source !== undefined && record.facts !== undefined) return undefined;
  return `${AWAITED}: ${handle === undefined ? 'choose it again' : 'allow the page to read it again'}`;
}

export function summaryOf(slide: LibrarySlide, { counts, revision }: SlideNumbers): SlideSummary {
  const { record, work } = slide;
  const { width = 0, height = 0 } = record.facts ?? {};
  const ofFile = record.facts?.warnings ?? [];
  const predicted = baseOf(work)?.finished?.warnings ?? [];
  const begun = work?.predictions.find((one) => one.finished === undefined);
  const unfinished = begun === undefined ? [] : ['a prediction is not finished: it can go on'];
  return {
    id: record.id,
    name: record.name,
    problem: problemOf(slide),
    awaited: slide.problem === undefined && slide.source === undefined,
    width,
    height,
    pixelSize: pixelSizeOf(slide),
    counts,
    // A prediction repeats what the file says.
    warnings: [...new Set([...ofFile, ...predicted, ...unfinished])],
    revision,
  };
}

export function detailOf(slide: LibrarySlide, numbers: SlideNumbers, maps: readonly MapLayer[]): SlideDetail {
  const summary = summaryOf(slide, numbers);
  const base = baseOf(slide.work);
  const others = finished(slide).filter(({ id }) => id !== base?.id);
  const outlines: OutlineLayer[] = [
    ...(base === undefined ? [] : [{ id: correctedLayer(base), kind: 'corrected' as const, ...layerOf(base) }]),
    ...others.map((one) => ({ id: one.id, kind: 'prediction' as const, ...layerOf(one) })),
  ];
  return {
    ...summary,
    format: slide.record.facts?.format ?? '',
    tileSize: slide.record.facts?.tileSize ?? 1,
    colours: slide.record.facts?.colours ?? { kind: 'none' },
    magnification: magnificationOf(summary.pixelSize),
    outlines,
    maps,
    associated: [],
  };
}

const layerOf = (one: PredictionRecord) => ({
  name: one.name,
  prediction: one.id,
  objects: countOf(one),
  ...layerNote(one.finished?.notes ?? []),
});

const countOf = ({ finished: done }: PredictionRecord): number =>
  Object.values(done?.counts ?? {}).reduce((sum, count) => sum + count, 0);
