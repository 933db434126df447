/** Which items are drawn at random, and in which order: what is measured on them holds for all, however the rest is ordered. */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { ItemKind } from '../protocol/review.js';
import { grouped } from './measuring/grouped.js';

/** One item of this many is drawn. */
export const DRAWN_OF = 10;

interface Drawable {
  readonly id: string;
  readonly slide: string;
  readonly kind: ItemKind;
}

/** FNV-1a of the text's UTF-16 units: a number that is the same everywhere. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * Draws a tenth of every slide's objects and of its ghosts: systematic sampling with a random start from each stratum in random order (Cochran 1977, "Sampling
 * techniques", sections 5 and 8). Every item is drawn with a probability of exactly 1/10, whatever the size of its slide; a slide gives the whole number below or
 * above a tenth. Slides do not depend on each other, so that one that is measured later changes nothing.
 *
 * @param items of any slides, all of each
 * @returns ids in a random order that depends on the ids and the seed alone
 */
export function drawTenth(items: readonly Drawable[], seed: number): string[] {
  const strata = grouped(items, ({ slide, kind }) => `${kind} ${slide}`);
  const drawn: string[] = [];
  for (const [stratum, own] of strata) {
    const random = createRandom(mixSeeds(seed, hashText(stratum)));
    const shuffled = random.shuffle(own.map(({ id }) => id).sort());
    for (let i = random.int(DRAWN_OF); i < shuffled.length; i += DRAWN_OF) drawn.push(shuffled[i] ?? '');
  }
  const key = new Map(drawn.map((id) => [id, mixSeeds(seed, hashText(id))]));
  return drawn.sort((a, b) => (key.get(a) ?? 0) - (key.get(b) ?? 0) || (a < b ? -1 : 1));
}

/** Whether a place of the queue is for an item of the random tenth: as many places as items, at places that nobody can foresee. */
export const isDrawnPlace = (place: number, seed: number): boolean => mixSeeds(seed, place, 0x71) % DRAWN_OF === 0;
