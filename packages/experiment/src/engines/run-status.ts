/** How a recipe stands, whoever works on it: from the records, from the signs of life of attempts, and from a queue where there is one. */
import { basename, dirname, relative, sep } from 'node:path';
import { earlierAttempts } from '@ftuseg/files';
import type { CheckedRecipe } from '../step-kind/step-kind.js';
import { listUnits } from '../units/list-units.js';
import { isRunAtWork, unitPlaces } from '../units/living.js';
import type { UnitOptions } from '../units/step-states.js';
import { type Unit, type UnitState, unitsFolder } from '../units/unit.js';
import type { QueueStatus } from './redis/queue-status.js';
import type { QueuedTask } from './slurm/queue.js';

export interface RunningAttempt {
  readonly unit: string;
  readonly attempt: string;
  readonly host: string;
  /** Since its last sign of life, by the clock of the file system. */
  readonly seconds: number;
  /** `abandoned`: it gave no sign for so long that others take over. */
  readonly state: 'alive' | 'abandoned';
}

export interface RunStatus {
  readonly units: readonly Unit[];
  readonly counts: Readonly<Record<UnitState, number>>;
  readonly attempts: readonly RunningAttempt[];
  /** Whether `ftu run` works in the folder, on this host or another. */
  readonly runAtWork: boolean;
  /** Jobs in Slurm's queue; null: nobody could be asked. */
  readonly slurm: readonly QueuedTask[] | null;
  /** Its queue on Redis; null: it has none, or it could not be asked. */
  readonly redis: QueueStatus | null;
}

async function runningAttempts(out: string): Promise<RunningAttempt[]> {
  const running: RunningAttempt[] = [];
  for (const place of await unitPlaces(unitsFolder(out))) {
    // The last part is the fingerprint of the work.
    const unit = relative(unitsFolder(out), dirname(place)).split(sep).join('/');
    for (const { name, host, silence, state } of await earlierAttempts(place)) {
      if (silence === undefined || state === 'ended') continue;
      running.push({ unit, attempt: name, host, seconds: Math.max(0, Math.round(silence / 1000)), state });
    }
  }
  return running;
}

/** @throws {FtuError} `cancelled`, `io` */
export async function runStatus(
  checked: CheckedRecipe,
  options: UnitOptions,
  { slurm, redis }: Pick<RunStatus, 'slurm' | 'redis'>,
): Promise<RunStatus> {
  const attempts = await runningAttempts(options.out);
  const units = await listUnits(checked, { ...options, knownOnly: true });
  const count = (state: UnitState): number => units.filter((unit) => unit.state === state).length;
  const counts = {
    done: count('done'),
    ready: count('ready'),
    waiting: count('waiting'),
    'set aside': count('set aside'),
  };
  return { units, counts, attempts, runAtWork: await isRunAtWork(options.out), slurm, redis };
}

/** Units of a step, in the order of the steps. */
function stepLines(units: readonly Unit[]): string[] {
  const steps = [...new Set(units.map(({ step }) => step))];
  const width = Math.max(...steps.map((step) => step.length));
  return steps.map((step) => {
    const own = units.filter((unit) => unit.step === step);
    const states = (['done', 'ready', 'waiting', 'set aside'] as const).flatMap((state) => {
      const count = own.filter((unit) => unit.state === state).length;
      return count === 0 ? [] : [`${count} ${state}`];
    });
    return `${step.padEnd(width)}  ${states.join(', ')}`;
  });
}

/** Tasks of the same state and reason are one line; those that run are one each. */
function queueLines(tasks: readonly QueuedTask[]): string[] {
  const running = tasks.filter(({ state }) => state !== 'PENDING');
  const pending = new Map<string, number>();
  for (const { array, state, reason } of tasks) {
    const text = `${array}  pending ${reason}`;
    if (state === 'PENDING') pending.set(text, (pending.get(text) ?? 0) + 1);
  }
  return [
    ...running.map(
      ({ job, state, reason, units }) => `job ${job}  ${state.toLowerCase()} on ${reason}: ${units.join(', ')}`,
    ),
    ...[...pending].map(([text, count]) => `job ${text}: ${count} ${count === 1 ? 'task' : 'tasks'}`),
  ];
}

function redisLines({ address, waiting, active, delayed, seconds, workers }: QueueStatus): string[] {
  const later = delayed === 0 ? '' : `, ${delayed} to be tried later`;
  const follower =
    seconds === null
      ? 'nobody queues more'
      : seconds < 30
        ? '`ftu run` queues more as it is ready'
        : `nobody queues more: \`ftu run\` gave its last sign of life ${seconds} s ago`;
  const does = (units: readonly string[]): string => (units.length === 0 ? 'at none of its units' : units.join(', '));
  return [
    `queue ${address}: ${waiting} waiting, ${active} at work${later}; ${follower}`,
    ...workers.map(({ host, slots, units, refusal }) =>
      refusal === null
        ? `worker on ${host}, ${slots} at a time: ${does(units)}`
        : `a worker on ${host} refuses it: ${refusal}`,
    ),
  ];
}

/** Lines for people. @param out the experiment's folder, for its name */
export function formatStatus(out: string, { units, counts, attempts, runAtWork, slurm, redis }: RunStatus): string {
  const states = (['done', 'ready', 'waiting', 'set aside'] as const).map((state) => `${counts[state]} ${state}`);
  return [
    ...stepLines(units),
    `${basename(out)}: ${units.length} units: ${states.join(', ')}`,
    ...units.flatMap(({ id, state, problem }) => (state === 'set aside' ? [`set aside: ${id}: ${problem}`] : [])),
    ...attempts.map(
      ({ unit, host, seconds, state }) =>
        `${state === 'alive' ? 'at work' : state}: ${unit} on ${host}, last sign of life ${seconds} s ago`,
    ),
    ...(runAtWork ? ['`ftu run` is at work in this folder'] : []),
    ...queueLines(slurm ?? []),
    ...(redis === null ? [] : redisLines(redis)),
  ].join('\n');
}
