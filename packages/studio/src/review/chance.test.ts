/** The chance of being wrong: what it begins from, how it learns, and what it says in words. */
import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { type ChanceModels, chanceOf, type Judged, learned, refitted, stepsOf } from './chance.js';
import { type Features, featureNames, featuresOf } from './features.js';
import type { MeasuredItem } from './item.js';
import { priorModels } from './prior.js';
import { reasonsOf } from './reasons.js';
import { shapeDistance, typicalOf, worthReviewing } from './typical.js';

const item = (change: Partial<MeasuredItem> = {}): MeasuredItem => ({
  id: 'a',
  slide: 's',
  kind: 'object',
  class: 'glomerulus',
  box: [0, 0, 10, 10],
  areaPx: 5000,
  areaUm2: 20_000,
  circularity: 0.8,
  solidity: 0.95,
  border: false,
  threshold: 0.5,
  mean: 0.9,
  peak: 0.99,
  boundaryEntropy: 0.3,
  ...change,
});
const features = (change: Partial<Features> = {}): Features => ({
  disagreement: undefined,
  boundaryEntropy: 0.4,
  shape: 1,
  mean: 0.8,
  peak: 0.9,
  size: 0,
  border: 0,
  ...change,
});

const drawn = (count: number, truth: (boundary: number) => number): Judged[] => {
  const random = createRandom(5);
  return Array.from({ length: count }, () => {
    const boundaryEntropy = random.next();
    const outcome = random.chance(truth(boundaryEntropy)) ? 1 : 0;
    return { kind: 'object', features: features({ boundaryEntropy, mean: random.next() }), outcome };
  });
};

describe('refitted', () => {
  it('is the prior without decisions, and the most probable model given both with them', () => {
    expect(refitted(priorModels, [])).toEqual(priorModels);
    const judged = drawn(60, () => 0.7);
    const { model, centre } = refitted(priorModels, judged).object;
    const before = priorModels.object.model;
    const logPosterior = (coefficients: readonly number[]): number => {
      const [intercept = 0, ...weights] = coefficients;
      const fit = judged.reduce((sum, one) => {
        const x = stepsOf({ centre }, one.features);
        const logit = weights.reduce((total, weight, i) => total + weight * (x[i] ?? 0), intercept);
        return sum - Math.log1p(Math.exp(one.outcome === 1 ? -logit : logit));
      }, 0);
      const pull = weights.reduce((sum, weight, i) => sum + 2 * (weight - (before.weights[i] ?? 0)) ** 2, 0);
      return fit - pull - 0.5 * (intercept - before.intercept) ** 2;
    };
    const best = [model.intercept, ...model.weights];
    const top = logPosterior(best);
    for (const i of best.keys()) {
      for (const step of [-0.01, 0.01]) {
        expect(logPosterior(best.map((value, j) => (i === j ? value + step : value)))).toBeLessThan(top);
      }
    }
  });

  it('comes to know a set in which the prior is wrong', () => {
    const judged = drawn(2000, (boundary) => (boundary < 0.5 ? 0.9 : 0.1));
    const models = refitted(priorModels, judged);
    const chance = (boundaryEntropy: number) => chanceOf(models, 'object', features({ boundaryEntropy }));
    expect(chance(0.1)).toBeGreaterThan(0.6);
    expect(chance(0.9)).toBeLessThan(0.3);
    const expected = judged.reduce((sum, one) => sum + chanceOf(models, 'object', one.features), 0);
    const wrong = judged.reduce((sum, one) => sum + one.outcome, 0);
    expect(expected / wrong).toBeCloseTo(1, 2);
  });
});

describe('the prior', () => {
  it('has a coefficient for each feature, and finds doubtful what is', () => {
    for (const { centre, model } of Object.values(priorModels)) {
      expect([centre.length, model.weights.length]).toEqual([7, 7]);
    }
    const sure = chanceOf(priorModels, 'object', features({ boundaryEntropy: 0.2, mean: 0.95, peak: 1 }));
    const unsure = chanceOf(priorModels, 'object', features({ boundaryEntropy: 0.9, mean: 0.1, peak: 0.2, size: -2 }));
    expect(sure).toBeLessThan(0.1);
    expect(unsure).toBeGreaterThan(0.5);
  });

  it('takes what is unknown for the mean', () => {
    const { centre } = priorModels.object;
    const mean = Object.fromEntries(featureNames.map((name, i) => [name, centre[i]]));
    const unknown = Object.fromEntries(featureNames.map((name) => [name, undefined]));
    const chance = (of: object) => chanceOf(priorModels, 'object', { ...features(), ...of });
    expect(chance(unknown)).toBeCloseTo(chance(mean), 12);
  });

  it('can be learnt again', () => {
    const models: ChanceModels = learned(drawn(500, (boundary) => boundary));
    expect(models.object.model.weights[featureNames.indexOf('boundaryEntropy')]).toBeGreaterThan(0.5);
    expect(Math.abs(models.object.model.weights[featureNames.indexOf('mean')] ?? 1)).toBeLessThan(0.3);
  });
});

describe('what is usual', () => {
  const usual = Array.from({ length: 21 }, (_, i) => item({ id: `${i}`, areaUm2: 18_000 + 200 * i }));

  it('is not moved by a few that are not', () => {
    const strange = [item({ id: 'x', areaUm2: 100, solidity: 0.3 }), item({ id: 'y', areaUm2: 1e6 })];
    const typical = typicalOf([...usual, ...strange]);
    expect(shapeDistance(usual[10] ?? item(), typical)).toBeLessThan(0.5);
    for (const one of strange) expect(shapeDistance(one, typical)).toBeGreaterThan(5);
    expect(featuresOf(strange[0] ?? item(), typical).size).toBe(-4);
    expect(shapeDistance(item({ class: 'other' }), typical)).toBeUndefined();
  });

  it('leaves out ghosts that are crumbs beside it', () => {
    const ghosts = [item({ id: 'g', kind: 'ghost', areaUm2: 3000 }), item({ id: 'h', kind: 'ghost', areaUm2: 300 })];
    const all = [...usual, ...ghosts];
    expect(
      worthReviewing(all, typicalOf(all))
        .map(({ id }) => id)
        .slice(21),
    ).toEqual(['g']);
  });

  it('is said in words with the numbers behind them', () => {
    const typical = typicalOf(usual);
    const say = (one: MeasuredItem) => reasonsOf(one, featuresOf(one, typical), priorModels[one.kind]);
    const doubtful = say(item({ mean: 0.53, boundaryEntropy: 0.92 }));
    expect(doubtful).toContain('unsure outline: entropy 0.92 bit');
    expect(doubtful).toHaveLength(2);
    // An item of which nothing is doubtful has as many reasons, so that nobody sees that it was drawn.
    expect(say(item())).toHaveLength(2);
    const small = reasonsOf(
      item({ areaUm2: 4400 }),
      { ...features(), size: Math.log(0.2), boundaryEntropy: 0 },
      priorModels.object,
    );
    expect(small).toContain('small: 0.20 times the median area');
  });
});
