/** What the random tenth says of all items: how many objects are real, and how much of what is real was found. */
import { type Interval, wilsonInterval } from '@ftuseg/core';
import type { ItemKind, ItemState, ReviewEstimates, SharedEstimate } from '../protocol/review.js';

export interface DrawnItem {
  readonly kind: ItemKind;
  readonly state: ItemState;
}

/** How many there are in all. */
export interface Population {
  readonly objects: number;
  readonly ghosts: number;
}

/**
 * The part of the random order that was judged without a gap: which of its items were judged early, because they looked wrong, must not decide what counts.
 * @param drawn the random tenth, in its order
 */
export function judgedPart(drawn: readonly DrawnItem[]): readonly DrawnItem[] {
  const gap = drawn.findIndex(({ state }) => state === 'open');
  return gap < 0 ? drawn : drawn.slice(0, gap);
}

function share(successes: number, trials: number): SharedEstimate | undefined {
  const interval = wilsonInterval(successes, trials);
  return interval === undefined ? undefined : { value: successes / trials, ...interval };
}

/** The share of `right` of so many objects plus `missed` of so many ghosts that are objects. */
function recallOf({ objects, ghosts }: Population, right: number, missed: number): number {
  const [found, lost] = [objects * right, ghosts * missed];
  return found + lost === 0 ? 1 : found / (found + lost);
}

/** The two limits combined as the method of variance estimates recovery does (Zou & Donner 2008), along each of the two shares. */
function recallInterval(population: Population, right: SharedEstimate, missed: SharedEstimate): Interval {
  const value = recallOf(population, right.value, missed.value);
  const apart = (p: number, q: number): number => recallOf(population, p, q) - value;
  const below = Math.hypot(apart(right.low, missed.value), apart(right.value, missed.high));
  const above = Math.hypot(apart(right.high, missed.value), apart(right.value, missed.low));
  return { low: Math.max(0, value - below), high: Math.min(1, value + above) };
}

/**
 * Every item is drawn with the same probability, so that the share among the drawn objects estimates that of all objects, and the same for ghosts. Recall weighs the two strata
 * by their sizes: real objects = objects x precision, missed = ghosts x share of real ghosts, each drawn item standing for as many as one over its probability of being
 * drawn (Horvitz & Thompson 1952, with known sizes of strata: Cochran 1977, section 5A). Intervals of shares are Wilson's (1927).
 *
 * Without ghosts there is no recall: a map that shows no trace of anything else is no proof that nothing was missed. Nor is there one of nothing real.
 *
 * @param drawn the random tenth, in its order
 * @param population all items, drawn or not
 */
export function estimatesOf(drawn: readonly DrawnItem[], population: Population): ReviewEstimates {
  const part = judgedPart(drawn);
  const judged = part.filter(({ state }) => state !== 'later');
  const objects = judged.filter(({ kind }) => kind === 'object');
  const ghosts = judged.filter(({ kind }) => kind === 'ghost');
  const count = (items: readonly DrawnItem[], ...states: ItemState[]): number =>
    items.filter(({ state }) => states.includes(state)).length;
  const precision = share(count(objects, 'accepted', 'fixed'), objects.length);
  const wrong = share(count(objects, 'rejected', 'fixed'), objects.length);
  const missed = share(count(ghosts, 'accepted', 'fixed'), ghosts.length);
  const recall =
    precision === undefined || missed === undefined || precision.value + missed.value === 0
      ? undefined
      : {
          value: recallOf(population, precision.value, missed.value),
          ...recallInterval(population, precision, missed),
        };
  return {
    objects: objects.length,
    ghosts: ghosts.length,
    later: part.length - judged.length,
    precision,
    wrong,
    recall,
  };
}
