/**
 * A prediction that has to end in time: what is left out, and when, is decided before each slide from what the ones before it took.
 * The clock is handed in, so that tests own it.
 */
import type { Ensemble } from '../model/ensemble.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';

/** Seconds, from any start. */
export type Clock = () => number;

export interface BudgetOptions {
  /** Seconds that all of it may take. */
  readonly seconds: number;
  /** When it began, by `now`; the present if unset. */
  readonly startedAt?: number | undefined;
  /** Default: the process's monotonic clock. */
  readonly now?: Clock | undefined;
}

/** A way of predicting: as it was asked, or with less. */
export interface WorkLevel {
  readonly settings: ResolvedSettings;
  readonly ensemble: Ensemble;
  /** What is less than was asked, for people; undefined for nothing. */
  readonly reduced: string | undefined;
}

/** Fewer views, step by step. */
const fewerViews = { d4: ['reference', 'none'], reference: ['none'], none: [] } as const;

/**
 * The ways of doing less, each less than the one before: views first (four of eight, one of four), then magnifications, then models, those
 * of least weight first and of equal weight the last.
 *
 * @returns at least one; the first is what was asked
 */
export function workLevels(ensemble: Ensemble, settings: ResolvedSettings): WorkLevel[] {
  const levels: WorkLevel[] = [{ settings, ensemble, reduced: undefined }];
  const less: string[] = [];
  let [now, members] = [settings, ensemble.members];
  const add = (): void => {
    levels.push({ settings: now, ensemble: { ...ensemble, members }, reduced: less.join(', ') });
  };
  for (const views of fewerViews[settings.views]) {
    now = { ...now, views };
    less[0] = `views ${views} instead of ${settings.views}`;
    add();
  }
  if (settings.scales.length > 1) {
    const scale = settings.scales.reduce((best, one) => (Math.abs(one - 1) < Math.abs(best - 1) ? one : best));
    now = { ...now, scales: [scale] };
    less.push(`scale ${scale} instead of ${settings.scales.join(',')}`);
    add();
  }
  const place = less.length;
  while (members.length > 1) {
    const least = Math.min(...members.map(({ weight }) => weight));
    const dropped = members.findLastIndex(({ weight }) => weight === least);
    members = members.filter((_, i) => i !== dropped);
    less[place] = `${members.length} of ${ensemble.members.length} models`;
    add();
  }
  return levels;
}

/** Estimates are of empty tiles and of slides like those before: so much more is allowed for. */
const CAUTION = 1.1;
/** Kept for what comes after the last slide: at most so many seconds, and so small a share. */
const [RESERVE_SECONDS, RESERVE_SHARE] = [120, 0.05];

export class TimeBudget {
  readonly #now: Clock;
  readonly #end: number;
  #estimated = 0;
  #taken = 0;

  constructor({ seconds, startedAt, now = () => performance.now() / 1000 }: BudgetOptions) {
    this.#now = now;
    this.#end = (startedAt ?? now()) + seconds - Math.min(RESERVE_SECONDS, RESERVE_SHARE * seconds);
  }

  /** Seconds until slides must end. */
  get left(): number {
    return this.#end - this.#now();
  }

  /** How long slides take, of what was estimated: by those that are done. */
  get #ratio(): number {
    return this.#estimated > 0 ? this.#taken / this.#estimated : 1;
  }

  /** @param estimated seconds for a slide that is done; @param taken what it took */
  learn(estimated: number, taken: number): void {
    this.#estimated += estimated;
    this.#taken += taken;
  }

  /**
   * @param estimates seconds for all slides that are left, for each level
   * @returns the first level at which they end in time; the last if none does
   */
  choose(estimates: readonly number[]): number {
    const found = estimates.findIndex((seconds) => seconds * this.#ratio * CAUTION <= this.left);
    return found < 0 ? estimates.length - 1 : found;
  }
}
