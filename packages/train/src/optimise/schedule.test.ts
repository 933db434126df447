import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import fixture from '../../tests/fixtures/schedules.json' with { type: 'json' };
import { scheduleSchema } from '../config/learning.js';
import { createBudget } from '../loop/budget.js';
import { formatProgress } from '../loop/progress.js';
import { createSchedule } from './schedule.js';

const pick = ({ warmup, divide, finalDivide }: typeof fixture.oneCycle) => ({ warmup, divide, finalDivide });

const scheduleOf = (settings: z.input<typeof scheduleSchema>) => createSchedule(scheduleSchema.parse(settings));

describe('createSchedule', () => {
  it('warms up linearly and follows half a cosine down to the final rate', () => {
    const schedule = scheduleOf({ name: 'cosine', warmup: 0.1, final: 0.2 });
    const at = (progress: number) => schedule.factor({ progress, epoch: 0, steps: 10 });
    expect([0, 0.05, 0.1, 0.55, 1, 2].map(at)).toEqual([0, 0.5, 1, expect.closeTo(0.6, 10), 0.2, 0.2]);
  });

  it('stays constant after the warm-up', () => {
    const schedule = scheduleOf({ name: 'constant', warmup: 0.5 });
    const rates = [0.25, 0.5, 0.9, 1].map((progress) => schedule.factor({ progress, epoch: 0, steps: 10 }));
    expect(rates).toEqual([0.5, 1, 1, 1]);
  });

  it("falls as nnU-Net's rate does, by a power of what is left", () => {
    const schedule = scheduleOf({ name: 'polynomial', warmup: 0 });
    // (1 - epoch / 1000) ^ 0.9 at epochs 0, 100, 500, 999.
    const rates = [0, 0.1, 0.5, 0.999, 1].map((progress) => schedule.factor({ progress, epoch: 0, steps: 10 }));
    expect(rates.map((rate) => rate.toFixed(5))).toEqual(['1.00000', '0.90953', '0.53589', '0.00200', '0.00000']);
    const warm = scheduleOf({ name: 'polynomial', warmup: 0.5, power: 2 });
    expect([0.25, 0.5, 0.75].map((progress) => warm.factor({ progress, epoch: 0, steps: 10 }))).toEqual([0.5, 1, 0.25]);
  });

  it('has a rate for every step, however few there are', () => {
    for (const name of scheduleSchema.shape.name.unwrap().options) {
      for (const warmup of [0, 0.05, 0.1, 0.5, 0.9]) {
        for (let steps = 1; steps <= 50; steps++) {
          const schedule = scheduleOf({ name, warmup });
          for (let step = 0; step < steps; step++) {
            const factor = schedule.factor({ progress: step / steps, epoch: 0, steps });
            expect(factor, `${name}, ${warmup} of ${steps} steps, step ${step}`).toBeGreaterThanOrEqual(0);
            expect(factor).toBeLessThanOrEqual(1);
          }
        }
      }
    }
  });

  it("is the reference solution's table by epoch", () => {
    const schedule = scheduleOf({ name: 'reference' });
    const at = (epoch: number) => schedule.factor({ progress: 0, epoch, steps: 10 });
    expect([0, 1, 2, 3, 4, 5, 6, 24].map(at).map((rate) => rate.toFixed(2))).toEqual([
      '0.15',
      '0.30',
      '0.45',
      '0.60',
      '0.75',
      '0.90',
      '1.00',
      '1.00',
    ]);
    expect([25, 34, 35, 39].map(at)).toEqual([0.8, 0.8, 0.6, 0.6]);
  });

  it.each([
    ['CosineAnnealingLR', { name: 'cosine', warmup: 0, final: fixture.cosine.final }, fixture.cosine],
    ['OneCycleLR', { name: 'one-cycle', ...pick(fixture.oneCycle) }, fixture.oneCycle],
  ] as const)("equals PyTorch's %s (tests/fixtures/make_schedules.py)", (_, settings, { steps, rates }) => {
    const schedule = scheduleOf(settings);
    for (const [step, rate] of rates.entries()) {
      expect(schedule.factor({ progress: step / steps, epoch: 0, steps })).toBeCloseTo(rate, 12);
    }
  });

  it("equals PyTorch's ReduceLROnPlateau, interrupted or not", () => {
    const { factor, patience, minimum, scores, rates } = fixture.plateau;
    const settings = { name: 'plateau', warmup: 0, factor, patience, minimum } as const;
    let schedule = scheduleOf(settings);
    for (const [i, score] of scores.entries()) {
      expect(schedule.factor({ progress: 0.5, epoch: i, steps: 100 })).toBeCloseTo(rates[i] ?? 0, 12);
      schedule.observe(score);
      const next = scheduleOf(settings);
      next.restore(schedule.state());
      schedule = next;
    }
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

  it('counts the time that a run had used before it was interrupted', () => {
    const budget = createBudget({ epochs: 1, maxMinutes: 1 }, 10, () => 5, 30);
    expect(budget.seconds()).toBe(30);
    expect(budget.progress(1)).toBe(0.5);
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
  const common = { fold: undefined, epoch: 3, epochs: 20, step: 210, steps: 1200, loss: 0.4123, dice: 0.8031 };
  const rates = { learningRate: 1e-3, imagesPerSecond: 1.94, secondsLeft: 3725 };

  it('puts a step, an epoch, a validation and a note on one line each', () => {
    expect(formatProgress({ kind: 'step', ...common, ...rates })).toBe(
      'epoch 3/20  [###-------------] step 210/1200  loss 0.412  dice 0.803  1.9 images/s  1:02:05 left',
    );
    const epoch = {
      kind: 'epoch',
      ...common,
      ...rates,
      fold: 2,
      seconds: 9,
      time: 0,
      secondsLeft: 65,
      validationDice: 0.7,
      best: true,
    };
    expect(formatProgress({ ...epoch, kind: 'epoch' })).toBe(
      'fold 2  epoch 3/20  loss 0.412  dice 0.803  validation dice 0.7000 (best)  1.9 images/s  1:05 left',
    );
    expect(formatProgress({ kind: 'validation', of: 'slide', epoch: 3, done: 2, total: 9 })).toBe(
      'epoch 3  validating slide 2/9',
    );
    expect(formatProgress({ kind: 'note', message: 'hello' })).toBe('hello');
  });
});
