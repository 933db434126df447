/** A prediction in the page: its estimate, its progress, and what can be done with it. One runs at a time. */
import { type PredictSettings, predictSettingsSchema } from '@ftuseg/infer/browser';
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { sentence } from '../../backend/requests.js';
import { sentenceOf } from '../../state/messages.js';
import { baseOf } from '../backend/base.js';
import { createSlideScale, type SlideScale } from '../scale/slide-scale.js';
import type { Library } from '../slides/library.js';
import type { ModelRecord, PredictionRecord } from '../store/records.js';
import type { StoredObject, StoreMethods } from '../store/store-methods.js';
import { type Caller, createCaller } from '../worker/calls.js';
import { createForm, type FormState } from './form-state.js';
import type { Models } from './models.js';
import type { PredictEstimate, PredictJob, PredictMethods, PredictNews, Runtimes, SeenBox } from './predict-methods.js';
import { predictionId, predictionName } from './prediction-id.js';

export type EstimateState =
  | { readonly state: 'idle' }
  | { readonly state: 'asking' }
  | { readonly state: 'ready'; readonly estimate: PredictEstimate }
  | { readonly state: 'failed'; readonly problem: string };

/** What runs, or ran until it was paused. */
export interface Run {
  readonly slide: string;
  readonly slideName: string;
  readonly prediction: PredictionRecord;
  readonly state: 'running' | 'paused' | 'failed';
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | undefined;
  /** What is looked at was predicted, or a part of it. */
  readonly seenFirst: boolean;
  readonly problem: string | undefined;
}

export interface PredictState {
  readonly models: Models;
  readonly form: FormState;
  /** Of the open slide. */
  readonly scale: SlideScale;
  /** Why nothing can start; undefined: it can. */
  readonly problem: ReadonlySignal<string | undefined>;
  /** Micrometres per pixel that the objects of the open slide were predicted with, where its file states none. */
  readonly predictedAt: ReadonlySignal<number | undefined>;
  readonly estimate: ReadonlySignal<EstimateState>;
  readonly run: ReadonlySignal<Run | undefined>;
  /** Of the run, in what is looked at. */
  readonly preview: ReadonlySignal<readonly StoredObject[]>;
  readonly said: ReadonlySignal<string>;
  /** Unfinished predictions of the open slide, of this session or an earlier one. */
  readonly unfinished: ReadonlySignal<readonly PredictionRecord[]>;
  readonly ask: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly pause: () => void;
  readonly goOn: (slide: string, prediction: PredictionRecord) => Promise<void>;
  /** Ends it and deletes what it has computed. */
  readonly cancel: (slide: string, prediction: string) => Promise<void>;
}

export interface PredictOptions {
  readonly library: Library;
  readonly models: Models;
  readonly store: Caller<StoreMethods>;
  /** The open slide; undefined: none. */
  readonly slide: ReadonlySignal<string | undefined>;
  /** What is looked at. */
  readonly seen: () => SeenBox | undefined;
  readonly makeWorker: () => Worker;
  readonly runtimes: Runtimes;
  /** What is known of a slide is other than before: a prediction, or its scale. */
  readonly changed: () => Promise<void>;
  /** A prediction has ended: see `bringOver`. @returns whether corrections came over to it */
  readonly bringOver: (slide: string, prediction: PredictionRecord) => Promise<boolean>;
  readonly notice: (text: string) => void;
}

/** Milliseconds: the view is told this often. */
const LOOK = 300;
const NO_SCALE = 'The model works at micrometres per pixel: say the scale of the slide first.';
/** One for each processor: the page itself has little to do, and the system lets it through. */
const workersHere = (): number => Math.max(1, Math.min(8, navigator.hardwareConcurrency || 2));

