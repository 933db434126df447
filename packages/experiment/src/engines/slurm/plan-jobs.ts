/**
 * Which jobs to submit: from what the records say of the units and what is in the queue. An array takes the units of one step, which all need the same; a job of its own gathers
 * them. A step with nothing left to do has no job.
 */
import type { Unit } from '../../units/unit.js';
import type { StepDigests } from '../step-digests.js';
import type { QueuedTask } from './queue.js';

/** More tasks than this in an array make a scheduler slow for everybody; units then share tasks. */
const MAX_TASKS = 1000;

export interface PlannedJob {
  /** Name of its file of units: `stage-1.parts`, `stage-1.gather`. */
  readonly group: string;
  readonly step: string;
  /** Units of each task, done one after the other. One task is a job, more are an array. */
  readonly tasks: readonly (readonly string[])[];
  /** Groups of this plan that must have ended before. */
  readonly groups: readonly string[];
  /** Jobs in the queue that must have ended before, as Slurm names them. */
  readonly jobs: readonly string[];
  /** `afterok`: it starts if they end well, and never if not. `afterany`: it starts however they end. */
  readonly after: 'afterok' | 'afterany';
}

export interface JobPlan {
  readonly jobs: readonly PlannedJob[];
  /** Jobs in the queue that Slurm could not launch and holds, and those that wait for others that must be submitted anew: they would be ended or wait for ever. */
  readonly replaced: readonly string[];
  /** Jobs in the queue whose units would have other settings now: what they make would not count, and those that begin later refuse. */
  readonly outdated: readonly string[];
  /** Units by what becomes of them; each is counted once. */
  readonly counts: Readonly<Record<'submitted' | 'queued' | 'done' | 'set aside', number>>;
}

export interface PlanInput {
  readonly units: readonly Unit[];
  readonly queued: readonly QueuedTask[];
  /** What the recipe says of each step now. */
  readonly digests: StepDigests;
  /** Tasks that an array may have. */
  readonly maxTasks: number;
  /** Whether a step is done also where steps before it are not. */
  readonly afterFailures: (step: string) => boolean;
}

/**
 * Slurm holds a task that it could not launch, as where a controller that was killed has forgotten that it runs. Nobody but a person would release it. What a person holds has another reason.
 */
const isStuck = ({ state, reason }: QueuedTask): boolean =>
  state === 'PENDING' && /launch[ _]failed[ _]requeued[ _]held/i.test(reason);

interface Sorted {
  readonly todo: readonly Unit[];
  readonly replaced: ReadonlySet<string>;
}

/** What is to be submitted, in order. */
function sortUnits({ units, afterFailures }: PlanInput, jobOf: ReadonlyMap<string, QueuedTask>): Sorted {
  const todo = new Map<string, Unit>();
  const replaced = new Set<string>();
  for (const unit of units) {
    const task = jobOf.get(unit.id);
    const isTold = afterFailures(unit.step);
    const isBehind = isTold ? todo.size > 0 : unit.needs.some((id) => todo.has(id));
    if (task !== undefined) {
      const isLost = isStuck(task) && unit.state !== 'done';
      if (!isLost && (!isBehind || task.state !== 'PENDING')) continue;
      replaced.add(task.job);
      todo.set(unit.id, unit);
    } else if (unit.state === 'ready' || unit.state === 'waiting' || (isTold && isBehind)) {
      // A report that is done tells of less than there will be.
      todo.set(unit.id, unit);
    }
  }
  return { todo: [...todo.values()], replaced };
}

/** Tasks of about the same number of units, and arrays of no more tasks than are allowed. */
function arraysOf(ids: readonly string[], maxTasks: number): string[][][] {
  const share = Math.ceil(ids.length / MAX_TASKS);
  const tasks: string[][] = [];
  for (let from = 0; from < ids.length; from += share) tasks.push(ids.slice(from, from + share));
  const arrays: string[][][] = [];
  for (let from = 0; from < tasks.length; from += maxTasks) arrays.push(tasks.slice(from, from + maxTasks));
  return arrays;
}

/** Whether a task works by what the recipe says now. A unit that the recipe has no more is of no step. */
function isCurrent({ units, digest }: QueuedTask, stepOf: ReadonlyMap<string, string>, digests: StepDigests): boolean {
  return digest !== undefined && units.every((id) => digests.get(stepOf.get(id) ?? '') === digest);
}

export function planJobs(input: PlanInput): JobPlan {
  const { units, maxTasks, afterFailures, digests } = input;
  const stepOf = new Map(units.map(({ id, step }) => [id, step]));
  const queued = input.queued.filter((task) => isCurrent(task, stepOf, digests));
  const outdated = input.queued.filter((task) => !isCurrent(task, stepOf, digests)).map(({ job }) => job);
  const jobOf = new Map(queued.flatMap((task) => task.units.map((id) => [id, task] as const)));
  const { todo, replaced } = sortUnits(input, jobOf);
  const groupsOf = new Map<string, string>();
  const jobs: PlannedJob[] = [];
  const waits = ({ needs, step }: Unit): Pick<PlannedJob, 'groups' | 'jobs' | 'after'> => {
    const kept = (ids: readonly string[]): QueuedTask[] =>
      ids.flatMap((id) => jobOf.get(id) ?? []).filter(({ job }) => !replaced.has(job));
    if (afterFailures(step)) {
      const before = units
        .slice(
          0,
          units.findIndex((unit) => unit.step === step),
        )
        .map(({ id }) => id);
      const groups = jobs.filter((job) => !afterFailures(job.step)).map(({ group }) => group);
      return { groups, jobs: [...new Set(kept(before).map(({ array }) => array))], after: 'afterany' };
    }
    const groups = needs.flatMap((id) => groupsOf.get(id) ?? []);
    return { groups: [...new Set(groups)], jobs: [...new Set(kept(needs).map(({ job }) => job))], after: 'afterok' };
  };
  for (const step of new Set(todo.map((unit) => unit.step))) {
    for (const kind of ['parts', 'gather'] as const) {
      const members = todo.filter((unit) => unit.step === step && (unit.part === undefined) === (kind === 'gather'));
      const [first] = members;
      if (first === undefined) continue;
      const before = waits(first);
      for (const [i, tasks] of arraysOf(
        members.map(({ id }) => id),
        maxTasks,
      ).entries()) {
        const group = `${step}.${kind}${i === 0 ? '' : `-${i + 1}`}`;
        for (const id of tasks.flat()) groupsOf.set(id, group);
        jobs.push({ group, step, tasks, ...before });
      }
    }
  }
  const others = units.filter((unit) => !groupsOf.has(unit.id));
  const still = others.filter(({ id }) => !jobOf.has(id));
  const count = (state: Unit['state']): number => still.filter((unit) => unit.state === state).length;
  const counts = {
    submitted: todo.length,
    queued: others.length - still.length,
    done: count('done'),
    'set aside': count('set aside'),
  };
  return { jobs, replaced: [...replaced], outdated, counts };
}
