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
  step: 'a1',
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

  it('are in vain where they end well again and again, and are not done', () => {
    const open = createOpenUnits();
    const ready = unit('p/a', 'ready');
    let times = 0;
    let delay = 0;
    while (open.inVain([ready]) === undefined && times < 20) {
      delay += open.toQueue([ready])[0]?.delay ?? 0;
      open.ended([ended('p/a', 0)]);
      times++;
    }
    expect([times, open.inVain([ready])]).toEqual([8, ready]);
    // A network file system had time to show the result.
    expect(delay).toBeGreaterThan(60_000);
    expect(open.inVain([unit('p/a', 'done')])).toBeUndefined();
    open.ended([ended('p/a', 75)]);
    expect(open.inVain([ready])).toBeUndefined();
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
