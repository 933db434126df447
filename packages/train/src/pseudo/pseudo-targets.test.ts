import { createRandom, raster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { checkUncertainRange, pseudoTargets } from './pseudo-targets.js';

const row = (...values: number[]) => raster(values.length, 1, 1, Float32Array.from(values));
const of = (values: number[], kind: 'hard' | 'soft', uncertain: [number, number]) =>
  pseudoTargets(row(...values), { kind, uncertain }, 's');

describe('pseudoTargets', () => {
  it('keeps probabilities outside the uncertain range, whose ends are certain', () => {
    const { soft, mask, pixels, uncertain } = of([0, 0.25, 0.3, 0.5, 0.7, 0.75, 1], 'soft', [0.25, 0.75]);
    expect([...(soft ?? [])]).toEqual([0, 64, 255, 255, 255, 191, 254]);
    expect([...mask]).toEqual([0, 0, 0, 0, 0, 1, 1]);
    expect({ pixels, uncertain }).toEqual({ pixels: [2], uncertain: 3 });
  });

  it('decides outside the uncertain range where labels are hard', () => {
    const { soft, mask } = of([0, 0.5, 0.6, 0.8, 0.9], 'hard', [0.5625, 0.75]);
    expect([...(soft ?? [])]).toEqual([0, 0, 255, 254, 254]);
    expect([...mask]).toEqual([0, 0, 0, 1, 1]);
  });

  it('needs no more than the mask for hard labels without an uncertain range', () => {
    expect(of([0.4, 0.5, 0.6], 'hard', [0.5, 0.5])).toEqual({
      mask: Uint8Array.of(0, 1, 1),
      soft: undefined,
      pixels: [2],
      uncertain: 0,
    });
    expect(of([0.4, 0.5, 0.6], 'soft', [0.5, 0.5])).toMatchObject({ uncertain: 0, soft: Uint8Array.of(102, 127, 152) });
  });

  it('counts a pixel once, whichever of its classes are uncertain', () => {
    const data = Float32Array.of(0.9, 0.5, 0.5, 0.5, 0.1, 0.9, 0, 0.1);
    const { mask, pixels, uncertain } = pseudoTargets(
      raster(2, 2, 2, data),
      { kind: 'soft', uncertain: [0.3, 0.7] },
      's',
    );
    expect([...mask]).toEqual([1, 0, 2, 0]);
    expect({ pixels, uncertain }).toEqual({ pixels: [1, 1], uncertain: 2 });
  });

  it('agrees between mask and targets for any probability and range', () => {
    const random = createRandom(3);
    for (let round = 0; round < 200; round++) {
      const [low = 0, high = 0] = [random.next(), random.next()].sort((a, b) => a - b);
      const values = Float32Array.from({ length: 20 }, () => random.next());
      for (const kind of ['hard', 'soft'] as const) {
        const { mask, soft } = pseudoTargets(raster(20, 1, 1, values), { kind, uncertain: [low, high] }, 's');
        values.forEach((p, i) => {
          const value = soft?.[i] ?? 0;
          expect(value === 255).toBe(p > low && p < high);
          if (value !== 255) expect(mask[i]).toBe(kind === 'soft' ? Number(p >= 0.5) : Number(p >= high));
        });
      }
    }
  });

  it('refuses what is no probability, but not the rounding of a sum', () => {
    expect(() => of([Number.NaN], 'soft', [0.5, 0.5])).toThrow('s: the models predicted NaN, which is no probability');
    expect(() => of([1.5], 'hard', [0.5, 0.5])).toThrow(/no probability/);
    expect([...of([1.00001, -0.00001], 'soft', [0.5, 0.5]).mask]).toEqual([1, 0]);
  });
});

describe('checkUncertainRange', () => {
  it.each([
    [0.7, 0.3],
    [-0.1, 0.5],
    [0.5, 1.1],
    [Number.NaN, 0.5],
  ])('refuses %f to %f', (low, high) => {
    expect(() => checkUncertainRange([low, high])).toThrow(
      /^uncertain: the range from .*; give two numbers from 0 to 1/,
    );
  });

  it('takes an empty and a whole one', () => {
    expect(() => checkUncertainRange([0.5, 0.5])).not.toThrow();
    expect(() => checkUncertainRange([0, 1])).not.toThrow();
  });
});
