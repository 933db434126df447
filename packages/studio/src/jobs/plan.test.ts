import { describe, expect, it } from 'vitest';
import { planPrediction, planTraining } from './plan.js';

describe('a job that cannot start', () => {
  it('says what to do about slides of unknown scale', () => {
    const { problem, notes } = planPrediction(0, { unreadable: [], unscaled: ['a', 'b'] });
    expect(problem).toMatch(/no slide that can be opened states its scale: open a slide table whose column "mpp"/);
    expect(notes).toEqual(['2 slides of unknown scale are left out (column "mpp" of a slide table states it): a, b.']);
    const training = { lessons: [], groups: 0, predicts: 0, untouched: 0, epochs: 1, imagesPerEpoch: 1 };
    expect(planTraining({ ...training, unreadable: [], unscaled: ['a'] }).problem).toMatch(/states its scale/);
  });

  it('says that no slide can be opened', () => {
    expect(planPrediction(0, { unreadable: ['a'], unscaled: [] }).problem).toBe('none of the slides can be opened');
    expect(planPrediction(1, { unreadable: ['a'], unscaled: [] }).problem).toBeUndefined();
  });
});
