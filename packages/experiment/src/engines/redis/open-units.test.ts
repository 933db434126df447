import { describe, expect, it } from 'vitest';
import type { Unit, UnitState } from '../../units/unit.js';
import { createOpenUnits } from './open-units.js';
import type { Delivered } from './unit-queue.js';

const unit = (id: string, state: UnitState): Unit => {
  const rest = { kind: 'predict', needs: [], problem: undefined, device: 'cpu', memory: null };
  return { id, state, step: 'p', part: id.slice(2), ...rest };
};
const ended = (id: string, code: number | null, said = ''): Delivered => ({
  unit: id,
  answer: { code, host: 'lab', said },
});

describe('the units in a queue', () => {
  it('are those that are ready, once', () => {
    const open = createOpenUnits();
    const units = [unit('p/a', 'ready'), unit('p/b', 'done'), unit('p/c', 'waiting'), unit('p/d', 'ready')];
    expect(open.toQueue(units)).toEqual([
      { id: 'p/a', delay: 0 },
      { id: 'p/d', delay: 0 },
    ]);
    expect(open.toQueue(units)).toEqual([]);
    open.ended([ended('p/a', 0)]);
    expect(open.count()).toBe(1);
    expect(open.all()).toEqual([{ id: 'p/d', delay: 0 }]);
  });

  it('come back later and later while they are to be tried later', () => {
    const open = createOpenUnits();
    const delays = Array.from({ length: 9 }, () => {
      const [queued] = open.toQueue([unit('p/a', 'ready')]);
      open.ended([ended('p/a', 75)]);
      return queued?.delay;
    });
    expect(delays).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('have failed where they end well again and again, and nothing is to be seen of it', () => {
    const open = createOpenUnits();
    const units = [unit('p/a', 'ready')];
    const delays: (number | undefined)[] = [];
    for (let ends = 0; ends < 8; ends++) {
      expect(open.unrecorded(units)).toEqual([]);
      delays.push(open.toQueue(units)[0]?.delay);
      open.ended([ended('p/a', 0)]);
    }
    expect(delays).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
    expect(open.unrecorded(units)).toEqual([{ unit: units[0], problem: expect.stringMatching(/ended well 8 times/) }]);
    expect(open.unrecorded(units)).toEqual([]);
  });

  it('have failed without a record where the records still call them ready', () => {
    const open = createOpenUnits();
    open.toQueue([unit('p/a', 'ready'), unit('p/b', 'ready'), unit('p/c', 'ready'), unit('p/d', 'ready')]);
    const killed = 'its process was ended by SIGKILL';
    open.ended([ended('p/a', null, killed), ended('p/b', 1, 'no file'), ended('p/c', 1), ended('p/d', 75)]);
    const after = [unit('p/a', 'ready'), unit('p/b', 'set aside'), unit('p/c', 'done'), unit('p/d', 'ready')];
    expect(open.unrecorded(after)).toEqual([{ unit: after[0], problem: `${killed} (on lab)` }]);
    expect(open.unrecorded(after)).toEqual([]);
  });
});
