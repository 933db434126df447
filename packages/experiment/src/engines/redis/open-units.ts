/** The units of a run that are in the queue, from what records and deliveries say: which to queue, and which have failed without a record. */
import type { Unit } from '../../units/unit.js';
import { type Delivered, LATER } from './unit-queue.js';

export interface QueuedUnit {
  readonly id: string;
  /** Milliseconds after which it may be delivered. */
  readonly delay: number;
}

export interface UnrecordedFailure {
  readonly unit: Unit;
  /** One sentence. */
  readonly problem: string;
}

export interface OpenUnits {
  /** In the queue, or at work. */
  count(): number;
  /** All of them, to be queued again where the queue has lost them. */
  all(): readonly QueuedUnit[];
  /** Takes in that deliveries have ended. */
  ended(deliveries: readonly Delivered[]): void;
  /** @returns units that are to be queued, and counts as queued from now on */
  toQueue(units: readonly Unit[]): readonly QueuedUnit[];
  /** Units whose last delivery failed for good, and of which the records say nothing. To be called once after a look at the records. */
  unrecorded(units: readonly Unit[]): readonly UnrecordedFailure[];
  /** A unit that ended well again and again, and whose result the records do not have; undefined: there is none. */
  inVain(units: readonly Unit[]): Unit | undefined;
}

const FIRST_MILLISECONDS = 1000;
const LONGEST_MILLISECONDS = 60_000;
/** A network file system may show a result late: with the times between, this is two minutes. */
const TIMES_IN_VAIN = 8;

export function createOpenUnits(): OpenUnits {
  const open = new Set<string>();
  /** Times in a row that a unit came back to be tried later, or ended well. One that is done is not asked about any more. */
  const returns = new Map<string, number>();
  const ends = new Map<string, number>();
  const count = (times: Map<string, number>, unit: string): Map<string, number> =>
    times.set(unit, (times.get(unit) ?? 0) + 1);
  const failures = new Map<string, string>();

  const delayOf = (id: string): number => {
    const times = returns.get(id) ?? 0;
    return times === 0 ? 0 : Math.min(FIRST_MILLISECONDS * 2 ** (times - 1), LONGEST_MILLISECONDS);
  };

  return {
    count: () => open.size,
    all: () => [...open].map((id) => ({ id, delay: 0 })),
    ended(deliveries) {
      for (const { unit, answer } of deliveries) {
        open.delete(unit);
        if (answer?.code === LATER || answer?.code === 0) count(returns, unit);
        else returns.delete(unit);
        if (answer?.code === 0) count(ends, unit);
        else ends.delete(unit);
        if (answer !== undefined && answer.code !== 0 && answer.code !== LATER) {
          failures.set(
            unit,
            `${answer.said === '' ? `it ended with exit code ${answer.code}` : answer.said} (on ${answer.host})`,
          );
        }
      }
    },
    toQueue(units) {
      const ready = units.filter(({ id, state }) => state === 'ready' && !open.has(id));
      for (const { id } of ready) open.add(id);
      return ready.map(({ id }) => ({ id, delay: delayOf(id) }));
    },
    unrecorded(units) {
      const found = units.flatMap((unit) => {
        const problem = failures.get(unit.id);
        // One whose failure is in the records is set aside by now; one that somebody else has done meanwhile is done.
        return unit.state !== 'ready' || problem === undefined || open.has(unit.id) ? [] : [{ unit, problem }];
      });
      failures.clear();
      return found;
    },
    inVain: (units) =>
      units.find(({ id, state }) => state === 'ready' && !open.has(id) && (ends.get(id) ?? 0) >= TIMES_IN_VAIN),
  };
}
