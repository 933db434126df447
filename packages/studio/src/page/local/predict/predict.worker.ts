/** Predicts a slide in workers of its own, by the same code as `ftu predict`, and keeps what it has computed, so that it can go on after an interruption. */
import { FtuError } from '@ftuseg/core';
import {
  chooseProvider,
  directoryStore,
  estimatePrediction,
  estimateScale,
  fitPrediction,
  openModelInWorkers,
  predictInStore,
  readOverview,
  type SegmentationModel,
  scaleDigits,
} from '@ftuseg/infer/browser';
import { refuseEval } from '../../refuse-eval.js';
import { openFile } from '../slides/open-file.js';
import { madeFolder } from '../store/folders.js';
import { alone } from '../store/prediction-lock.js';
import { parseFeatures, validObjects } from '../store/results.js';
import { readModel } from '../store/works.js';
import { type CallContext, serveCalls, type WorkerScope } from '../worker/calls.js';
import GpuInferenceWorker from './gpu-inference.worker.ts?worker&inline';
import InferenceWorker from './inference.worker.ts?worker&inline';
import { paced } from './paced.js';
import type { PredictJob, PredictMethods, PredictNews, PredictResult, SeenBox } from './predict-methods.js';

declare const self: WorkerScope;

refuseEval();

/** Octets for a prediction: more, and a browser ends the tab. */
const MEMORY = 1.5e9;
/** Milliseconds between two messages of progress. */
const READABLE = 500;

let seen: SeenBox | undefined;

/** Of a model: where it is computed, and why not on the graphics card. */
async function placeOf(bytes: Uint8Array, name: string, job: PredictJob) {
  const { runtimes, workers, models, computeOn } = job;
  const processor = {
    makeWorker: () => new InferenceWorker(),
    runtime: runtimes.processor,
    workers: Math.max(1, Math.floor(workers / models.length)),
    provider: 'wasm',
    note: undefined,
  } as const;
  if (runtimes.graphics === undefined || computeOn === 'processor') return processor;
  const graphics = { makeWorker: () => new GpuInferenceWorker(), runtime: runtimes.graphics };
  const compared = computeOn === 'faster' ? processor : undefined;
  const { provider, note } = await chooseProvider(bytes, { ...graphics, processor: compared, threads: 1, name });
  return provider === 'wasm' ? { ...processor, note } : ({ ...graphics, workers: 1, provider, note } as const);
}

interface Opened {
  readonly models: readonly SegmentationModel[];
  readonly notes: readonly string[];
}

interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The model files of a job, in order. */
const readModels = ({ models }: PredictJob): Promise<ModelFile[]> =>
  Promise.all(
    models.map(async ({ sha256, name }) => {
      const bytes = await readModel(sha256);
      if (bytes !== undefined) return { name, bytes };
      throw new FtuError('not-found', 'the model is no longer kept in this browser', {
        subject: name,
        hint: 'choose its file again',
      });
    }),
  );

async function openModels(files: readonly ModelFile[], job: PredictJob): Promise<Opened> {
  const opened: SegmentationModel[] = [];
  const notes: string[] = [];
  for (const { name, bytes } of files) {
    const { note, ...place } = await placeOf(bytes, name, job);
    if (note !== undefined) notes.push(`${name}: ${note}`);
    opened.push(await openModelInWorkers(bytes, { ...place, threads: 1, name }));
  }
  return { models: opened, notes };
}

const WAIT = 'wait until it is done there, then go on here to see it';

serveCalls<PredictMethods>(self, {
  look: async (box) => {
    seen = box;
  },
  estimate: async (job) => {
    const [slide, files] = await Promise.all([openFile(job.slide), readModels(job)]);
    const { models, notes } = await openModels(files, job);
    const found = await estimatePrediction(slide, models, job.settings, { memory: MEMORY });
    return { ...found, notes: [...notes, ...found.notes] };
  },
  scale: async (job, { signal, tell }) => {
    const [slide, files] = await Promise.all([openFile(job.slide), readModels(job)]);
    const { models } = await openModels(files.slice(0, 1), { ...job, models: job.models.slice(0, 1) });
    return estimateScale(slide, models, { settings: job.settings, signal, onScale: tell });
  },
  predict: (job, context) =>
    alone({ slide: job.slide.id, prediction: job.prediction }, WAIT, () => predict(job, context)),
});

/** The estimate that the settings have; another one is of another prediction. */
const usedEstimate = ({ scaleEstimate, settings }: PredictJob): PredictJob['scaleEstimate'] =>
  scaleEstimate !== undefined && settings.micronsPerPixel === scaleDigits(scaleEstimate.micronsPerPixel)
    ? scaleEstimate
    : undefined;

async function predict(job: PredictJob, { signal, tell }: CallContext<PredictNews>): Promise<PredictResult> {
  const place = madeFolder(['slides', job.slide.id, 'predictions', job.prediction]);
  const [slide, files, folder] = await Promise.all([openFile(job.slide), readModels(job), place]);
  const store = directoryStore(folder);
  // Their workers begin at once; the slide's overview is read here meanwhile.
  const opening = openModels(files, job);
  const overview = readOverview(slide, signal);
  // Where the models do not open, nobody asks for it.
  overview.catch(() => undefined);
  const { models, notes: places } = await opening;
  // A smaller tile is taken here, too, where nobody asked for the estimate; it is said with the result.
  const { settings, notes } = fitPrediction(slide, models, job.settings, { memory: MEMORY });
  const size = { width: slide.width, height: slide.height };
  const result = await predictInStore(slide, models, store, {
    id: job.slide.name.replace(/\.[^.]+$/, ''),
    fingerprint: `${job.prediction} ${settings.tileSize ?? ''}`,
    settings,
    scaleEstimate: usedEstimate(job),
    overview,
    view: () => seen,
    signal,
    onProgress: paced((progress) => tell({ kind: 'progress', ...progress }), READABLE),
    onPreview: (features) => tell({ kind: 'preview', objects: validObjects(parseFeatures(features), size).objects }),
  });
  const { counts, thresholds, tissueMm2, warnings } = result;
  return { counts, thresholds, tissueMm2, warnings: [...warnings, ...notes], notes: [...places, ...result.notes] };
}
