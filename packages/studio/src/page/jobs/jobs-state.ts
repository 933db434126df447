/** The state of the panel: jobs and models, what is being asked for, and what it would do. */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import {
  DEFAULT_EPOCHS,
  DEFAULT_IMAGES_PER_EPOCH,
  isOver,
  type JobRequest,
  type JobView,
  jobRequestSchema,
  type ModelChoice,
  STARTER,
} from '../../jobs/job.js';
import type { JobPlan } from '../../jobs/plan.js';
import type { JobsBackend } from './jobs-backend.js';

export type PlanState =
  | { readonly state: 'idle' }
  | { readonly state: 'asking' }
  | { readonly state: 'known'; readonly plan: JobPlan }
  | { readonly state: 'failed'; readonly problem: string };

export interface JobsState {
  readonly jobs: ReadonlySignal<readonly JobView[]>;
  readonly models: ReadonlySignal<readonly ModelChoice[]>;
  readonly kind: Signal<JobRequest['kind']>;
  readonly model: Signal<string>;
  readonly epochs: Signal<number>;
  readonly imagesPerEpoch: Signal<number>;
  readonly plan: ReadonlySignal<PlanState>;
  /** Why the last click did nothing. */
  readonly problem: ReadonlySignal<string | undefined>;
  /** What was just done, for those who do not see it. */
  readonly said: ReadonlySignal<string>;
  /** A job's deletion that waits to be confirmed. */
  readonly deleting: Signal<string | undefined>;
  /** Whether there is something to start now. */
  readonly ready: ReadonlySignal<boolean>;
  /** Reads jobs and models anew, and asks again what the job would do: corrections may have come. */
  readonly refresh: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: (job: string) => Promise<void>;
  readonly goOn: (job: string) => Promise<void>;
  readonly remove: (job: string) => Promise<void>;
  readonly close: () => void;
}

export interface JobsOptions {
  readonly backend: JobsBackend;
  /** Told when a job has written a prediction. */
  readonly predicted: () => void;
}

/** Milliseconds for which a form rests before it is asked what it would do. */
const REST = 600;

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function createJobsState({ backend, predicted }: JobsOptions): JobsState {
  const jobs = signal<readonly JobView[]>([]);
  const models = signal<readonly ModelChoice[]>([]);
  const kind = signal<JobRequest['kind']>('train');
  const model = signal(STARTER);
  const epochs = signal(DEFAULT_EPOCHS);
  const imagesPerEpoch = signal(DEFAULT_IMAGES_PER_EPOCH);
  const plan = signal<PlanState>({ state: 'idle' });
  const problem = signal<string | undefined>(undefined);
  const said = signal('');
  const deleting = signal<string | undefined>(undefined);
  /** Counts how often the same form was asked for again. */
  const asked = signal(0);

  const request = computed(() => {
    const given =
      kind.value === 'train'
        ? { kind: 'train', start: model.value, epochs: epochs.value, imagesPerEpoch: imagesPerEpoch.value }
        : { kind: 'predict', model: model.value };
    return jobRequestSchema.safeParse(given).data;
  });

  const replace = (view: JobView): void => {
    const before = jobs.peek().find(({ id }) => id === view.id);
    jobs.value =
      before === undefined ? [view, ...jobs.peek()] : jobs.peek().map((one) => (one.id === view.id ? view : one));
    if (view.prediction !== undefined && before?.prediction === undefined) predicted();
    if (before !== undefined && before.state !== view.state) said.value = `${view.title}: ${view.state}`;
  };
  const readList = async (): Promise<void> => {
    const list = await backend.list();
    batch(() => {
      jobs.value = list.jobs;
      models.value = list.models;
      if (list.models.every(({ id }) => id !== model.peek())) model.value = list.models[0]?.id ?? STARTER;
    });
  };

  /** What is clicked either happens or says why not. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    problem.value = undefined;
    try {
      await work();
    } catch (error) {
      problem.value = sentenceOf(error);
    }
  };

  // Browsers open few connections to one server, so that one job is followed: the one that computes, else the next.
  const followed = computed(
    () =>
      (
        jobs.value.find(({ state }) => state === 'running' || state === 'stopping') ??
        jobs.value.findLast(({ state }) => state === 'waiting')
      )?.id,
  );
  const endFollowing = effect(() => {
    const job = followed.value;
    if (job === undefined) return;
    return backend.follow(job, (view) => {
      replace(view);
      // The next may have begun.
      if (isOver(view.state)) void attempt(readList);
    });
  });

  const endPlanning = effect(() => {
    const [wanted] = [request.value, asked.value];
    if (asked.peek() === 0) return;
    if (wanted === undefined) {
      plan.value = { state: 'failed', problem: 'epochs and images are whole numbers from 1' };
      return;
    }
    plan.value = { state: 'asking' };
    const abort = new AbortController();
    const timer = setTimeout(() => {
      backend.plan(wanted, abort.signal).then(
        (known) => {
          if (!abort.signal.aborted) plan.value = { state: 'known', plan: known };
        },
        (error: unknown) => {
          if (!abort.signal.aborted) plan.value = { state: 'failed', problem: sentenceOf(error) };
        },
      );
    }, REST);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  });

  return {
    jobs,
    models,
    kind,
    model,
    epochs,
    imagesPerEpoch,
    plan,
    problem,
    said,
    deleting,
    ready: computed(() => {
      const now = plan.value;
      return now.state === 'known' && now.plan.problem === undefined;
    }),
    refresh: () =>
      attempt(async () => {
        await readList();
        asked.value += 1;
      }),
    start: () =>
      attempt(async () => {
        const wanted = request.peek();
        if (wanted === undefined) return;
        const started = await backend.start(wanted);
        replace(started);
        said.value = `${started.title}: ${started.state}`;
      }),
    stop: (job) => attempt(() => backend.stop(job)),
    goOn: (job) =>
      attempt(async () => {
        await backend.goOn(job);
        await readList();
      }),
    remove: (job) =>
      attempt(async () => {
        await backend.remove(job);
        deleting.value = undefined;
        said.value = 'The job is deleted.';
        predicted();
        await readList();
      }),
    close: () => {
      endFollowing();
      endPlanning();
    },
  };
}
