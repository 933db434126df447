import { describe, expect, it } from 'vitest';
import type { Unit, UnitState } from '../../units/unit.js';
import { planJobs } from './plan-jobs.js';
import type { QueuedTask } from './queue.js';

const unit = (id: string, state: UnitState, needs: readonly string[]): Unit => {
  const [step = '', ...part] = id.split('/');
  const isGather = part.join('/') === 'gather';
  return {
    id,
    step,
    part: isGather ? undefined : part.join('/'),
    kind: step,
    needs,
    state,
    problem: undefined,
    device: 'cpu',
    memory: null,
  };
};

const slides = (count: number): string[] => Array.from({ length: count }, (_, i) => `predictions/slide/${i}`);

/** A step, the slides that need it, what gathers them, and the report. */
function units(count: number, states: Readonly<Record<string, UnitState>> = {}): Unit[] {
  const all = slides(count);
  return [
    unit('data/gather', states['data/gather'] ?? 'ready', []),
    ...all.map((id) => unit(id, states[id] ?? 'waiting', ['data/gather'])),
    unit('predictions/gather', states['predictions/gather'] ?? 'waiting', all),
    unit('report/gather', states['report/gather'] ?? 'waiting', ['data/gather', 'predictions/gather']),
  ];
}

const queuedTask = (job: string, state: string, units: readonly string[], digest = 'a1'): QueuedTask => ({
  job,
  array: job.split('_')[0] ?? job,
  state,
  reason: '',
  units,
  digest,
});

const digests = new Map(['data', 'predictions', 'report'].map((step) => [step, 'a1']));

const plan = (all: readonly Unit[], queued: readonly QueuedTask[] = [], maxTasks = 1000) =>
  planJobs({ units: all, queued, digests, maxTasks, afterFailures: (step) => step === 'report' });

