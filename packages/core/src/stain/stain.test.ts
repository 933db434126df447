import { describe, expect, it } from 'vitest';
import { type Raster, raster } from '../raster/raster.js';
import { createRandom } from '../statistics/random.js';
import { measureStain, normaliseStain } from './normalise.js';
import { type MacenkoStatistics, type StainMethod, stainMethods, standardStain, type Triple } from './statistics.js';
import { eigenvectors } from './symmetric.js';

const WHITE = 240;

/** A picture of two stains of known amounts on white glass. */
function stained([first, second]: readonly [Triple, Triple], factor: readonly [number, number], seed = 1): Raster {
  const random = createRandom(seed);
  const [width, height] = [120, 90];
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const glass = i % width < 30;
    const a = glass ? 0 : factor[0] * random.uniform(0.05, 1);
    const b = glass ? 0 : factor[1] * random.uniform(0.05, 1);
    for (let c = 0; c < 3; c++) {
      const value = WHITE * Math.exp(-(a * (first[c] as number) + b * (second[c] as number)));
      data[3 * i + c] = glass ? 245 : Math.round(Math.min(value, 255));
    }
  }
  return raster(width, height, 3, data);
}

const unit = ([x, y, z]: Triple): Triple => {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
};
const purple = unit([0.65, 0.7, 0.29]);
const pink = unit([0.22, 0.9, 0.38]);
const angle = (a: Triple, b: Triple): number =>
  (180 / Math.PI) * Math.acos(Math.min(a[0] * b[0] + a[1] * b[1] + a[2] * b[2], 1));

const meanDifference = (a: Raster, b: Raster): number =>
  a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;

describe('measureStain', () => {
  it('finds two stains and their amounts (Macenko)', () => {
    const found = measureStain(stained([purple, pink], [1.6, 1.1]), 'macenko');
    if (found?.method !== 'macenko') throw new TypeError('macenko');
    expect(angle(unit(found.vectors[0]), purple)).toBeLessThan(4);
    expect(angle(unit(found.vectors[1]), pink)).toBeLessThan(4);
    expect(found.amounts[0]).toBeCloseTo(1.6, 0);
    expect(found.amounts[1]).toBeCloseTo(1.1, 0);
  });

  it.each(stainMethods)('says nothing of a picture without colour, or of one colour (%s)', (method) => {
    const grey = raster(
      100,
      100,
      3,
      Uint8Array.from({ length: 30000 }, (_, i) => Math.floor(i / 3) % 256),
    );
    expect(measureStain(grey, method)).toBeUndefined();
    const flat = raster(
      100,
      100,
      3,
      Uint8Array.from({ length: 30000 }, (_, i) => [120, 60, 110][i % 3] ?? 0),
    );
    expect(measureStain(flat, method)).toBeUndefined();
    expect(
      measureStain(raster(20, 20, 3, stained([purple, pink], [1, 1]).data.slice(0, 1200)), method),
    ).toBeUndefined();
  });
});

describe('normaliseStain', () => {
  const pale = stained([purple, pink], [0.7, 0.5]);
  const deep = stained([unit([0.6, 0.72, 0.35]), unit([0.15, 0.95, 0.3])], [1.7, 1.3]);

  it.each(stainMethods)(
    'brings two slides of other colours to the same ones, and leaves the glass white (%s)',
    (method) => {
      const target = standardStain[method];
      const shown = [pale, deep].map((picture) => {
        const own = measureStain(picture, method);
        if (own === undefined) throw new TypeError('it has colour');
        return normaliseStain(picture, own, target);
      });
      const [first, second] = shown;
      if (first === undefined || second === undefined) throw new RangeError('two');
      expect(meanDifference(first, second)).toBeLessThan(0.35 * meanDifference(pale, deep));
      for (const picture of shown) expect(Math.min(...picture.data.slice(0, 90))).toBeGreaterThan(235);
    },
  );

  it.each(stainMethods)('hardly changes a slide that has the colours of the target (%s)', (method: StainMethod) => {
    const own = measureStain(deep, method);
    if (own === undefined) throw new TypeError('it has colour');
    expect(meanDifference(normaliseStain(deep, own, own), deep)).toBeLessThan(1.5);
  });

  it('refuses two methods', () => {
    expect(() => normaliseStain(pale, standardStain.reinhard, standardStain.macenko)).toThrow(
      /by reinhard cannot become/,
    );
  });
});

it('standard colours are what the published code has', () => {
  const { vectors }: MacenkoStatistics = standardStain.macenko;
  for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 2);
});

it('eigenvectors belong to their matrix, the largest eigenvalue first', () => {
  const matrix = [4, 1, -0.5, 1, 3, 0.2, -0.5, 0.2, 0.7];
  const values = eigenvectors(matrix).map((vector) => {
    const image = [0, 1, 2].map((i) => vector.reduce((sum, x, j) => sum + (matrix[3 * i + j] ?? 0) * x, 0));
    const value = image.reduce((sum, x, i) => sum + x * (vector[i] ?? 0), 0);
    for (const [i, x] of image.entries()) expect(x).toBeCloseTo(value * (vector[i] ?? 0), 10);
    return value;
  });
  expect(values).toEqual([...values].sort((a, b) => b - a));
  expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(7.7, 10);
});
