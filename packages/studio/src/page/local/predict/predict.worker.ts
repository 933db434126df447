/** Predicts a slide in workers of its own, by the same code as `ftu predict`, and keeps what it has computed, so that it can go on after an interruption. */
import { FtuError } from '@ftuseg/core';
import {
  directoryStore,
  estimatePrediction,
  openModelInWorkers,
  predictInStore,
  type SegmentationModel,
} from '@ftuseg/infer/browser';
import { refuseEval } from '../../refuse-eval.js';
import { openFile } from '../slides/open-file.js';
import { madeFolder } from '../store/folders.js';
import { parseFeatures, validObjects } from '../store/results.js';
import { readModel } from '../store/works.js';
import { serveCalls, type WorkerScope } from '../worker/calls.js';
import InferenceWorker from './inference.worker.ts?worker&inline';
import type { PredictJob, PredictMethods, SeenBox } from './predict-methods.js';

declare const self: WorkerScope;

refuseEval();

let seen: SeenBox | undefined;

async function openModels({ models, workers, runtime }: PredictJob): Promise<SegmentationModel[]> {
  const opened: SegmentationModel[] = [];
  for (const { sha256, name } of models) {
    const bytes = await readModel(sha256);
    if (bytes === undefined) {
      throw new FtuError('not-found', 'the model is no longer kept in this browser', {
        subject: name,
        hint: 'choose its file again',
      });
    }
    opened.push(
      await openModelInWorkers(bytes, {
        makeWorker: () => new InferenceWorker(),
        workers: Math.max(1, Math.floor(workers / models.length)),
        threads: 1,
        provider: 'wasm',
        name,
        runtime,
      }),
    );
  }
  return opened;
}

serveCalls<PredictMethods>(self, {
  look: async (box) => {
    seen = box;
  },
  estimate: async (job) => {
    const slide = await openFile(job.slide.file, job.slide.name);
    const models = await openModels(job);
    const found = await estimatePrediction(slide, models, job.settings);
    return found;
  },
  predict: async (job, { signal, tell }) => {
    const slide = await openFile(job.slide.file, job.slide.name);
    const store = directoryStore(await madeFolder(['slides', job.slide.id, 'predictions', job.prediction]));
    const models = await openModels(job);
    const size = { width: slide.width, height: slide.height };
    return predictInStore(slide, models, store, {
      id: job.slide.name.replace(/\.[^.]+$/, ''),
      fingerprint: job.prediction,
      settings: job.settings,
      view: () => seen,
      signal,
      onProgress: (progress) => tell({ kind: 'progress', ...progress }),
      onPreview: (features) => tell({ kind: 'preview', objects: validObjects(parseFeatures(features), size).objects }),
    });
  },
});
