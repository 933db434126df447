import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { ObjectMeasures } from '../../protocol/objects.js';
import { type Backend, BackendError } from '../backend/backend.js';
import { createSelection } from './selection.js';

const measures = (areaPx: number): ObjectMeasures => ({
  areaPx,
  perimeterPx: 1,
  equivalentDiameterPx: 1,
  circularity: 1,
  centroidPx: [0, 0],
  boxPx: [0, 0, 1, 1],
});

/** Answers when it is told to, in any order. */
function slowBackend() {
  const waiting = new Map<string, (answer: ObjectMeasures | Error) => void>();
  const ask: Backend['measures'] = (_, id) =>
    new Promise((resolve, reject) => {
      waiting.set(id, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  const answer = async (id: string, with_: ObjectMeasures | Error): Promise<void> => {
    waiting.get(id)?.(with_);
    await new Promise((done) => setTimeout(done));
  };
  return { ask, answer };
}

describe('the card of the selected object', () => {
  it('is that of the last one chosen, however late the answers come', async () => {
    const { ask, answer } = slowBackend();
    const { select, card } = createSelection({ measures: ask }, signal('slide'));
    select(['a']);
    select(['b']);
    await answer('b', measures(2));
    await answer('a', measures(1));
    expect(card.value).toMatchObject({ state: 'known', id: 'b', measures: { areaPx: 2 } });
  });

  it('says why there are no numbers, and shows none of several', async () => {
    const { ask, answer } = slowBackend();
    const { select, card } = createSelection({ measures: ask }, signal('slide'));
    select(['a']);
    await answer('a', new BackendError('there is no such object', 'refused', 404));
    expect(card.value).toMatchObject({ state: 'failed', problem: expect.stringContaining('Nothing is known') });
    select(['a', 'b']);
    expect(card.value).toEqual({ state: 'none' });
  });
});
