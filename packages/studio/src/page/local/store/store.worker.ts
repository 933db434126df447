/** Keeps files in the browser's own file system, off the page's main thread: only workers may write there and know when it is on the disk. */
import { FtuError } from '@ftuseg/core';
import { openProbabilityMap } from '@ftuseg/infer/browser';
import { refuseEval } from '../../refuse-eval.js';
import { serveCalls, type WorkerScope } from '../worker/calls.js';
import { packWorks, unpackWorks } from './archive.js';
import { readEdits, sendEdit } from './edit-log.js';
import { measureResult } from './measure.js';
import { alone } from './prediction-lock.js';
import { resultObjects, resultStore, resultText } from './results.js';
import type { ResultOf, StoreMethods } from './store-methods.js';
import {
  keepModel,
  keepPrediction,
  keepSlide,
  keepThumbnail,
  readModel,
  readModels,
  readThumbnail,
  readWork,
  readWorks,
  removeModel,
  removePrediction,
  removeWork,
} from './works.js';

declare const self: WorkerScope;

refuseEval();

type OpenMap = Awaited<ReturnType<typeof openProbabilityMap>>;

/** The last map that tiles were asked of. */
let map: { readonly key: string; readonly opening: Promise<OpenMap> } | undefined;

function mapOf(result: ResultOf, klass: number): Promise<OpenMap> {
  const key = `${result.slide} ${result.prediction} ${klass}`;
  if (map?.key === key) return map.opening;
  const opening = resultStore(result).then((store) => openProbabilityMap(store, klass));
  map = { key, opening };
  // It is asked for again.
  opening.catch(() => {
    if (map?.opening === opening) map = undefined;
  });
  return opening;
}

serveCalls<StoreMethods>(self, {
  works: () => readWorks(),
  work: (slide) => readWork(slide),
  keepSlide,
  keepThumbnail: ({ slide, bytes }) => keepThumbnail(slide, bytes),
  thumbnail: (slide) => readThumbnail(slide),
  removeWork,
  keepPrediction: ({ slide, record }) => {
    // What was known of it may be another prediction's by now.
    map = undefined;
    return keepPrediction(slide, record);
  },
  removePrediction: (result) =>
    alone(result, 'cancel it there', () => {
      map = undefined;
      return removePrediction(result.slide, result.prediction);
    }),
  edits: (slide) => readEdits(slide),
  sendEdit: (sent) => sendEdit(sent),
  models: () => readModels(),
  model: (sha256) => readModel(sha256),
  keepModel: ({ record, bytes }) => keepModel(record, bytes),
  removeModel,
  objects: ({ size, ...result }) => resultObjects(result, size),
  text: ({ name, ...result }) => resultText(result, name),
  map: async ({ class: klass, ...result }) => {
    const found = await mapOf(result, klass);
    if (found === undefined) return undefined;
    const { width, height, levels } = found;
    return { width, height, levels };
  },
  mapTile: async ({ class: klass, level, x, y, ...result }, { hand }) => {
    const found = await mapOf(result, klass);
    if (found === undefined) throw new FtuError('not-found', 'the prediction has no such map');
    const tile = await found.tile(level, x, y);
    hand(tile);
    return tile;
  },
  measure: ({ size, pixelUm2, ...result }, { signal }) =>
    measureResult(result, pixelUm2 === undefined ? { size } : { size, pixelUm2 }, signal),
  pack: ({ slides }) => packWorks(slides),
  unpack: (zip) => unpackWorks(zip),
});
