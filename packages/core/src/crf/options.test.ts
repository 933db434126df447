import { describe, expect, it } from 'vitest';
import { FtuError } from '../errors.js';
import { createDenseCrf } from './dense-crf.js';
import { type CrfOptions, crfHalo, crfPresets } from './options.js';

const gaussian = { sxy: 3, compat: 3 };
const bilateral = { sxy: 40, srgb: 13, compat: 4 };

describe('crfHalo', () => {
  it('is what the Gaussian reaches in all iterations, or four deviations of the bilateral kernel', () => {
    expect(crfHalo(crfPresets.reference)).toBe(60);
    expect(crfHalo({ gaussian: { sxy: 1.1, compat: 1 }, iterations: 2 })).toBe(10);
    expect(crfHalo({ gaussian, bilateral, iterations: 5 })).toBe(160);
    expect(crfHalo({ gaussian, bilateral, iterations: 20 })).toBe(240);
    expect(crfHalo({ bilateral: { ...bilateral, sxy: 2.6 }, iterations: 5 })).toBe(11);
  });
});

describe('options that make no sense', () => {
  const cases: readonly (readonly [CrfOptions, string])[] = [
    [{ iterations: 5 }, 'crf: there is no kernel; set gaussian, bilateral or both'],
    [{ gaussian, iterations: 0 }, 'crf.iterations: 0 is no number of iterations; give an integer from 1 to 1000'],
    [{ gaussian, iterations: 2.5 }, 'crf.iterations'],
    [{ gaussian, iterations: 1001 }, 'crf.iterations'],
    [{ gaussian: { sxy: 0, compat: 3 }, iterations: 5 }, 'crf.gaussian.sxy: 0 is no standard deviation'],
    [{ gaussian: { sxy: 1001, compat: 3 }, iterations: 5 }, 'give a positive number up to 1000'],
    [{ gaussian: { sxy: Number.NaN, compat: 3 }, iterations: 5 }, 'crf.gaussian.sxy: NaN'],
    [{ gaussian: { sxy: 3, compat: -1 }, iterations: 5 }, 'crf.gaussian.compat: -1 is no weight'],
    [{ bilateral: { ...bilateral, sxy: -4 }, iterations: 5 }, 'crf.bilateral.sxy: -4'],
    [{ bilateral: { ...bilateral, srgb: 0 }, iterations: 5 }, 'crf.bilateral.srgb: 0'],
    [
      { bilateral: { ...bilateral, compat: Number.POSITIVE_INFINITY }, iterations: 5 },
      'crf.bilateral.compat: Infinity',
    ],
  ];
  it.each(cases)('are refused: %j', (options, message) => {
    for (const use of [crfHalo, createDenseCrf]) {
      expect(() => use(options)).toThrow(FtuError);
      expect(() => use(options)).toThrow(message);
    }
  });
});
