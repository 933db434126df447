import { createRandom, type Raster, raster } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Level0Thresholder } from '../level0/level0-thresholder.js';
import { denseColumns, sparseProbability } from './sparse-probability.js';

/** Mostly empty, with smooth bumps here and there. */
function bumps(width: number, height: number, channels: number, seed: number): Raster<Float32Array> {
  const random = createRandom(seed);
  const centres = Array.from({ length: 1 + random.int(4) }, () => ({
    x: random.uniform(0, width),
    y: random.uniform(0, height),
    radius: random.uniform(1, 12),
    channel: random.int(channels),
    height: random.next(),
  }));
  const data = Float32Array.from({ length: width * height * channels }, (_, i) => {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    const heights = centres.map((bump) =>
      bump.channel === c ? bump.height * Math.exp(-((Math.hypot(x - bump.x, y - bump.y) / bump.radius) ** 2)) : 0,
    );
    return Math.max(...heights, 0.03 * random.next());
  });
  return raster(width, height, channels, data);
}

const runs = (probability: Raster<Float32Array>, threshold: number) => {
  const { width, height, channels } = probability;
  const slide = { width: Math.round(width * 2.3), height: Math.round(height * 2.3) };
  return new Level0Thresholder(probability, slide, new Array<number>(channels).fill(threshold)).push(probability);
};

describe('sparseProbability', () => {
  it('thresholds to the same runs, from the lowest threshold on', () => {
    const side = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 2 }), fc.nat(), (width, height, channels, seed) => {
        const probability = bumps(width, height, channels, seed);
        const sparse = sparseProbability(probability, 0.1);
        const dense = denseColumns(sparse, 0, width);
        for (const threshold of [0.1, 0.3, 0.8]) expect(runs(dense, threshold)).toEqual(runs(probability, threshold));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps little of an empty slide, and gives columns one band after another', () => {
    const probability = bumps(300, 40, 2, 3);
    const sparse = sparseProbability(probability, 0.1);
    expect(sparse.data.length).toBeLessThan(probability.data.length / 2);
    const whole = denseColumns(sparse, 0, 300);
    for (const [left, columns] of [
      [0, 32],
      [32, 250],
      [288, 12],
    ] as const) {
      const band = denseColumns(sparse, left, columns);
      for (let y = 0; y < 40; y++) {
        const expected = whole.data.subarray((y * 300 + left) * 2, (y * 300 + left + columns) * 2);
        expect(band.data.subarray(y * columns * 2, (y + 1) * columns * 2)).toEqual(expected);
      }
    }
    expect(() => denseColumns(sparse, 8, 16)).toThrow('where blocks do');
    expect(sparseProbability(raster(40, 40, 1, new Float32Array(1600)), 0.1).blocks).toHaveLength(0);
  });
});