export function createPredict(options: PredictOptions): PredictState {
  const { library, models, store, slide, seen, makeWorker, runtimes } = options;
  const form = createForm(models, runtimes.graphics !== undefined);
  const estimate = signal<EstimateState>({ state: 'idle' });
  const run: Signal<Run | undefined> = signal(undefined);
  const preview = signal<readonly StoredObject[]>([]);
  const said = signal('');
  let stop: AbortController | undefined;

  const jobOf = (id: string, used: PredictJob['models'], settings: PredictJob['settings'], prediction: string) => ({
    slide: library.fileFor(id),
    models: used.map(({ sha256, name }) => ({ sha256, name })),
    settings,
    scaleEstimate: library.of(id)?.record.scaleEstimate,
    prediction,
    workers: workersHere(),
    runtimes,
    computeOn: form.computeOn?.peek() ?? 'processor',
  });
  /** A worker of its own, ended afterwards: its memory would never shrink. */
  const withWorker = async <T>(work: (worker: Caller<PredictMethods>) => Promise<T>): Promise<T> => {
    const worker = createCaller<PredictMethods>(makeWorker);
    try {
      return await work(worker);
    } finally {
      worker.close();
    }
  };

  const scale = createSlideScale({
    library,
    slide,
    changed: options.changed,
    estimateScale: (id, assumed) =>
      withWorker((worker) =>
        worker.call('scale', jobOf(id, form.models.peek(), form.settings.peek(), ''), { news: assumed }),
      ),
  });
  const settings = computed((): PredictSettings => {
    const micronsPerPixel = scale.isMissing.value ? scale.stated.value : undefined;
    return { ...form.settings.value, ...(micronsPerPixel === undefined ? {} : { micronsPerPixel }) };
  });
  const problem = computed((): string | undefined => {
    const isWithout = scale.isMissing.value && scale.stated.value === undefined;
    if (form.problem.value !== undefined || scale.problem.value !== undefined) {
      return form.problem.value ?? scale.problem.value;
    }
    return isWithout && form.models.value.some(({ needsScale }) => needsScale) ? NO_SCALE : undefined;
  });

  const ask = async (): Promise<void> => {
    const id = slide.peek();
    if (id === undefined || problem.peek() !== undefined || run.peek()?.state === 'running') return;
    estimate.value = { state: 'asking' };
    try {
      const [used, asked] = [form.models.peek(), settings.peek()];
      const found = await withWorker(async (worker) =>
        worker.call('estimate', jobOf(id, used, asked, await predictionId(used, asked))),
      );
      estimate.value = { state: 'ready', estimate: found };
    } catch (error) {
      estimate.value = { state: 'failed', problem: sentenceOf(error) };
    }
  };
  // Another slide or setting has another estimate.
  effect(() => {
    void [slide.value, settings.value, form.models.value, form.computeOn?.value];
    estimate.value = { state: 'idle' };
  });

  const hear = (news: PredictNews): void => {
    const now = run.peek();
    if (now === undefined) return;
    if (news.kind === 'preview') {
      preview.value = news.objects;
      run.value = { ...now, seenFirst: true };
    } else run.value = { ...now, done: news.done, total: news.total, secondsLeft: news.secondsLeft };
  };

  const runOne = async (id: string, prediction: PredictionRecord): Promise<void> => {
    if (run.peek()?.state === 'running') return;
    const slideName = library.of(id)?.record.name ?? id;
    const begun = {
      slide: id,
      slideName,
      prediction,
      done: 0,
      total: 0,
      secondsLeft: undefined,
      seenFirst: false,
      problem: undefined,
    } as const;
    run.value = { ...begun, state: 'running' };
    preview.value = [];
    said.value = `Predicting ${slideName}.`;
    const abort = new AbortController();
    stop = abort;
    try {
      const job = jobOf(id, prediction.models, prediction.settings, prediction.id);
      const result = await withWorker(async (worker) => {
        // The worker's script is read meanwhile.
        await store.call('keepPrediction', { slide: id, record: prediction });
        // Where the worker has ended, nobody looks any more.
        const look = () => worker.call('look', slide.peek() === id ? seen() : undefined).catch(() => undefined);
        const looking = setInterval(() => void look(), LOOK);
        try {
          await look();
          return await worker.call('predict', job, { signal: abort.signal, news: hear });
        } finally {
          clearInterval(looking);
        }
      });
      const { counts, thresholds, tissueMm2, warnings, notes } = result;
      const facts = {
        time: Date.now(),
        counts,
        warnings: [...warnings],
        notes: [...notes],
        ...(tissueMm2 === undefined ? {} : { tissueMm2 }),
      };
      const record = { ...prediction, thresholds: { ...thresholds }, finished: facts };
      await store.call('keepPrediction', { slide: id, record });
      // Whoever sees that it is over may export it at once.
      await library.reread(id);
      await options.bringOver(id, record);
      await options.changed();
      run.value = undefined;
      preview.value = [];
      said.value = `${slideName} is predicted.`;
    } catch (error) {
      const now = run.peek();
      const problem = abort.signal.aborted ? undefined : sentenceOf(error);
      if (now !== undefined) run.value = { ...now, state: problem === undefined ? 'paused' : 'failed', problem };
      said.value = problem ?? `The prediction of ${slideName} is paused.`;
      await library.reread(id);
      await options.changed();
    }
  };

  const recordOf = async (used: readonly ModelRecord[]): Promise<PredictionRecord> => {
    const asked = settings.peek();
    return {
      id: await predictionId(used, asked),
      name: predictionName(used, asked),
      models: used.map(({ sha256, name }) => ({ sha256, name })),
      classes: [...(used[0]?.classes ?? [])],
      thresholds: {},
      settings: predictSettingsSchema.parse(asked),
      begun: Date.now(),
    };
  };

  const workOf = (id: string | undefined) => library.slides.value.find(({ record }) => record.id === id)?.work;

  return {
    models,
    form,
    scale,
    problem,
    predictedAt: computed(() => baseOf(workOf(slide.value))?.settings.micronsPerPixel),
    estimate,
    run,
    preview,
    said,
    unfinished: computed(() => {
      const work = workOf(slide.value);
      const now = run.value;
      const isShown = (one: PredictionRecord): boolean => now?.slide === slide.value && now?.prediction.id === one.id;
      return work?.predictions.filter((one) => one.finished === undefined && !isShown(one)) ?? [];
    }),
    ask,
    start: async () => {
      const id = slide.peek();
      if (id === undefined || problem.peek() !== undefined) return;
      const record = await recordOf(form.models.peek());
      const before = library.of(id)?.work?.predictions.find((one) => one.id === record.id);
      if (before?.finished === undefined) return runOne(id, before ?? record);
      if (await options.bringOver(id, before)) await options.changed();
      else options.notice('This slide is predicted with this model and these settings already: change one of them.');
    },
    pause: () => stop?.abort(),
    goOn: runOne,
    cancel: async (id, prediction) => {
      if (run.peek()?.slide === id && run.peek()?.prediction.id === prediction) {
        stop?.abort();
        // What still runs would write on.
        while (run.peek()?.state === 'running') await new Promise((done) => setTimeout(done, 50));
      }
      try {
        await store.call('removePrediction', { slide: id, prediction });
      } catch (error) {
        options.notice(sentence(sentenceOf(error)));
        return;
      }
      if (run.peek()?.slide === id && run.peek()?.prediction.id === prediction) {
        run.value = undefined;
        preview.value = [];
      }
      await library.reread(id);
      await options.changed();
      said.value = 'The prediction is deleted.';
    },
  };
}
