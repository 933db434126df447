/** The random tenth, the order of the queue, and what the tenth says: by simulation, with the truth at hand. */
import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { few } from '../../../../tests/long.js';
import type { ItemState } from '../protocol/review.js';
import { isWorthRefitting, judgedOf, outcomeOf, reviewBook, reviewSet } from './book.js';
import { type DrawnItem, estimatesOf, judgedPart } from './estimates.js';
import type { MeasuredItem } from './item.js';
import { queueOrder } from './order.js';
import { priorModels } from './prior.js';
import { drawTenth, isDrawnPlace } from './tenth.js';

const items = (slide: string, count: number, kind: 'object' | 'ghost' = 'object') =>
  Array.from({ length: count }, (_, i) => ({ id: `${slide} ${kind} ${i}`, slide, kind }));

describe('the random tenth', () => {
  it('takes the whole number below or above a tenth of every slide, each item as often', () => {
    const all = [...items('a', 34), ...items('b', 7), ...items('b', 20, 'ghost')];
    const times = new Map<string, number>();
    const SEEDS = 2000;
    for (let seed = 0; seed < SEEDS; seed++) {
      const drawn = drawTenth(all, seed);
      const of = (start: string) => drawn.filter((id) => id.startsWith(start)).length;
      expect([3, 4]).toContain(of('a'));
      expect([0, 1]).toContain(of('b object'));
      expect(of('b ghost')).toBe(2);
      for (const id of drawn) times.set(id, (times.get(id) ?? 0) + 1);
    }
    // Of a binomial count, five standard deviations.
    const five = 5 * Math.sqrt(SEEDS * 0.1 * 0.9);
    for (const { id } of all) expect(Math.abs((times.get(id) ?? 0) - SEEDS / 10)).toBeLessThan(five);
  });

  it('stays as it is when another slide becomes known, and is in no order of its own', () => {
    const before = drawTenth(items('a', 300), 1);
    const after = drawTenth([...items('b', 300), ...items('a', 300)], 1);
    expect(after.filter((id) => id.startsWith('a'))).toEqual(before);
    const half = after.slice(0, after.length >> 1).filter((id) => id.startsWith('a')).length;
    expect(half).toBeGreaterThan(before.length / 4);
    expect(half).toBeLessThan((3 * before.length) / 4);
  });
});

describe('the order', () => {
  const waiting = Array.from({ length: 1000 }, (_, i) => ({ id: `${i}`, chance: 1 - i / 1000 }));
  const drawn = drawTenth(
    waiting.map(({ id }) => ({ id, slide: 's', kind: 'object' })),
    3,
  );

  it('has everything once, by chance but at the places of the tenth', () => {
    const order = queueOrder(waiting, drawn, 0, 3);
    expect(new Set(order).size).toBe(1000);
    const places = order.flatMap((_, place) => (isDrawnPlace(place, 3) ? [place] : []));
    expect(places.length).toBeGreaterThan(70);
    expect(places.length).toBeLessThan(130);
    expect(order[places[0] ?? 0]?.id).toBe(drawn[0]);
    const others = order.filter((_, place) => !isDrawnPlace(place, 3)).slice(0, 300);
    expect(others).toEqual([...others].sort((a, b) => b.chance - a.chance));
  });

  it('goes on where it stood when the first are judged', () => {
    const order = queueOrder(waiting, drawn, 0, 3);
    const rest = order.slice(37);
    expect(queueOrder(rest, drawn, 37, 3)).toEqual(rest);
  });
});

