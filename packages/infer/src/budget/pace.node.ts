/**
 * How much work each slide of a table gets, and when the whole has to end: what `predictTable` asks, with a time limit or without one.
 */
import { FtuError } from '@ftuseg/core';
import type { SlideRow } from '@ftuseg/slide';
import type { Ensemble } from '../model/ensemble.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import { estimateLevels } from './estimate-levels.node.js';
import { type BudgetOptions, TimeBudget, type WorkLevel, workLevels } from './time-budget.js';

export interface Pace {
  /** From what was asked to the least. */
  readonly levels: readonly WorkLevel[];
  /** Aborts when time is up, and when the caller's signal does. */
  readonly signal: AbortSignal | undefined;
  /** The level for the first of the slides that are left, by their places in the table, or undefined when time is up. */
  choose(left: readonly number[]): number | undefined;
  /** To be called now and then: aborts the signal when time is up. */
  check(): void;
  /** Whether time is up; an aborted slide is then no wish of the caller. */
  readonly isOver: boolean;
  /** Seconds that the slide at `index` took at a level; what they say of the rest counts from then on. */
  timed<T>(index: number, level: number, work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** The error of slides that time did not suffice for. */
export const outOfTime = (begun: boolean): FtuError =>
  new FtuError('unavailable', begun ? 'it was given up when the time was up' : 'there was no time left for it', {
    hint: 'allow more hours, or ask for fewer views or models',
  });

/** @param budget undefined: as long as it takes */
export async function openPace(
  rows: readonly SlideRow[],
  ensemble: Ensemble,
  settings: ResolvedSettings,
  budget: BudgetOptions | undefined,
  signal: AbortSignal | undefined,
): Promise<Pace> {
  if (budget === undefined) {
    return {
      levels: [{ settings, ensemble, reduced: undefined }],
      signal,
      choose: () => 0,
      check: () => undefined,
      isOver: false,
      timed: (_index, _level, work) => work(),
      close: () => undefined,
    };
  }
  if (!(budget.seconds > 0 && Number.isFinite(budget.seconds))) {
    throw new FtuError('bad-input', `must be positive, not ${budget.seconds / 3600}`, { subject: 'maxHours' });
  }
  const { now = () => performance.now() / 1000 } = budget;
  const time = new TimeBudget(budget);
  const levels = workLevels(ensemble, settings);
  const estimates = await estimateLevels(rows, levels, budget.now);
  const over = new AbortController();
  const check = (): void => {
    if (time.left <= 0) over.abort();
  };
  // Between batches, and in what comes after the last of them, nobody calls `check`.
  const timer = setInterval(check, 1000).unref();
  return {
    levels,
    signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
    choose: (left) => {
      check();
      if (over.signal.aborted) return undefined;
      return time.choose(
        levels.map((_, level) => left.reduce((sum, index) => sum + (estimates[index]?.[level] ?? 0), 0)),
      );
    },
    check,
    get isOver() {
      return over.signal.aborted;
    },
    timed: async (index, level, work) => {
      const began = now();
      const result = await work();
      time.learn(estimates[index]?.[level] ?? 0, now() - began);
      return result;
    },
    close: () => clearInterval(timer),
  };
}
