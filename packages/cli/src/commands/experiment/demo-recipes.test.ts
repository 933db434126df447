import { describe, expect, it } from 'vitest';
import { realRecipe, syntheticRecipe } from './demo-recipes.js';

describe('the recipes of the demo', () => {
  it('start made slides at random, without a network, and say so', () => {
    const { steps } = syntheticRecipe('slides', ['a', 'b', 'c', 'd', 'e']);
    const trainings = Object.values(steps).filter((step) => step.do === 'train');
    expect(trainings.map(({ settings }) => settings?.encoderWeights)).toEqual(['none', 'none']);
    expect(steps.report).toMatchObject({ summary: expect.stringContaining('random weights') });
  });

  it('count images, not minutes, so that what else the machine does changes no result', () => {
    const recipes = [
      syntheticRecipe('slides', ['a', 'b', 'c', 'd', 'e']),
      realRecipe('slides.csv', 'centre!=b', 'centre=b', 'none'),
    ];
    const settings = recipes.flatMap(({ steps }) =>
      Object.values(steps).flatMap((step) => (step.do === 'train' ? [step.settings] : [])),
    );
    expect(settings).toHaveLength(3);
    for (const one of settings) expect(Object.keys(one ?? {})).not.toContain('maxMinutes');
  });

  it('predict every made slide, with all that the studio shows of it, before the one that is scored', () => {
    const { steps, slides } = syntheticRecipe('slides', ['a', 'b', 'c', 'd', 'e']);
    const predicting = Object.entries(steps).filter(([, step]) => step.do === 'predict');
    expect(predicting.map(([name]) => name)).toEqual(['all-slides', 'predictions']);
    expect(predicting[0]?.[1]).toEqual({ do: 'predict', models: 'stage-2', slides: 'all' });
    expect(slides.all).toEqual({ table: 'slides', labels: false });
  });

  it.each([
    ['none', 'The encoder started at random'],
    ['imagenet', 'The encoder started from its published ImageNet weights.'],
    ['/weights/lite0.npz', 'The encoder started from lite0.npz.'],
  ])('start real slides from %s, and say so', (encoderWeights, sentence) => {
    const { steps } = realRecipe('slides.csv', 'centre!=b', 'centre=b', encoderWeights);
    expect(steps.network).toMatchObject({ settings: { encoderWeights } });
    expect(steps.report).toMatchObject({ summary: expect.stringContaining(sentence) });
  });
});