describe('the estimates', () => {
  it('count the random order up to its first gap, and nothing that was put off', () => {
    const of = (...states: ItemState[]): DrawnItem[] => states.map((state) => ({ kind: 'object', state }));
    const drawn = of('accepted', 'later', 'rejected', 'fixed', 'open', 'rejected', 'rejected');
    expect(judgedPart(drawn)).toHaveLength(4);
    const { precision, wrong, ...counts } = estimatesOf(drawn, { objects: 70, ghosts: 0 });
    expect([precision?.value, wrong?.value]).toEqual([2 / 3, 2 / 3]);
    expect(counts).toEqual({ objects: 3, ghosts: 0, later: 1 });
    expect(estimatesOf(of('open'), { objects: 10, ghosts: 3 })).toEqual({ objects: 0, ghosts: 0, later: 0 });
  });

  /** Shares of 600 rounds in which the intervals hold the truth, when whoever reviews goes by the queue. */
  function coverage(objects: number, ghosts: number, [right, real]: readonly [number, number], reviewed: number) {
    const random = createRandom(objects + ghosts);
    const all = [...items('a', objects / 2), ...items('b', objects / 2), ...items('c', ghosts, 'ghost')];
    const held = { precision: 0, recall: 0, rounds: 0 };
    const ROUNDS = 600;
    for (let seed = 0; seed < ROUNDS; seed++) {
      const truth = new Map(all.map(({ id, kind }) => [id, random.chance(kind === 'object' ? right : real)]));
      const kindOf = new Map(all.map(({ id, kind }) => [id, kind]));
      const drawn = drawTenth(all, seed);
      // The queue's order knows what is wrong nearly always: what is judged early is anything but random.
      const waiting = all.map(({ id, kind }) => {
        const wrong = truth.get(id) !== (kind === 'object');
        return { id, chance: random.chance(0.9) === wrong ? 0.5 + random.next() : random.next() };
      });
      const judged = new Set(
        queueOrder(waiting, drawn, 0, seed)
          .slice(0, reviewed)
          .map(({ id }) => id),
      );
      const states = drawn.map((id): DrawnItem => {
        const state = !judged.has(id) ? 'open' : truth.get(id) === true ? 'accepted' : 'rejected';
        return { kind: kindOf.get(id) ?? 'object', state };
      });
      const { precision, recall } = estimatesOf(states, { objects, ghosts });
      if (precision === undefined || recall === undefined) continue;
      const good = all.filter(({ id, kind }) => kind === 'object' && truth.get(id) === true).length;
      const missed = all.filter(({ id, kind }) => kind === 'ghost' && truth.get(id) === true).length;
      const holds = ({ low, high }: { low: number; high: number }, value: number) =>
        value >= low && value <= high ? 1 : 0;
      held.rounds++;
      held.precision += holds(precision, good / objects);
      held.recall += holds(recall, good / (good + missed));
    }
    expect(held.rounds).toBeGreaterThan(ROUNDS * 0.9);
    return [held.precision / held.rounds, held.recall / held.rounds];
  }

  const mixtures = [
    [1000, 400, [0.8, 0.15], 1400],
    [600, 600, [0.6, 0.3], 1200],
    [1200, 300, [0.9, 0.1], 700],
  ] as const;
  it.each(few(mixtures, 3))(
    'hold the truth of %i objects and %i ghosts about 95 times in 100',
    (objects, ghosts, shares, reviewed) => {
      for (const share of coverage(objects, ghosts, shares, reviewed)) {
        expect(share).toBeGreaterThan(0.93);
        expect(share).toBeLessThan(0.99);
      }
    },
  );
});

describe('the book', () => {
  const random = createRandom(9);
  const measured = Array.from({ length: 400 }, (_, i): MeasuredItem => {
    const mean = 0.5 + random.next() / 2;
    return {
      id: `${i}`,
      slide: i % 2 === 0 ? 'a' : 'b',
      kind: i < 320 ? 'object' : 'ghost',
      class: 'glomerulus',
      box: [0, 0, 9, 9],
      areaPx: 900 + random.int(300),
      circularity: 0.7 + 0.2 * random.next(),
      solidity: 0.9,
      border: false,
      threshold: 0.5,
      mean,
      peak: 0.95,
      boundaryEntropy: 1.9 * (1 - mean),
    };
  });
  const set = reviewSet(measured, 4);

  it('counts, expects and orders', () => {
    const states = new Map<string, ItemState>([
      ['1', 'accepted'],
      ['2', 'rejected'],
      ['3', 'later'],
      ['330', 'accepted'],
    ]);
    const book = reviewBook(set, (id) => states.get(id) ?? 'open', priorModels, 4);
    expect(book.counts).toEqual({ open: 396, accepted: 2, rejected: 1, fixed: 0, later: 1, objects: 320, ghosts: 80 });
    expect(book.todo).toHaveLength(397);
    expect(book.todo.at(-1)).toBe('3');
    expect(book.next.items).toBe(100);
    expect(book.next.wrong).toBeLessThanOrEqual(book.openWrong);
    expect(book.next.wrong / 100).toBeGreaterThan(book.openWrong / 396);
    expect(judgedOf(set, (id) => states.get(id) ?? 'open').map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['object', 0],
      ['object', 1],
      ['ghost', 1],
    ]);
  });

  it('calls a fixed object wrong, and a fixed ghost real', () => {
    expect([outcomeOf('object', 'fixed'), outcomeOf('ghost', 'fixed'), outcomeOf('object', 'later')]).toEqual([
      1,
      1,
      undefined,
    ]);
  });

  it('is made anew after more decisions the more there are, and when some are taken back', () => {
    expect(
      [
        [0, 1],
        [19, 20],
        [100, 104],
        [100, 105],
        [100, 99],
      ].map(([before = 0, now = 0]) => isWorthRefitting(now, before)),
    ).toEqual([true, true, false, true, true]);
  });
});
