/** What a scope frees, what it spares, and that it does so whatever happens inside. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dispatch, keep, liveTensors, scope, Tensor, tensor } from '../src/index.js';
import { caught } from './caught.js';
import { available, describeTorch } from './describe-torch.js';

const one = () => tensor(Float32Array.of(1), [1]);

describeTorch('scope', () => {
  let before = 0;
  beforeEach(() => {
    before = available ? liveTensors() : 0;
  });
  afterEach(() => {
    expect(liveTensors()).toBe(before);
  });

  it('frees everything but the result', () => {
    const result = scope(() => dispatch('add.Tensor', one(), one()));
    expect(liveTensors() - before).toBe(1);
    expect(result.item()).toBe(2);
    result.dispose();
  });

  it('finds survivors in arrays, objects, maps, sets and circles', () => {
    interface Nested {
      list: readonly (Tensor | number)[];
      map: Map<string, Tensor>;
      set: Set<Tensor>;
      deep: { tensor: Tensor };
      self?: Nested;
    }
    const result = scope(() => {
      one();
      const nested: Nested = {
        list: [one(), 1],
        map: new Map([['a', one()]]),
        set: new Set([one()]),
        deep: { tensor: one() },
      };
      nested.self = nested;
      return nested;
    });
    expect(liveTensors() - before).toBe(4);
    const found = [...result.list, ...result.map.values(), ...result.set, result.deep.tensor];
    for (const item of found) if (item instanceof Tensor) item.dispose();
  });

  it('frees everything when the function throws', () => {
    expect(() =>
      scope(() => {
        one();
        scope(one);
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
  });

  it('hands survivors of an inner scope to the outer one', () => {
    scope(() => {
      const inner = scope(() => dispatch('add.Tensor', one(), one()));
      expect(inner.disposed).toBe(false);
      expect(liveTensors() - before).toBe(1);
    });
  });

  it('spares what is kept, through nested scopes', () => {
    const spared: Tensor[] = [];
    scope(() => {
      scope(() => {
        spared.push(keep(one()), one());
      });
      one();
    });
    expect(liveTensors() - before).toBe(1);
    expect(spared.map((item) => item.disposed)).toEqual([false, true]);
    expect(spared[0]?.item()).toBe(1);
    spared[0]?.dispose();
  });

  it('leaves tensors from outside alone', () => {
    const outside = one();
    scope(() => dispatch('relu_', outside).item());
    expect(outside.item()).toBe(1);
    outside.dispose();
  });

  it('refuses an async function, and frees what it made', async () => {
    const failures: unknown[] = [];
    const note = (reason: unknown) => failures.push(reason);
    process.on('unhandledRejection', note);
    const error = caught(() =>
      scope(async () => {
        one();
        throw new Error('later');
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(error.code).toBe('argument');
    expect(error.message).toContain('synchronous');
    expect(failures).toEqual([]);
  });
});
