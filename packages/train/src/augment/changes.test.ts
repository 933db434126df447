import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import fixture from '../../tests/fixtures/hsv.json' with { type: 'json' };
import { augmentPresets } from '../config/augment.js';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import { addNoise, blur, cutHoles, drawHoles } from './degrade.js';
import { drawChange, drawEpoch, noChange } from './draw.js';
import { applySteps, drawOneOf } from './one-of.js';
import { renderWindow } from './render.js';
import { stainChange } from './stains.js';
import { drawWarp, warpAxis, warpRow } from './warp.js';

const neutral = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

function stained(side: number): SlidePixels {
  const random = createRandom(8);
  const image = Uint8Array.from({ length: side * side * 3 }, (_, i) => ([170, 90, 160][i % 3] ?? 0) + random.int(60));
  return { width: side, height: side, image, mask: new Uint8Array(side * side) };
}

function render(slide: SlidePixels, tile: number, change: Partial<typeof noChange>): Float32Array {
  const image = new Float32Array(tile * tile * 3);
  const mask = new Float32Array(tile * tile);
  const form = { tile, classes: 1, normalisation: neutral };
  renderWindow(slide, { x: 0, y: 0 }, { ...noChange, ...change }, form, { image, mask });
  return image;
}

describe('changes that are drawn per epoch', () => {
  const config = { ...augmentPresets.reference, drawnPer: 'epoch' as const };

  it('turns with the shares 0.17, 0.17 and 0.16, mirrors half of the time, and branches as windows do', () => {
    const random = createRandom(4);
    const draws = Array.from({ length: 100_000 }, () => drawEpoch(random, config));
    const share = (is: (draw: (typeof draws)[number]) => boolean): number => draws.filter(is).length / draws.length;
    for (const [turns, expected] of [0.5, 0.17, 0.17, 0.16].entries()) {
      expect(Math.abs(share((draw) => draw.turns === turns) - expected)).toBeLessThan(0.005);
    }
    expect(Math.abs(share(({ flipX }) => flipX === -1) - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(share(({ flipY }) => flipY === -1) - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(share(({ kinds }) => kinds.length === 3) - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(share(({ kinds }) => kinds.join() === 'brightness') - 0.125)).toBeLessThan(0.005);
  });

  it('gives all windows one geometry and one branch, and each its own amounts', () => {
    const epoch = drawEpoch(createRandom(5), config);
    const changes = Array.from({ length: 40 }, (_, seed) => drawChange(createRandom(seed), config, 16, epoch));
    expect(new Set(changes.map(({ geometry }) => JSON.stringify(geometry))).size).toBe(1);
    expect(new Set(changes.map(({ steps = [] }) => steps.map(({ kind }) => kind).join())).size).toBe(1);
    expect(new Set(changes.map(({ steps = [] }) => steps[0]?.amount)).size).toBe(40);
  });

  it('turns and mirrors as it says', () => {
    const slide: SlidePixels = {
      ...stained(4),
      image: Uint8Array.from({ length: 48 }, (_, i) => 5 * Math.floor(i / 3)),
    };
    const pixels = (turns: number, flipX: 1 | -1): number[] => {
      const epoch = { flipX, flipY: 1 as const, turns, kinds: [] };
      const image = render(slide, 4, drawChange(createRandom(1), config, 4, epoch));
      return Array.from({ length: 16 }, (_, i) => Math.round(((image[i * 3] ?? 0) * 255) / 5));
    };
    expect(pixels(0, 1)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(pixels(2, 1)).toEqual(Array.from({ length: 16 }, (_, i) => 15 - i));
    expect(pixels(0, -1).slice(0, 4)).toEqual([3, 2, 1, 0]);
    expect(new Set([pixels(1, 1).join(), pixels(3, 1).join()]).size).toBe(2);
  });
});

describe('the one-of scheme', () => {
  it.each(['saturation', 'hue'] as const)("changes %s as Python's colorsys (tests/fixtures/make_hsv.py)", (kind) => {
    const { amount, expected } = fixture[kind];
    const image = Float32Array.from(fixture.pixels.flat());
    applySteps(image, [{ kind, amount }]);
    for (const [i, value] of expected.flat().entries()) expect(image[i]).toBeCloseTo(value, 5);
  });

  it('stretches contrast about each channel and shifts brightness', () => {
    const image = Float32Array.of(0.2, 0.5, 0.8, 0.4, 0.5, 0.6);
    applySteps(image, [
      { kind: 'contrast', amount: 2 },
      { kind: 'brightness', amount: 0.1 },
    ]);
    for (const [i, value] of [0.2, 0.6, 1, 0.6, 0.6, 0.6].entries()) expect(image[i]).toBeCloseTo(value, 6);
  });

  it('draws three steps in order half of the time, else one of four, within the intervals', () => {
    const random = createRandom(2);
    const kinds = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const steps = drawOneOf(random, augmentPresets.reference);
      const name = steps.map(({ kind }) => kind).join();
      kinds.set(name, (kinds.get(name) ?? 0) + 1);
      for (const { kind, amount } of steps) {
        const most = { saturation: 0.06, contrast: 0.06, brightness: 0.05, hue: 0.075 }[kind];
        expect(Math.abs(kind === 'saturation' || kind === 'contrast' ? amount - 1 : amount)).toBeLessThanOrEqual(most);
      }
    }
    expect((kinds.get('saturation,contrast,hue') ?? 0) / 4000).toBeCloseTo(0.5, 1);
    for (const one of ['saturation', 'brightness', 'contrast', 'hue'])
      expect((kinds.get(one) ?? 0) / 4000).toBeCloseTo(0.125, 1);
    expect(kinds.size).toBe(5);
  });
});

describe('stains', () => {
  it.each(['eosin', 'pas'] as const)('leave the picture alone where nothing changes (%s)', (second) => {
    const slide = stained(16);
    const changed = render(slide, 16, { stains: stainChange(second, [1, 1, 1], [0, 0]) });
    const plain = render(slide, 16, {});
    for (const [i, value] of plain.entries()) expect(Math.abs((changed[i] ?? 0) - value)).toBeLessThan(1e-4);
  });

  it('more haematoxylin darkens red most, and white stays white', () => {
    const slide = stained(16);
    slide.image.fill(255, 0, 3);
    const plain = render(slide, 16, {});
    const changed = render(slide, 16, { stains: stainChange('eosin', [1.5, 1, 1], [0, 0]) });
    const loss = (channel: number): number =>
      mean(plain.filter((_, i) => i % 3 === channel)) - mean(changed.filter((_, i) => i % 3 === channel));
    expect(loss(0)).toBeGreaterThan(loss(2));
    expect(loss(0)).toBeGreaterThan(0.01);
    expect([...changed.subarray(0, 3)]).toEqual([1, 1, 1]);
  });
});

describe('warp', () => {
  it('is smooth, bounded by the nodes, and reaches every pixel', () => {
    const tile = 64;
    const warp = drawWarp(createRandom(1), tile, 5);
    const axis = warpAxis(tile, warp);
    let last: Float64Array | undefined;
    for (let v = 0; v < tile; v++) {
      const xs = new Float64Array(tile);
      const ys = new Float64Array(tile);
      warpRow(warp, axis, v, xs, ys);
      for (let u = 0; u < tile; u++) {
        expect(Math.abs(xs[u] ?? 9)).toBeLessThanOrEqual(5);
        if (u > 0) expect(Math.abs((xs[u] ?? 0) - (xs[u - 1] ?? 0))).toBeLessThan(1);
        if (last !== undefined) expect(Math.abs((xs[u] ?? 0) - (last[u] ?? 0))).toBeLessThan(1);
      }
      last = xs;
    }
  });

  it('shifts the whole window where all nodes agree', () => {
    const slide = stained(48);
    const warp = drawWarp(createRandom(1), 16, 0);
    warp.dx.fill(3);
    warp.dy.fill(2);
    const shifted = render(slide, 16, { warp });
    const image = new Float32Array(16 * 16 * 3);
    const form = { tile: 16, classes: 1, normalisation: neutral };
    renderWindow(slide, { x: 3, y: 2 }, noChange, form, { image, mask: new Float32Array(256) });
    for (const [i, value] of image.entries()) expect(shifted[i]).toBeCloseTo(value, 4);
  });
});

describe('what spoils a picture', () => {
  it('blurs an impulse into a Gaussian and keeps its sum', () => {
    const tile = 33;
    const image = new Float32Array(tile * tile * 3);
    image[(16 * tile + 16) * 3] = 1;
    blur(image, tile, 1.5);
    const at = (x: number, y: number): number => image[(y * tile + x) * 3] ?? 0;
    expect(image.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 5);
    expect(at(18, 16) / at(16, 16)).toBeCloseTo(Math.exp(-4 / (2 * 1.5 ** 2)), 5);
    expect(at(17, 18) / at(16, 16)).toBeCloseTo(Math.exp(-5 / (2 * 1.5 ** 2)), 5);
    const flat = new Float32Array(tile * tile * 3).fill(0.7);
    blur(flat, tile, 3);
    for (const value of flat) expect(value).toBeCloseTo(0.7, 5);
  });

  it('adds noise of the strength asked for, the same for a seed', () => {
    const noisy = (seed: number): Float32Array => {
      const image = new Float32Array(64 * 64 * 3);
      addNoise(image, 0.05, seed, { mean: [0, 0, 0], std: [0.5, 0.5, 0.5] });
      return image;
    };
    const image = noisy(3);
    expect(Math.sqrt(mean(image.map((v) => v * v)))).toBeCloseTo(0.1, 2);
    expect(Math.abs(mean(image))).toBeLessThan(0.005);
    expect(noisy(3)).toEqual(image);
    expect(noisy(4)).not.toEqual(image);
  });

  it('cuts squares and nothing else', () => {
    const image = new Float32Array(20 * 20 * 3).fill(1);
    cutHoles(image, 20, [{ x: 15, y: 2, side: 8 }]);
    expect(image.filter((v) => v === 0)).toHaveLength(5 * 8 * 3);
    for (const { side } of drawHoles(createRandom(4), 100, 6, 0.15)) expect(side).toBeLessThanOrEqual(15);
  });
});

describe('drawChange', () => {
  it('draws every kind of change of the strong preset, and nothing of none', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const change = drawChange(createRandom(seed), augmentPresets.strong, 64);
      for (const [name, value] of Object.entries(change)) if (value !== undefined) seen.add(name);
    }
    expect([...seen].sort()).toEqual(['blur', 'colour', 'geometry', 'holes', 'noise', 'stains', 'warp']);
    const nothing = drawChange(createRandom(1), augmentPresets.none, 64);
    expect(Object.values(nothing).filter((value) => value !== undefined)).toHaveLength(2);
  });

  it("turns by a quarter, a half and three quarters as often as the reference solution's 0.17, 0.17, 0.16", () => {
    const turns = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const { a, b, c, d } = drawChange(createRandom(seed), { ...augmentPresets.reference, flips: false }, 64).geometry;
      const name = [a, b, c, d].map((v) => Math.round(v) + 0).join();
      turns.set(name, (turns.get(name) ?? 0) + 1);
    }
    expect((turns.get('1,0,0,1') ?? 0) / 6000).toBeCloseTo(0.5, 1);
    expect(turns.size).toBe(4);
    for (const count of turns.values()) expect(count / 6000).toBeGreaterThan(0.14);
  });
});
