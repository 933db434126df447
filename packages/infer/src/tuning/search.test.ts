import { describe, expect, it } from 'vitest';
import { type SearchSpace, searchSettings } from './search.js';
import { type TunedSettings, tunable } from './tuned-settings.js';

const start: TunedSettings = {
  threshold: [0.5],
  crf: 'none',
  fillHoles: false,
  minimumArea: [0],
  minimumAreaUnit: 'um2',
  peak: [0],
};
const space: SearchSpace = { tune: tunable, crfs: ['none', 'reference', 'bilateral'], areas: [[0, 100, 1000, 10_000]] };
const each =
  (score: (settings: TunedSettings) => number) =>
  async (candidates: readonly TunedSettings[]): Promise<number[]> =>
    candidates.map(score);

describe('searchSettings', () => {
  it('finds the top of a hill in every setting at once', async () => {
    const best = { threshold: 0.37, area: 1000, peak: 0.8 };
    const { settings, score, steps } = await searchSettings(
      start,
      space,
      each(({ threshold: [t = 0], crf, fillHoles, minimumArea: [area = 0], peak: [peak = 0] }) => {
        const distance = Math.abs(t - best.threshold) + Math.abs(Math.log1p(area) - Math.log1p(best.area)) / 10;
        return 3 - distance - Math.abs(peak - best.peak) + (fillHoles ? 0.1 : 0) + (crf === 'reference' ? 0.2 : 0);
      }),
    );
    expect(settings).toEqual({
      threshold: [0.37],
      crf: 'reference',
      fillHoles: true,
      minimumArea: [1000],
      minimumAreaUnit: 'um2',
      peak: [0.8],
    });
    expect(score).toBeCloseTo(3.3, 12);
    expect(steps.map(({ setting }) => setting)).toContain('crf');
    expect([...steps].sort((a, b) => a.score - b.score)).toEqual(steps);
  });

  it('leaves everything as it is where nothing is better', async () => {
    expect(
      await searchSettings(
        start,
        space,
        each(() => 0.7),
      ),
    ).toEqual({ settings: start, score: 0.7, steps: [] });
    const chance = each(({ threshold: [t = 0] }) => 0.7 + t * 1e-4);
    expect((await searchSettings(start, space, chance)).settings).toEqual(start);
  });

  it('goes another round where settings depend on each other', async () => {
    // The threshold pays only once holes are filled, which comes after it.
    const { settings } = await searchSettings(
      start,
      space,
      each(({ threshold: [t = 0], fillHoles }) => (fillHoles ? 1 - Math.abs(t - 0.2) : 0.1)),
    );
    expect(settings).toMatchObject({ threshold: [0.2], fillHoles: true });
  });

  it('tries another threshold together with a CRF', async () => {
    const { settings } = await searchSettings(
      { ...start, threshold: [0.2] },
      { ...space, tune: ['crf'] },
      each(({ threshold: [t = 0], crf }) => (crf === 'bilateral' && t === 0.5 ? 1 : crf === 'none' ? 0.8 : 0.6)),
    );
    expect(settings).toMatchObject({ threshold: [0.5], crf: 'bilateral' });
  });

  it('gives every class its own', async () => {
    const [low, high] = [0.25, 0.65];
    const { settings } = await searchSettings(
      { ...start, threshold: [0.5, 0.5], minimumArea: [0, 0], peak: [0, 0] },
      {
        ...space,
        areas: [
          [0, 100],
          [0, 400],
        ],
      },
      each(({ threshold: [a = 0, b = 0], minimumArea: [first = 0, second = 0] }) => {
        return 2 - Math.abs(a - low) - Math.abs(b - high) + (first === 100 ? 0.1 : 0) + (second === 400 ? 0.1 : 0);
      }),
    );
    expect(settings).toMatchObject({ threshold: [low, high], minimumArea: [100, 400] });
  });

  it('changes only what it may, and stays in range', async () => {
    const seen: TunedSettings[] = [];
    const lower = async (candidates: readonly TunedSettings[]) => {
      seen.push(...candidates);
      return candidates.map(({ threshold: [t = 0] }) => -t);
    };
    const { settings } = await searchSettings(start, { ...space, tune: ['threshold'] }, lower);
    expect(settings).toEqual({ ...start, threshold: [0.05] });
    for (const {
      threshold: [t = 0],
      ...rest
    } of seen) {
      expect(t).toBeGreaterThanOrEqual(0.05);
      const { threshold: _, ...others } = start;
      expect(rest).toEqual(others);
    }
  });
});
