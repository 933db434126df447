/** The order of the queue: by the chance of being wrong, with the random tenth strewn in. */
import { isDrawnPlace } from './tenth.js';

export interface Waiting {
  readonly id: string;
  readonly chance: number;
}

/**
 * @param waiting what is open
 * @param drawn the random tenth in its order, decided ones included or not
 * @param judged how many are decided: the queue's first place is the one after them
 * @returns `waiting` in the order in which it is shown; an item of the random tenth comes at its own place or at a random one, whichever is earlier
 */
export function queueOrder<T extends Waiting>(
  waiting: readonly T[],
  drawn: readonly string[],
  judged: number,
  seed: number,
): T[] {
  const byChance = [...waiting].sort((a, b) => b.chance - a.chance || (a.id < b.id ? -1 : 1));
  const byId = new Map(waiting.map((item) => [item.id, item]));
  const random = drawn.flatMap((id) => byId.get(id) ?? []);
  const placed = new Set<string>();
  const order: T[] = [];
  const heads = { chance: 0, random: 0 };
  const take = (list: readonly T[], head: 'chance' | 'random'): boolean => {
    let item = list[heads[head]];
    while (item !== undefined && placed.has(item.id)) item = list[++heads[head]];
    if (item === undefined) return false;
    placed.add(item.id);
    order.push(item);
    return true;
  };
  while (order.length < waiting.length) {
    if (isDrawnPlace(judged + order.length, seed) && take(random, 'random')) continue;
    take(byChance, 'chance');
  }
  return order;
}
