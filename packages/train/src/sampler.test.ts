import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawWindow, type SamplerSlide, slideShares } from './sampler.js';

const sampling = { centred: 0.5, jitter: 0.5 };
const slide = (width: number, height: number, objects: number[] = []): SamplerSlide => ({
  width,
  height,
  objects: Int32Array.from(objects),
});

describe('drawWindow', () => {
  it('depends on seed, epoch and sample alone', () => {
    const slides = [slide(300, 200, [50, 60, 20, 20]), slide(400, 500)];
    const shares = slideShares(slides, 'even');
    const draw = (seed: number, epoch: number, sample: number) =>
      drawWindow(slides, shares, 64, sampling, { seed, epoch, sample });
    const first = Array.from({ length: 50 }, (_, sample) => draw(1, 2, sample));
    expect(Array.from({ length: 50 }, (_, sample) => draw(1, 2, sample))).toEqual(first);
    expect(Array.from({ length: 50 }, (_, sample) => draw(2, 2, sample))).not.toEqual(first);
    expect(Array.from({ length: 50 }, (_, sample) => draw(1, 3, sample))).not.toEqual(first);
  });

  it('stays on the slide, and centres slides that are smaller than the tile', () => {
    const size = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(size, size, fc.nat(), fc.double({ min: 0, max: 1 }), (width, height, seed, at) => {
        const box = [Math.floor(at * (width - 1)), Math.floor(at * (height - 1)), 1, 1];
        const slides = [slide(width, height, box)];
        const { x, y } = drawWindow(slides, slideShares(slides, 'even'), 128, sampling, { seed, epoch: 0, sample: 0 });
        for (const [start, length] of [
          [x, width],
          [y, height],
        ] as const) {
          if (length <= 128) expect(start).toBe(Math.floor((length - 128) / 2));
          else expect(start >= 0 && start + 128 <= length).toBe(true);
        }
      }),
    );
  });

  it('places every window on an object when asked, and reaches both borders when not', () => {
    const slides = [slide(1000, 1000, [500, 480, 40, 60])];
    const shares = slideShares(slides, 'even');
    for (let sample = 0; sample < 200; sample++) {
      const draw = { seed: 3, epoch: 0, sample };
      const on = drawWindow(slides, shares, 256, { centred: 1, jitter: 0.5 }, draw);
      expect(Math.abs(on.x + 128 - 520)).toBeLessThanOrEqual(65);
      expect(Math.abs(on.y + 128 - 510)).toBeLessThanOrEqual(65);
    }
    const anywhere = Array.from({ length: 3000 }, (_, sample) =>
      drawWindow([slide(266, 266)], Float64Array.of(1), 256, sampling, { seed: 3, epoch: 0, sample }),
    );
    expect(new Set(anywhere.map(({ x }) => x)).size).toBe(11);
    expect(new Set(anywhere.map(({ y }) => y)).size).toBe(11);
  });

  it('draws slides in proportion to their shares over any stretch of samples', () => {
    const slides = [slide(100, 100), slide(100, 100), slide(300, 100)];
    const shares = slideShares(slides, 'area');
    expect([...shares]).toEqual([0.2, 0.2, 0.6]);
    const counts = [0, 0, 0];
    for (let sample = 500; sample < 600; sample++) {
      const { slide: drawn } = drawWindow(slides, shares, 64, sampling, { seed: 9, epoch: 4, sample });
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const [i, wanted] of [20, 20, 60].entries())
      expect(Math.abs((counts[i] ?? 0) - wanted)).toBeLessThanOrEqual(2);
  });
});

describe('slideShares', () => {
  it('balances groups before slides', () => {
    const slides = ['a', 'a', 'a', 'b'].map((group) => ({ width: 10, height: 10, group }));
    expect([...slideShares(slides, 'even')]).toEqual([1 / 6, 1 / 6, 1 / 6, 1 / 2]);
  });
});
