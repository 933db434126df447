import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.js';
import { formatProgress } from './progress.js';
import { learningRateFactor } from './schedule.js';

describe('learningRateFactor', () => {
  it('warms up linearly and follows half a cosine down to the final rate', () => {
    const cosine = { name: 'cosine', warmup: 0.1, final: 0.2 } as const;
    const at = (progress: number) => learningRateFactor(cosine, progress);
    expect([0, 0.05, 0.1, 0.55, 1, 2].map(at)).toEqual([0, 0.5, 1, expect.closeTo(0.6, 10), 0.2, 0.2]);
  });

  it('stays constant after the warm-up', () => {
    const constant = { name: 'constant', warmup: 0.5, final: 0 } as const;
    expect([0.25, 0.5, 0.9, 1].map((progress) => learningRateFactor(constant, progress))).toEqual([0.5, 1, 1, 1]);
  });
});

describe('createBudget', () => {
  it('follows steps, or the clock where that is further', () => {
    let now = 100;
    const budget = createBudget({ epochs: 2, maxMinutes: 1 }, 10, () => now);
    expect(budget.steps).toBe(20);
    expect(budget.progress(5)).toBe(0.25);
    now += 30;
    expect(budget.progress(5)).toBe(0.5);
    expect(budget.progress(15)).toBe(0.75);
    expect(budget.timeIsUp()).toBe(false);
    budget.reserve(35);
    expect(budget.timeIsUp()).toBe(true);
    expect(budget.progress(5)).toBe(1);
  });

  it('estimates the time left from the steps done, within the limit', () => {
    let now = 0;
    const budget = createBudget({ epochs: 1, maxMinutes: 1 }, 100, () => now);
    now = 10;
    expect(budget.secondsLeft(1)).toBe(0);
    now = 14;
    expect(budget.secondsLeft(5)).toBe(46);
    now = 12;
    expect(budget.secondsLeft(81)).toBeCloseTo(0.475, 6);
  });
});

describe('formatProgress', () => {
  const common = { epoch: 3, epochs: 20, step: 210, steps: 1200, loss: 0.4123, bce: 0.2, dice: 0.8031 };
  const rates = { learningRate: 1e-3, imagesPerSecond: 1.94, secondsLeft: 3725 };

  it('puts a step, an epoch, a validation and a note on one line each', () => {
    expect(formatProgress({ kind: 'step', ...common, ...rates })).toBe(
      'epoch 3/20  step 210/1200  loss 0.412  dice 0.803  1.9 images/s  1:02:05 left',
    );
    const epoch = { kind: 'epoch', ...common, ...rates, seconds: 9, secondsLeft: 65, validationDice: 0.7, best: true };
    expect(formatProgress({ ...epoch, kind: 'epoch' })).toBe(
      'epoch 3/20  loss 0.412  dice 0.803  validation dice 0.7000 (best)  1.9 images/s  1:05 left',
    );
    expect(formatProgress({ kind: 'validation', epoch: 3, done: 2, total: 9 })).toBe('epoch 3  validating slide 2/9');
    expect(formatProgress({ kind: 'note', message: 'hello' })).toBe('hello');
  });
});
