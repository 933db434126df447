import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { calibrationError, logLoss } from './calibration-error.js';
import { fitIsotonic, isotonicValue } from './isotonic-regression.js';
import { fitLogistic, logisticProbability } from './logistic-regression.js';
import { fitTemperature, histogramError, LogitHistogram, tempered } from './temperature.js';

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

describe('calibrationError', () => {
  it('is the mean gap between what is said and what is true, bin by bin', () => {
    const forecasts = [
      { probability: 0.95, outcome: 1 },
      { probability: 0.95, outcome: 0 },
      { probability: 0.05, outcome: 0 },
      { probability: 0.05, outcome: 0, weight: 5 },
    ];
    expect(calibrationError(forecasts)).toBeCloseTo((2 * 0.45 + 6 * 0.05) / 8, 12);
    expect(calibrationError([{ probability: 1, outcome: 1 }])).toBe(0);
    expect(calibrationError([])).toBeNaN();
  });

  it('weighs certain mistakes, but not infinitely', () => {
    expect(logLoss([{ probability: 0, outcome: 1 }])).toBeCloseTo(-Math.log(1e-7), 9);
    expect(logLoss([{ probability: 0.25, outcome: 0.5 }])).toBeCloseTo(-0.5 * Math.log(0.25 * 0.75), 12);
  });
});

describe('fitTemperature', () => {
  it.each([0.4, 1, 1.7, 4])('finds that logits are %d times too large', (temperature) => {
    const random = createRandom(3);
    const histogram = new LogitHistogram();
    for (let i = 0; i < 200_000; i++) {
      const logit = 3 * random.normal() - 1;
      histogram.add(sigmoid(logit * temperature), random.chance(sigmoid(logit)) ? 1 : 0);
    }
    expect(histogram.count).toBe(200_000);
    const found = fitTemperature(histogram);
    expect(Math.abs(found / temperature - 1)).toBeLessThan(0.02);
    expect(histogramError(histogram, found)).toBeLessThan(0.004);
    if (temperature !== 1) expect(histogramError(histogram, 1)).toBeGreaterThan(0.02);
  });

  it('is where the likelihood is greatest', () => {
    const histogram = new LogitHistogram();
    // 4 of 5 at a logit of 4: the likelihood is greatest where that means 0.8, at 4 / log(4).
    for (const outcome of [1, 1, 1, 1, 0]) histogram.add(sigmoid(4), outcome);
    expect(fitTemperature(histogram)).toBeCloseTo(4 / Math.log(4), 4);
    expect(tempered(sigmoid(4), fitTemperature(histogram))).toBeCloseTo(0.8, 4);
    expect([0, 0.5, 1].map((p) => tempered(p, 3))).toEqual([0, 0.5, 1]);
  });
});