describe('jobs of a recipe', () => {
  it('are an array for the parts of a step and a job for what gathers them; a report comes after all, however they end', () => {
    const { jobs, counts } = plan(units(3));
    expect(jobs.map(({ group, tasks, after, groups }) => [group, tasks.length, after, groups])).toEqual([
      ['data.gather', 1, 'afterok', []],
      ['predictions.parts', 3, 'afterok', ['data.gather']],
      ['predictions.gather', 1, 'afterok', ['predictions.parts']],
      ['report.gather', 1, 'afterany', ['data.gather', 'predictions.parts', 'predictions.gather']],
    ]);
    expect(counts).toEqual({ submitted: 6, queued: 0, done: 0, 'set aside': 0 });
  });

  it('fall into arrays that the cluster allows', () => {
    const { jobs } = plan(units(8), [], 3);
    expect(jobs.map(({ group, tasks }) => [group, tasks.length])).toEqual([
      ['data.gather', 1],
      ['predictions.parts', 3],
      ['predictions.parts-2', 3],
      ['predictions.parts-3', 2],
      ['predictions.gather', 1],
      ['report.gather', 1],
    ]);
    expect(jobs[4]?.groups).toEqual(['predictions.parts', 'predictions.parts-2', 'predictions.parts-3']);
    expect(jobs.slice(1, 4).flatMap(({ tasks }) => tasks.flat())).toEqual(slides(8));
  });

  it('are at most a thousand tasks of a step: units of large tables share them', () => {
    const [, parts] = plan(units(100_000)).jobs;
    expect(parts?.tasks).toHaveLength(1000);
    expect(parts?.tasks.flat()).toEqual(slides(100_000));
  }, 20_000);

  it('are none for what is done, set aside or queued', () => {
    const states = {
      'data/gather': 'done',
      'predictions/slide/0': 'done',
      'predictions/slide/1': 'set aside',
      'predictions/gather': 'set aside',
    } as const;
    const { jobs, counts } = plan(units(4, states), [queuedTask('12_1', 'RUNNING', ['predictions/slide/2'])]);
    expect(jobs.map(({ group, tasks, groups, jobs: numbers }) => [group, tasks.flat(), groups, numbers])).toEqual([
      ['predictions.parts', ['predictions/slide/3'], [], []],
      ['report.gather', ['report/gather'], ['predictions.parts'], ['12']],
    ]);
    expect(counts).toEqual({ submitted: 2, queued: 1, done: 2, 'set aside': 2 });
  });

  it('replace those in the queue that wait for what is submitted anew', () => {
    const ready = Object.fromEntries(slides(3).map((id) => [id, 'ready' as const]));
    const { jobs, replaced } = plan(units(3, { ...ready, 'data/gather': 'done' }), [
      queuedTask('12_1', 'RUNNING', ['predictions/slide/0']),
      queuedTask('12_2', 'PENDING', ['predictions/slide/1']),
      queuedTask('13', 'PENDING', ['predictions/gather']),
      queuedTask('14', 'PENDING', ['report/gather']),
    ]);
    expect(replaced).toEqual(['13', '14']);
    expect(jobs.map(({ group, groups, jobs: numbers }) => [group, groups, numbers])).toEqual([
      ['predictions.parts', [], []],
      ['predictions.gather', ['predictions.parts'], ['12_1', '12_2']],
      ['report.gather', ['predictions.parts', 'predictions.gather'], ['12']],
    ]);
  });

  it('replace those that Slurm could not launch and holds, and not what a person holds', () => {
    const stuck = {
      ...queuedTask('12_1', 'PENDING', ['predictions/slide/0']),
      reason: '(launch failed requeued held)',
    };
    const held = { ...queuedTask('12_2', 'PENDING', ['predictions/slide/1']), reason: '(JobHeldUser)' };
    const gather = queuedTask('13', 'PENDING', ['predictions/gather']);
    const ready = Object.fromEntries(slides(2).map((id) => [id, 'ready' as const]));
    const { jobs, replaced } = plan(units(2, { ...ready, 'data/gather': 'done' }), [stuck, held, gather]);
    expect(replaced).toEqual(['12_1', '13']);
    expect(jobs.map(({ group, tasks }) => [group, tasks.flat()]).slice(0, 2)).toEqual([
      ['predictions.parts', ['predictions/slide/0']],
      ['predictions.gather', ['predictions/gather']],
    ]);
  });

  it('do not count tasks of other settings, of whatever state, and name them', () => {
    const ready = { 'data/gather': 'done', 'predictions/slide/0': 'ready', 'predictions/slide/1': 'ready' } as const;
    const { jobs, outdated, replaced, counts } = plan(units(2, ready), [
      queuedTask('12_1', 'RUNNING', ['predictions/slide/0'], 'b2'),
      queuedTask('12_2', 'PENDING', ['predictions/slide/1'], 'b2'),
      queuedTask('13', 'PENDING', ['predictions/gather'], 'b2'),
      queuedTask('14', 'PENDING', ['report/gather'], 'b2'),
      queuedTask('15', 'PENDING', ['removed/gather']),
    ]);
    expect(outdated).toEqual(['12_1', '12_2', '13', '14', '15']);
    expect(replaced).toEqual([]);
    expect(jobs.map(({ group, tasks, jobs: numbers }) => [group, tasks.flat(), numbers])).toEqual([
      ['predictions.parts', ['predictions/slide/0', 'predictions/slide/1'], []],
      ['predictions.gather', ['predictions/gather'], []],
      ['report.gather', ['report/gather'], []],
    ]);
    expect(counts).toMatchObject({ submitted: 4, queued: 0 });
  });

  it('make a report anew that was done before the rest was', () => {
    const { jobs } = plan(units(1, { 'data/gather': 'done', 'report/gather': 'done' }));
    expect(jobs.map(({ group }) => group)).toEqual(['predictions.parts', 'predictions.gather', 'report.gather']);
    const done = {
      'data/gather': 'done',
      'predictions/slide/0': 'done',
      'predictions/gather': 'done',
      'report/gather': 'done',
    } as const;
    expect(plan(units(1, done)).jobs).toEqual([]);
  });
});
