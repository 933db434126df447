/** The review as a whole, from what is measured and what was decided: its order, its counts, what it expects and what it has learnt. */
import type { ItemState, ReviewEstimates } from '../protocol/review.js';
import { type ChanceModels, chanceOf, type Judged } from './chance.js';
import { estimatesOf } from './estimates.js';
import { type Features, featuresOf } from './features.js';
import type { MeasuredItem } from './item.js';
import { queueOrder } from './order.js';
import { reasonsOf } from './reasons.js';
import { drawTenth } from './tenth.js';
import { typicalOf, worthReviewing } from './typical.js';

/** Items whose features and random tenth are known; they change only when another slide is measured. */
export interface ReviewSet {
  readonly items: ReadonlyMap<string, MeasuredItem>;
  readonly features: ReadonlyMap<string, Features>;
  /** The random tenth, in its order. */
  readonly drawn: readonly string[];
}

export interface ReviewBook {
  readonly set: ReviewSet;
  /** Open items in the queue's order, then those that were put off. */
  readonly todo: readonly string[];
  readonly counts: Readonly<Record<ItemState, number>> & { readonly objects: number; readonly ghosts: number };
  readonly next: { readonly items: number; readonly wrong: number };
  readonly openWrong: number;
  readonly estimates: ReviewEstimates;
  readonly models: ChanceModels;
}

/** Items of the queue that the expectation is about. */
const NEXT = 100;

/** @param measured items of every slide that is known so far */
export function reviewSet(measured: readonly MeasuredItem[], seed: number): ReviewSet {
  const typical = typicalOf(measured);
  const items = worthReviewing(measured, typical);
  return {
    items: new Map(items.map((item) => [item.id, item])),
    features: new Map(items.map((item) => [item.id, featuresOf(item, typical)])),
    drawn: drawTenth(items, seed),
  };
}

/** Of an object, wrong is 1; of a ghost, an object after all. */
export function outcomeOf(kind: MeasuredItem['kind'], state: ItemState): 0 | 1 | undefined {
  if (state === 'open' || state === 'later') return undefined;
  const kept = state === 'accepted';
  if (kind === 'object') return kept ? 0 : 1;
  return state === 'rejected' ? 0 : 1;
}

/** @returns every decision that teaches something */
export function judgedOf(set: ReviewSet, stateOf: (id: string) => ItemState): Judged[] {
  const judged: Judged[] = [];
  for (const [id, { kind }] of set.items) {
    const outcome = outcomeOf(kind, stateOf(id));
    const features = set.features.get(id);
    if (outcome !== undefined && features !== undefined) judged.push({ kind, features, outcome });
  }
  return judged;
}

/**
 * @param models that the order goes by; see `refitted`
 * @param seed the same in every session of a prediction
 */
export function reviewBook(
  set: ReviewSet,
  stateOf: (id: string) => ItemState,
  models: ChanceModels,
  seed: number,
): ReviewBook {
  const counts = { open: 0, accepted: 0, rejected: 0, fixed: 0, later: 0, objects: 0, ghosts: 0 };
  const waiting: { id: string; chance: number }[] = [];
  const later: { id: string; chance: number }[] = [];
  for (const [id, { kind }] of set.items) {
    const state = stateOf(id);
    counts[state]++;
    counts[kind === 'object' ? 'objects' : 'ghosts']++;
    const features = set.features.get(id);
    if (features === undefined || (state !== 'open' && state !== 'later')) continue;
    (state === 'open' ? waiting : later).push({ id, chance: chanceOf(models, kind, features) });
  }
  const judged = set.items.size - waiting.length;
  const open = queueOrder(waiting, set.drawn, judged, seed);
  const sum = (items: readonly { readonly chance: number }[]): number =>
    items.reduce((total, { chance }) => total + chance, 0);
  const next = open.slice(0, NEXT);
  const drawn = set.drawn.flatMap((id) => {
    const item = set.items.get(id);
    return item === undefined ? [] : [{ kind: item.kind, state: stateOf(id) }];
  });
  return {
    set,
    todo: [...open, ...later.sort((a, b) => b.chance - a.chance || (a.id < b.id ? -1 : 1))].map(({ id }) => id),
    counts,
    next: { items: next.length, wrong: sum(next) },
    openWrong: sum(open),
    estimates: estimatesOf(drawn, counts),
    models,
  };
}

/** Decisions after which the order is made anew: a twentieth more than at the last time, at least one. */
export const isWorthRefitting = (judged: number, before: number): boolean =>
  judged < before || judged >= before + Math.max(1, Math.floor(before / 20));

export function bookReasons({ set, models }: ReviewBook, id: string): string[] {
  const item = set.items.get(id);
  const features = set.features.get(id);
  return item === undefined || features === undefined ? [] : reasonsOf(item, features, models[item.kind]);
}
