import { describe, expect, it } from 'vitest';
import { pixelModel } from '../../tests/fakes.js';
import { ensembleOf } from '../model/ensemble.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { planSlide } from './plan.js';
import { sizeWarning } from './size-warning.js';

const planOf = (
  medians: readonly (number | undefined)[],
  scale: number | { x: number; y: number } | undefined,
  scales: number[] = [1],
) => {
  const models = medians.map((median) =>
    pixelModel(() => 0, {
      micronsPerPixel: null,
      downsample: 1,
      ...(median === undefined ? {} : { objectSizes: { count: 9, diameters: [median * 0.8, median, median * 1.2] } }),
    }),
  );
  const ensemble = ensembleOf(models);
  const settings = resolveSettings({ scales }, { classes: ensemble.classes, threshold: 0.5 });
  const plan = planSlide({ width: 4000, height: 3000, micronsPerPixel: undefined }, ensemble, settings);
  return { ...plan, scale };
};

/** Discs of these diameters in pixels, at this place. */
const discs = (diameters: readonly number[], x = 100) =>
  diameters.map((diameter) => ({
    area: (Math.PI / 4) * diameter ** 2,
    box: { x, y: 50, width: diameter, height: diameter },
  }));

describe('sizeWarning', () => {
  const usual = discs([300, 380, 400, 420, 500]);

  it('is none where objects are as large as those of the training, or of one of the models', () => {
    expect(sizeWarning(usual, planOf([200], 0.5))).toBeUndefined();
    expect(sizeWarning(usual, planOf([80, 200], 0.5))).toBeUndefined();
    expect(sizeWarning(usual, planOf([200], { x: 0.25, y: 1 }))).toBeUndefined();
  });

  it('names both diameters where a scale is off by two', () => {
    expect(sizeWarning(usual, planOf([200], 0.25))).toMatch(
      /^its objects are much smaller .* \(a diameter of 100 µm in the median of 5, there 200 µm\): is its scale right\? .* setting scales to 2 shows/,
    );
    expect(sizeWarning(usual, planOf([200, 150], 1))).toMatch(
      /^its objects are much larger .* \(a diameter of 400 µm in the median of 5, there 200 µm\)/,
    );
  });

  it('goes by the size that the networks see, so that what it advises silences it', () => {
    expect(sizeWarning(usual, planOf([200], 0.25, [2]))).toBeUndefined();
    expect(sizeWarning(usual, planOf([200], 0.25, [1, 1.5]))).toBeUndefined();
    expect(sizeWarning(usual, planOf([200], 0.5, [3]))).toMatch(
      /much larger .* there 200 µm; the networks see it at 3 of its size\): .* setting scales to 1 shows/,
    );
  });

  it('says nothing of few objects, of those that the edge cuts, and where nobody knows a scale or a size', () => {
    expect(sizeWarning(usual.slice(1), planOf([200], 0.25))).toBeUndefined();
    expect(sizeWarning([...usual.slice(1), ...discs([400], 0)], planOf([200], 0.25))).toBeUndefined();
    expect(sizeWarning(usual, planOf([200], undefined))).toBeUndefined();
    expect(sizeWarning(usual, planOf([undefined], 0.25))).toBeUndefined();
  });
});
