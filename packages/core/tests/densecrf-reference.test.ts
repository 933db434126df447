import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type CrfOptions, crfPresets, decodeNpy, denseCrf, type Raster, raster } from '../src/index.js';
import { readPng } from './read-png.js';

const folder = fileURLToPath(new URL('../../../../shared/data/densecrf/', import.meta.url));

function map(name: string): Raster<Float32Array> {
  const { shape, data } = decodeNpy(readFileSync(`${folder}${name}.npy`));
  const [height = 0, width = 0] = shape;
  return raster(width, height, 1, Float32Array.from(data as Float32Array));
}

const gaussian = { sxy: 3, compat: 3 };
/** Name of the output, the options that made it, the least share of equal labels and the greatest mean difference. */
const cases: readonly (readonly [string, CrfOptions, number, number])[] = [
  ['q_gaussian_s3_c3_it5', crfPresets.reference, 0.999, 0.003],
  ['q_gaussian_s1_c5_it10', { gaussian: { sxy: 1, compat: 5 }, iterations: 10 }, 0.999, 0.003],
  ['q_gaussian_s3_c3_it5_nonorm', { gaussian, iterations: 5, normalisation: 'none' }, 0.999, 0.003],
  [
    'q_bilateral_s40_rgb13_c4_gaussian_s3_c3_it5',
    { gaussian, bilateral: { sxy: 40, srgb: 13, compat: 4 }, iterations: 5 },
    0.9995,
    0.001,
  ],
  // The same lattice, built and walked otherwise: no more than rounding apart.
  ['q_bilateral_s80_rgb20_c4_only_it5', { bilateral: { sxy: 80, srgb: 20, compat: 4 }, iterations: 5 }, 1, 1e-6],
];

describe.skipIf(!existsSync(folder))("pydensecrf's marginals (needs ../shared/data/densecrf)", () => {
  it.each(cases)('agree: %s', (name, options, share, difference) => {
    const image = readPng(readFileSync(`${folder}image.png`));
    const q = denseCrf(map('probability'), options, { image }).data;
    const expected = map(name).data;
    const same = q.filter((value, i) => value >= 0.5 === (expected[i] ?? -1) >= 0.5).length;
    const sum = q.reduce((total, value, i) => total + Math.abs(value - (expected[i] ?? 9)), 0);
    expect(same / q.length).toBeGreaterThanOrEqual(share);
    expect(sum / q.length).toBeLessThanOrEqual(difference);
  });
});