describe('fitLogistic', () => {
  it('finds the coefficients that examples were drawn with', () => {
    const random = createRandom(5);
    const examples = Array.from({ length: 40_000 }, () => {
      const features = [random.normal(), random.uniform(-2, 2)] as const;
      const outcome = random.chance(sigmoid(0.5 + 1.5 * features[0] - features[1])) ? (1 as const) : (0 as const);
      return { features, outcome };
    });
    const { intercept, weights } = fitLogistic(examples);
    for (const [i, value] of [intercept, ...weights].entries()) expect(value).toBeCloseTo([0.5, 1.5, -1][i] ?? 0, 1);
  });

  it('is certain of nothing where examples are few or all alike', () => {
    const all = fitLogistic(Array.from({ length: 3 }, () => ({ features: [2], outcome: 1 as const })));
    expect(logisticProbability(all, [2])).toBeCloseTo(4 / 5, 2);
    const apart = fitLogistic([
      { features: [-1], outcome: 0 },
      { features: [1], outcome: 1 },
    ]);
    expect(logisticProbability(apart, [1])).toBeGreaterThan(0.6);
    expect(logisticProbability(apart, [1])).toBeLessThan(0.7);
  });

  it('is where the slope is level, also where numbers are small and few outcomes are positive', () => {
    const random = createRandom(11);
    for (let round = 0; round < 30; round++) {
      const examples = Array.from({ length: 40 + random.int(200) }, () => {
        const features = [0.1 + 0.1 * random.next(), 100 * random.next()];
        return { features, outcome: random.chance(features[0] as number) ? (1 as const) : (0 as const) };
      });
      const model = fitLogistic(examples);
      const positives = examples.filter(({ outcome }) => outcome === 1).length;
      const targets = [1 / (examples.length - positives + 2), (positives + 1) / (positives + 2)];
      const errors = examples.map((one) => (targets[one.outcome] ?? 0) - logisticProbability(model, one.features));
      const slope = (of: (i: number) => number) => errors.reduce((sum, error, i) => sum + error * of(i), 0);
      expect(slope(() => 1)).toBeCloseTo(0, 5);
      for (const [k, weight] of model.weights.entries()) {
        expect(slope((i) => examples[i]?.features[k] ?? 0) - 0.05 * weight).toBeCloseTo(0, 3);
      }
    }
  });

  it('leaves a prior as far as examples say, and comes back from one that is far off', () => {
    const prior = { intercept: 0, weights: [8] };
    const pull = { intercept: 0.25, weights: 4 };
    const examples = Array.from({ length: 400 }, (_, i) => {
      const value = (i % 40) / 10 - 2;
      return { features: [value], outcome: (i * 7) % 10 < 5 - 2 * value ? (1 as const) : (0 as const) };
    });
    const few = fitLogistic(examples.slice(0, 1), { prior, pull });
    expect(few.weights[0]).toBeGreaterThan(7);
    const many = fitLogistic([...examples, ...examples, ...examples, ...examples], { prior, pull });
    const without = fitLogistic(examples);
    expect(without.weights[0]).toBeLessThan(-0.5);
    expect(many.weights[0]).toBeCloseTo(without.weights[0] ?? 0, 0);
    expect(fitLogistic([], { prior, pull })).toEqual(prior);
  });
});

describe('fitIsotonic', () => {
  it('pools what goes down, as scikit-learn does', () => {
    const values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    const outcomes = [0, 1, 0, 1, 1, 0];
    const model = fitIsotonic(values.map((value, i) => ({ value, outcome: outcomes[i] ?? 0 })));
    // IsotonicRegression().fit_transform(values, outcomes)
    const expected = [0, 0.5, 0.5, 2 / 3, 2 / 3, 2 / 3];
    for (const [i, value] of values.entries()) expect(isotonicValue(model, value)).toBeCloseTo(expected[i] ?? 0, 12);
    expect(isotonicValue(model, 0.35)).toBeCloseTo((0.5 + 2 / 3) / 2, 12);
    expect([isotonicValue(model, -1), isotonicValue(model, 2)]).toEqual([0, 2 / 3]);
  });

  it('never goes down, and no constant shift of a pool fits better', () => {
    const examples = fc.array(fc.record({ value: fc.integer({ min: 0, max: 12 }), outcome: fc.constantFrom(0, 1) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(examples, (given) => {
        const model = fitIsotonic(given);
        const fitted = Array.from({ length: 13 }, (_, value) => isotonicValue(model, value));
        for (let i = 1; i < fitted.length; i++) expect(fitted[i]).toBeGreaterThanOrEqual((fitted[i - 1] ?? 0) - 1e-12);
        // The mean of each level set is its value: the condition of the least squares.
        for (const level of new Set(given.map(({ value }) => fitted[value]))) {
          const own = given.filter(({ value }) => Math.abs((fitted[value] ?? 0) - (level ?? 0)) < 1e-12);
          const mean = own.reduce((sum, { outcome }) => sum + outcome, 0) / own.length;
          expect(level).toBeCloseTo(mean, 9);
        }
      }),
    );
  });
});
