/** Going through the queue with a server that answers late, refuses, or was used before. */
import { describe, expect, it, vi } from 'vitest';
import type { ItemState, ReviewItem, ReviewPage } from '../../protocol/review.js';
import type { ReviewBackend, ReviewHost } from './review-host.js';
import { createReview, type ReviewState } from './review-state.js';
import { estimateText, expectationText, progressText } from './words.js';

const itemOf = (id: string, kind: ReviewItem['kind'] = 'object'): ReviewItem => ({
  id,
  slide: 's',
  slideName: 'slide 1',
  kind,
  class: 'glomerulus',
  box: [0, 0, 10, 10],
  state: 'open',
  reasons: ['small: 0.10 times the median area'],
  ...(kind === 'ghost' ? { polygons: [[[0, 0, 9, 0, 9, 9]]] } : {}),
});

/** A queue in memory, with `count` items of which the third is a ghost. */
function memoryQueue(count: number) {
  const states = new Map<string, ItemState>();
  const items = Array.from({ length: count }, (_, i) => itemOf(`${i}`, i === 2 ? 'ghost' : 'object'));
  const judged: string[] = [];
  const shown: string[] = [];
  const refused = new Set<string>();
  const pageOf = (list: readonly ReviewItem[]): ReviewPage => ({
    slides: { total: 1, measured: 1, failed: [] },
    counts: { open: 5, accepted: 2, rejected: 1, fixed: 0, later: 1, objects: 8, ghosts: 1 },
    next: { items: 5, wrong: 1.6 },
    openWrong: 1.6,
    estimates: { objects: 0, ghosts: 0, later: 0 },
    notes: [],
    offset: 0,
    items: list,
  });
  const stateOf = ({ id }: ReviewItem): ItemState => states.get(id) ?? 'open';
  const backend: ReviewBackend = {
    page: async ({ list }) => {
      const now = items.map((item) => ({ ...item, state: stateOf(item) }));
      if (list === 'done') return pageOf(judged.toReversed().flatMap((id) => now.filter((item) => item.id === id)));
      return pageOf([...now.filter(({ state }) => state === 'open'), ...now.filter(({ state }) => state === 'later')]);
    },
    decide: async ({ item, decision }) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (refused.has(item)) throw new Error('no space left');
      states.set(item, decision ?? 'open');
      if (decision !== 'later') judged.push(item);
      return { state: decision ?? 'open', revision: 1 };
    },
  };
  const host: ReviewHost = {
    show: (item, outline) => shown.push(`${item.id}${outline === undefined ? '' : ' outlined'}`),
    hide: () => shown.push('nothing'),
    fix: (item) => shown.push(`fix ${item.id}`),
    decided: () => undefined,
  };
  return { backend, host, states, shown, refused };
}

/** Waits for what is being sent. */
async function settled({ busy }: ReviewState): Promise<void> {
  await vi.waitUntil(() => !busy.value, { timeout: 5000, interval: 2 });
}

describe('the state of a review', () => {
  it('goes on before the server has answered, and sends decisions in order', async () => {
    const { backend, host, states, shown } = memoryQueue(6);
    const review = createReview(backend, host);
    await review.start();
    expect(review.said.value).toBe('Item 1. Found: glomerulus, slide slide 1. small: 0.10 times the median area.');
    review.decide('accepted');
    review.decide('rejected');
    expect(review.current.value?.id).toBe('2');
    expect(states.size).toBe(0);
    review.decide('later');
    await settled(review);
    expect([...states]).toEqual([
      ['0', 'accepted'],
      ['1', 'rejected'],
      ['2', 'later'],
    ]);
    expect(shown).toEqual(['0', '1', '2 outlined', '3']);
    expect(review.said.value).toMatch(/^Put off\. Item 4\./);
  });

  it('comes to what was put off at the end, and then to nothing', async () => {
    const { backend, host } = memoryQueue(2);
    const review = createReview(backend, host);
    await review.start();
    review.decide('later');
    review.decide('accepted');
    await settled(review);
    expect(review.current.value).toMatchObject({ id: '0', state: 'later' });
    review.decide('accepted');
    await settled(review);
    expect(review.current.value).toBeUndefined();
    expect(review.said.value).toBe('Accepted. Nothing is left to review.');
    await review.back();
    expect(review.current.value).toMatchObject({ id: '0', state: 'accepted' });
  });

  it('goes back and forth, also to what was judged before', async () => {
    const { backend, host } = memoryQueue(6);
    const before = createReview(backend, host);
    await before.start();
    before.decide('accepted');
    before.decide('rejected');
    await settled(before);
    const review = createReview(backend, host);
    await review.start();
    expect(review.current.value?.id).toBe('2');
    await review.back();
    expect(review.current.value).toMatchObject({ id: '1', state: 'rejected' });
    await review.back();
    expect(review.current.value).toMatchObject({ id: '0', state: 'accepted' });
    await review.back();
    expect([review.current.value?.id, review.canGoBack.value]).toEqual(['0', false]);
    review.decide('rejected');
    expect(review.current.value?.id).toBe('1');
    review.next();
    review.next();
    expect(review.current.value?.id).toBe('3');
  });

  it('comes back to a decision that was not kept, and says why', async () => {
    const { backend, host, refused, states } = memoryQueue(4);
    refused.add('0');
    const review = createReview(backend, host);
    await review.start();
    review.decide('accepted');
    await settled(review);
    expect(review.current.value).toMatchObject({ id: '0', state: 'open' });
    expect(review.said.value).toContain('no space left');
    refused.clear();
    review.decide('accepted');
    await settled(review);
    expect(states.get('0')).toBe('accepted');
  });

  it('makes a candidate an object before the tools have it', async () => {
    const { backend, host, shown, states } = memoryQueue(4);
    const review = createReview(backend, host);
    await review.start();
    review.fix();
    expect(shown.at(-1)).toBe('fix 0');
    review.changed('0', 'fixed');
    expect(review.current.value?.state).toBe('fixed');
    review.next();
    review.next();
    review.fix();
    await settled(review);
    expect([states.get('2'), shown.at(-1)]).toEqual(['accepted', 'fix 2']);
  });

  it('has words for its numbers', async () => {
    const page = await memoryQueue(1).backend.page({});
    expect(progressText(page)).toBe('3 of 9 reviewed, 1 put off.');
    expect(expectationText(page)).toBe('Expected to be wrong among the next 5: 2.');
    expect(estimateText({ value: 0.9, low: 0.812, high: 1 })).toBe('90.0 % (81.2 % to 100 %)');
    expect(estimateText(undefined)).toBe('not known yet');
  });
});
