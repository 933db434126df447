import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobList, JobRequest, JobState, JobView } from '../../jobs/job.js';
import type { JobPlan } from '../../jobs/plan.js';
import { NO_PROGRESS } from '../../jobs/progress.js';
import type { JobsBackend } from './jobs-backend.js';
import { createJobsState } from './jobs-state.js';

const plan: JobPlan = { slides: 1, objects: 3, completeAreas: 1, refused: 0, predicts: 2, images: 960, notes: [] };

function job(id: string, state: JobState, own: Partial<JobView> = {}): JobView {
  const request: JobRequest = { kind: 'predict', model: 'starter' };
  return { id, request, title: id, state, created: 0, plan, progress: NO_PROGRESS, warnings: [], command: '', ...own };
}

/** A backend without a server: what it was asked, and what it says. */
function played() {
  const asked: string[] = [];
  const listeners = new Map<string, (view: JobView) => void>();
  const list: { now: JobList } = {
    now: { jobs: [], models: [{ id: 'm-1', name: 'mine', trains: true, classes: ['glomerulus'] }] },
  };
  const planned: { now: (request: JobRequest) => Promise<JobPlan> } = { now: async () => plan };
  const backend: JobsBackend = {
    list: async () => list.now,
    plan: (request) => {
      asked.push(`plan ${JSON.stringify(request)}`);
      return planned.now(request);
    },
    start: async (request) => {
      asked.push(`start ${request.kind}`);
      return job('new', 'running');
    },
    stop: () => Promise.reject(new Error('the job does not run')),
    goOn: async (id) => void asked.push(`go on ${id}`),
    remove: async (id) => void asked.push(`remove ${id}`),
    follow: (id, listener) => {
      asked.push(`follow ${id}`);
      listeners.set(id, listener);
      return () => {
        listeners.delete(id);
      };
    },
  };
  return { backend, asked, listeners, list, planned };
}

const settle = () => vi.advanceTimersByTimeAsync(700);

beforeEach(() => {
  vi.useFakeTimers();
});

describe('the state of the panel', () => {
  it('asks what a form would do once it rests, and starts only what can start', async () => {
    const { backend, asked, planned } = played();
    const state = createJobsState({ backend, predicted: () => undefined });
    await state.refresh();
    state.epochs.value = 3;
    state.epochs.value = 4;
    expect(state.ready.value).toBe(false);
    await settle();
    expect(asked).toEqual(['plan {"kind":"train","start":"m-1","epochs":4,"imagesPerEpoch":120}']);
    expect(state.ready.value).toBe(true);
    planned.now = async () => ({ ...plan, problem: 'nothing is corrected yet' });
    state.imagesPerEpoch.value = 50;
    await settle();
    expect(state.ready.value).toBe(false);
    state.epochs.value = Number.NaN;
    await settle();
    expect(state.plan.value).toMatchObject({ state: 'failed', problem: expect.stringContaining('whole numbers') });
    expect(asked).toHaveLength(2);
    state.close();
  });

  it('drops an answer that another form has overtaken', async () => {
    const { backend, planned } = played();
    const state = createJobsState({ backend, predicted: () => undefined });
    let answer: (plan: JobPlan) => void = () => undefined;
    planned.now = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await state.refresh();
    await settle();
    planned.now = async () => ({ ...plan, objects: 7 });
    state.epochs.value = 2;
    await settle();
    answer({ ...plan, objects: 1 });
    await settle();
    expect(state.plan.value).toMatchObject({ state: 'known', plan: { objects: 7 } });
    state.close();
  });

  it('follows the job that computes, then the next, and tells of a prediction once', async () => {
    const { backend, asked, listeners, list } = played();
    const predicted = vi.fn();
    const state = createJobsState({ backend, predicted });
    list.now = { ...list.now, jobs: [job('second', 'waiting'), job('first', 'running')] };
    await state.refresh();
    expect([...listeners.keys()]).toEqual(['first']);
    listeners.get('first')?.(job('first', 'running', { progress: { ...NO_PROGRESS, share: 0.5 } }));
    expect(state.jobs.value[1]?.progress.share).toBe(0.5);
    list.now = { ...list.now, jobs: [job('second', 'running'), job('first', 'done', { prediction: 'p1' })] };
    listeners.get('first')?.(job('first', 'done', { prediction: 'p1' }));
    await settle();
    expect(predicted).toHaveBeenCalledTimes(1);
    expect(state.said.value).toBe('first: done');
    expect([...listeners.keys()]).toEqual(['second']);
    expect(asked.filter((one) => one.startsWith('follow'))).toEqual(['follow first', 'follow second']);
    state.close();
    expect(listeners.size).toBe(0);
  });

  it('says why a click did nothing', async () => {
    const { backend } = played();
    const state = createJobsState({ backend, predicted: () => undefined });
    await state.stop('first');
    expect(state.problem.value).toBe('the job does not run');
    await state.start();
    expect(state.problem.value).toBeUndefined();
    expect(state.jobs.value.map(({ id }) => id)).toEqual(['new']);
    state.close();
  });
});
