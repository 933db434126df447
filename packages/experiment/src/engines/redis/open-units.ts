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
}

const FIRST_MILLISECONDS = 1000;
const LONGEST_MILLISECONDS = 60_000;
/** A network file system shows a result within a minute or two; one that is not to be seen after so many ends of its unit is none. */
const MAX_ENDS = 8;

export function createOpenUnits(): OpenUnits {
  const open = new Set<string>();
  /** Times in a row that a unit came back to be tried later. */
  const returns = new Map<string, number>();
  /** Times in a row that a unit ended well; it counts only where its result is not to be seen. */
  const ends = new Map<string, number>();
  const failures = new Map<string, string>();

  const delayOf = (id: string): number => {
    const times = returns.get(id) ?? ends.get(id) ?? 0;
    return times === 0 ? 0 : Math.min(FIRST_MILLISECONDS * 2 ** (times - 1), LONGEST_MILLISECONDS);
  };

  return {
    count: () => open.size,
    all: () => [...open].map((id) => ({ id, delay: 0 })),
    ended(deliveries) {
      for (const { unit, answer } of deliveries) {
        open.delete(unit);
        if (answer?.code === LATER) returns.set(unit, (returns.get(unit) ?? 0) + 1);
        else returns.delete(unit);
        if (answer?.code === 0) ends.set(unit, (ends.get(unit) ?? 0) + 1);
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
        const isUnseen = (ends.get(unit.id) ?? 0) >= MAX_ENDS;
        const problem = isUnseen
          ? `it ended well ${MAX_ENDS} times, and its result is not to be seen: do all hosts see the same folder?`
          : failures.get(unit.id);
        // One whose failure is in the records is set aside by now; one that somebody else has done meanwhile is done.
        return unit.state !== 'ready' || problem === undefined || open.has(unit.id) ? [] : [{ unit, problem }];
      });
      failures.clear();
      for (const { unit } of found) ends.delete(unit.id);
      return found;
    },
  };
}
