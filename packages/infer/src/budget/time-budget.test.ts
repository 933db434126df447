import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pixelModel } from '../../tests/fakes.js';
import { ensembleOf } from '../model/ensemble.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { TimeBudget, workLevels } from './time-budget.js';

const model = () => pixelModel(() => 0);

function levelsOf(weights: readonly number[], settings: PredictSettings) {
  const ensemble = ensembleOf(weights.map((weight) => ({ model: model(), weight })));
  return workLevels(ensemble, resolveSettings(settings, { classes: ensemble.classes, threshold: 0.5 }));
}

describe('workLevels', () => {
  it('leaves out views, then scales, then the models that count least', () => {
    const levels = levelsOf([2, 1, 1], { views: 'd4', scales: '0.8,1,1.25' });
    expect(levels.map(({ reduced }) => reduced)).toEqual([
      undefined,
      'views reference instead of d4',
      'views none instead of d4',
      'views none instead of d4, scale 1 instead of 0.8,1,1.25',
      'views none instead of d4, scale 1 instead of 0.8,1,1.25, 2 of 3 models',
      'views none instead of d4, scale 1 instead of 0.8,1,1.25, 1 of 3 models',
    ]);
    expect(levels.map(({ ensemble }) => ensemble.members.map(({ weight }) => weight))).toEqual([
      ...Array.from({ length: 4 }, () => [2, 1, 1]),
      [2, 1],
      [2],
    ]);
    expect(levels.at(-1)?.settings).toMatchObject({ views: 'none', scales: [1] });
  });

  it('has nothing to leave out of one model and one view', () => {
    expect(levelsOf([1], {})).toHaveLength(1);
  });
});

describe('TimeBudget', () => {
  it('keeps a reserve, counts from the start that is given, and corrects its estimates', () => {
    let clock = 100;
    const budget = new TimeBudget({ seconds: 1000, startedAt: 60, now: () => clock });
    expect(budget.left).toBe(1060 - 50 - 100);
    // 910 seconds are left; a tenth more than estimated is allowed for.
    expect(budget.choose([820, 400, 100])).toBe(0);
    expect(budget.choose([830, 400, 100])).toBe(1);
    budget.learn(100, 300);
    clock = 400;
    // 610 seconds are left, and slides take three times what was estimated.
    expect(budget.choose([600, 180, 100])).toBe(1);
    expect(budget.choose([600, 400, 300])).toBe(2);
  });

  it('ends in time whenever the least level fits, if slides take what those before took', () => {
    const slides = fc.array(fc.record({ seconds: fc.double({ min: 1, max: 100, noNaN: true }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        slides,
        fc.double({ min: 0.3, max: 1, noNaN: true }),
        fc.double({ min: 1.2, max: 9, noNaN: true }),
        (list, pace, room) => {
          let clock = 0;
          const least = list.reduce((sum, { seconds }) => sum + seconds / 8, 0);
          const budget = new TimeBudget({ seconds: (least * room) / 0.95, now: () => clock });
          for (const [i, { seconds }] of list.entries()) {
            const left = list.slice(i).reduce((sum, one) => sum + one.seconds, 0);
            const level = budget.choose([left, left / 2, left / 8]);
            const estimated = seconds / ([1, 2, 8][level] ?? 1);
            clock += estimated * pace;
            budget.learn(estimated, estimated * pace);
          }
          expect(budget.left).toBeGreaterThanOrEqual(-1e-6);
        },
      ),
    );
  });
});
