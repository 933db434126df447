import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawWindow,
  type FreeWindows,
  type GridWindows,
  gridCount,
  gridEpoch,
  type SamplerSlide,
  slideShares,
} from './sampler.js';

const free = (shares: Float64Array, more: Partial<FreeWindows> = {}): FreeWindows => ({
  kind: 'free',
  shares,
  centred: 0.5,
  jitter: 0.5,
  bins: [],
  ...more,
});
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
      drawWindow(slides, free(shares), 64, { seed, epoch, sample });
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
        const { x, y } = drawWindow(slides, free(slideShares(slides, 'even')), 128, { seed, epoch: 0, sample: 0 });
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
      const on = drawWindow(slides, free(shares, { centred: 1 }), 256, draw);
      expect(Math.abs(on.x + 128 - 520)).toBeLessThanOrEqual(65);
      expect(Math.abs(on.y + 128 - 510)).toBeLessThanOrEqual(65);
    }
    const anywhere = Array.from({ length: 3000 }, (_, sample) =>
      drawWindow([slide(266, 266)], free(Float64Array.of(1)), 256, { seed: 3, epoch: 0, sample }),
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
      const { slide: drawn } = drawWindow(slides, free(shares), 64, { seed: 9, epoch: 4, sample });
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const [i, wanted] of [20, 20, 60].entries())
      expect(Math.abs((counts[i] ?? 0) - wanted)).toBeLessThanOrEqual(2);
  });
});

describe('free windows', () => {
  it('draws objects evenly over bins of area, however many each holds', () => {
    const slides = [slide(500, 500, [0, 0, 9, 9, 100, 0, 9, 9, 200, 0, 9, 9]), slide(500, 500, [400, 400, 50, 50])];
    const bins = [
      { slide: Int32Array.of(0, 0, 0), object: Int32Array.of(0, 1, 2), cumulative: Float64Array.of(1 / 3, 2 / 3, 1) },
      { slide: Int32Array.of(1), object: Int32Array.of(0), cumulative: Float64Array.of(1) },
    ];
    const plan = free(slideShares(slides, 'even'), { centred: 1, jitter: 0, bins });
    const drawn = Array.from({ length: 400 }, (_, sample) =>
      drawWindow(slides, plan, 32, { seed: 1, epoch: 0, sample }),
    );
    const large = drawn.filter((window) => window.slide === 1);
    expect(large.length).toBeGreaterThan(150);
    expect(large.length).toBeLessThan(250);
    expect(new Set(large.map(({ x, y }) => `${x} ${y}`))).toEqual(new Set(['409 409']));
  });

  it('follows the weights of anatomy, and never draws from a region of weight 0 that it can avoid', () => {
    const anatomy = {
      width: 10,
      height: 10,
      downsample: 10,
      labels: new Uint8Array(100),
      weights: Float64Array.of(0, 1, 0.25),
    };
    anatomy.labels.fill(1, 0, 30).fill(2, 30, 60);
    const slides = [{ ...slide(100, 100), anatomy }];
    const plan = free(Float64Array.of(1), { centred: 0 });
    const counts = [0, 0, 0];
    for (let sample = 0; sample < 2000; sample++) {
      const { y } = drawWindow(slides, plan, 2, { seed: 5, epoch: 0, sample });
      const region = y + 1 < 30 ? 1 : y + 1 < 60 ? 2 : 0;
      counts[region] = (counts[region] ?? 0) + 1;
    }
    expect(counts[0]).toBeLessThan(10);
    expect((counts[2] ?? 0) / (counts[1] ?? 1)).toBeCloseTo(0.25, 1);
  });
});

describe('grid windows', () => {
  const tiles = (count: number, slideIndex: number): Int32Array =>
    Int32Array.from(Array.from({ length: count }, (_, i) => [slideIndex, i * 64, 0]).flat());
  const pools = [
    { tiles: tiles(20, 0), count: 12, bins: new Int32Array() },
    { tiles: tiles(40, 1), count: 10, bins: new Int32Array() },
  ];
  const plan: GridWindows = { kind: 'grid', pools };

  it('takes a share of each pool once per epoch, in another order and choice every epoch', () => {
    const seen = new Set<number>();
    for (let epoch = 0; epoch < 30; epoch++) {
      const windows = gridEpoch(plan, 7, epoch);
      const slides = Array.from({ length: windows.length / 3 }, (_, i) => [
        windows[i * 3] ?? 0,
        windows[i * 3 + 1] ?? 0,
      ]);
      expect(slides.filter(([of]) => of === 0)).toHaveLength(12);
      expect(new Set(slides.map(String)).size).toBe(gridCount(plan));
      for (const [of, x] of slides) if (of === 0) seen.add(x ?? 0);
    }
    expect(seen.size).toBe(20);
    expect(gridEpoch(plan, 7, 3)).toEqual(gridEpoch(plan, 7, 3));
    expect(gridEpoch(plan, 7, 3)).not.toEqual(gridEpoch(plan, 8, 3));
  });

  it('gives the epoch in order, sample by sample', () => {
    const windows = gridEpoch(plan, 7, 2);
    const drawn = Array.from({ length: 22 }, (_, sample) => drawWindow([], plan, 64, { seed: 7, epoch: 2, sample }));
    expect(drawn.flatMap(({ slide: of, x, y }) => [of, x, y])).toEqual([...windows]);
  });

  it('balances bins by repeating the tiles of a small one', () => {
    const bins = Int32Array.from({ length: 20 }, (_, i) => (i < 2 ? 1 : 0));
    const windows = gridEpoch({ kind: 'grid', pools: [{ tiles: tiles(20, 0), count: 12, bins }] }, 1, 0);
    const rare = Array.from({ length: 12 }, (_, i) => windows[i * 3 + 1] ?? 0).filter((x) => x < 128);
    expect(rare).toHaveLength(6);
  });
});

describe('slideShares', () => {
  it('draws a value whose slides have a weight so much more often, whatever the balance', () => {
    const sides = { width: 10, height: 10 };
    const slides = [
      { ...sides, group: 'a' },
      { ...sides, group: 'a' },
      { ...sides, group: 'own', weight: 3 },
    ];
    expect([...slideShares(slides, 'even', 1)]).toEqual([1 / 8, 1 / 8, 3 / 4]);
    expect([...slideShares(slides, 'even', 0)].map((share) => share.toFixed(6))).toEqual([
      '0.200000',
      '0.200000',
      '0.600000',
    ]);
  });

  it('balances groups before slides', () => {
    const slides = ['a', 'a', 'a', 'b'].map((group) => ({ width: 10, height: 10, group }));
    expect([...slideShares(slides, 'even')]).toEqual([1 / 6, 1 / 6, 1 / 6, 1 / 2]);
  });
});
