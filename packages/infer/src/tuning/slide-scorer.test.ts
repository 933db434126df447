import { createRandom, dice, intersectCounts, raster, runsOfRaster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import { runsOfLabels } from '../evaluation/class-runs.node.js';
import { type PredictOptions, predictSlide } from '../predict/predict-slide.js';
import { SlideScorer } from './slide-scorer.js';
import { sparseProbability } from './sparse-probability.js';
import { predictSettingsOf, type TunedSettings } from './tuned-settings.js';

const classes = ['normal', 'sclerotic'];
const [WIDTH, HEIGHT] = [170, 120];
/** Rings and blots of every brightness, so that every setting matters. */
const slide = memorySlide(
  paint(WIDTH, HEIGHT, (x, y) => {
    const distance = Math.hypot((x % 42) - 20, (y % 37) - 18);
    const size = 6 + ((Math.floor(x / 42) + Math.floor(y / 37)) % 4) * 3;
    return distance < 5 ? 0 : distance < size ? 255 - 6 * distance - 30 * (Math.floor(x / 42) % 3) : 10;
  }),
  0.5,
);
const model = pixelModel(({ value, x }, c) => 8 * (value - 0.45) - (c === (x < 32 ? 0 : 1) ? 0 : 2), { classes });
const base: PredictOptions = { downsample: 2, all: true };

const random = createRandom(6);
const truth = classes.map(() =>
  runsOfRaster(
    raster(
      WIDTH,
      HEIGHT,
      1,
      Uint8Array.from({ length: WIDTH * HEIGHT }, () => (random.chance(0.3) ? 1 : 0)),
    ),
  ),
);
const start: TunedSettings = {
  threshold: [0.5, 0.5],
  crf: 'none',
  fillHoles: false,
  minimumArea: [0, 0],
  minimumAreaUnit: 'um2',
  peak: [0, 0],
};
const candidates: TunedSettings[] = [
  start,
  { ...start, threshold: [0.2, 0.7] },
  { ...start, fillHoles: true },
  { ...start, minimumArea: [40, 15] },
  { ...start, peak: [0.9, 0.6] },
  { ...start, threshold: [0.3, 0.4], fillHoles: true, minimumArea: [20, 30], peak: [0.7, 0] },
];

describe('SlideScorer', () => {
  it('scores what prediction with these settings scores', async () => {
    const { plan, probability } = await predictSlide(slide, [model], base);
    let loaded = 0;
    const scorer = new SlideScorer(plan, {
      truth,
      probability: async () => {
        loaded++;
        return sparseProbability(probability, 0.05);
      },
    });
    const scores = await scorer.score(candidates);
    for (const [i, settings] of candidates.entries()) {
      const { mask } = await predictSlide(slide, [model], predictSettingsOf(base, settings, classes));
      const dices = truth.map((of, c) =>
        dice(
          intersectCounts(
            runsOfLabels(mask, (label) => label === c + 1),
            of,
          ),
        ),
      );
      expect(scores[i]).toBeCloseTo(((dices[0] ?? 0) + (dices[1] ?? 0)) / 2, 12);
    }
    expect(new Set(scores).size).toBe(candidates.length);
    expect(loaded).toBe(1);
    expect(await scorer.score([...candidates].reverse())).toEqual([...scores].reverse());
    expect(loaded).toBe(1);
  });

  it('stops when asked', async () => {
    const { plan, probability } = await predictSlide(slide, [model], base);
    const loading = { truth, probability: async () => sparseProbability(probability, 0.05) };
    const scorer = new SlideScorer(plan, { ...loading, signal: AbortSignal.abort() });
    await expect(scorer.score(candidates)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
