import { describe, expect, it } from 'vitest';
import { pixelModel } from '../../tests/fakes.js';
import { resizeNotes } from '../plan/resize-note.js';
import { resolveSettings } from './resolve-settings.js';
import { refuseUnusedPrediction } from './unused-settings.js';

const classes = ['glomerulus'];

describe('merging by "or" after a CRF', () => {
  it.each([{ threshold: 0.4 }, { threshold: '0.4' }, { threshold: 'glomerulus=0.4' }])(
    'refuses a threshold that decides nothing: $threshold',
    ({ threshold }) => {
      const settings = { merge: 'or', crf: 'sxy=3,compat=3', threshold } as const;
      expect(() => refuseUnusedPrediction(settings)).toThrow(
        /^prediction settings: threshold: .* does nothing; leave it out/,
      );
      expect(() => resolveSettings(settings, { classes, threshold: 0.5 })).toThrow('does nothing');
      expect(() => refuseUnusedPrediction({ ...settings, merge: 'hann' })).not.toThrow();
      expect(() => refuseUnusedPrediction({ ...settings, crf: 'none' })).not.toThrow();
    },
  );

  it("takes one half, and puts it in the place of the card's", () => {
    for (const threshold of [undefined, 0.5, 'glomerulus=0.5']) {
      const settings = { merge: 'or', crf: 'reference', threshold } as const;
      expect(resolveSettings(settings, { classes, threshold: 0.4 }).threshold).toEqual([0.5]);
    }
    expect(resolveSettings({ merge: 'or' }, { classes, threshold: 0.4 }).threshold).toEqual([0.4]);
    expect(resolveSettings({ crf: 'reference' }, { classes, threshold: 0.4 }).threshold).toEqual([0.4]);
  });
});

describe('resizeNotes', () => {
  it('says who is shown other pictures than it learnt from', () => {
    const models = [pixelModel(() => 0, { resize: 'bilinear' }), pixelModel(() => 0, { resize: 'area' })];
    expect(resizeNotes(models, {})).toEqual([
      'test.onnx learnt from slides shrunk bilinearly, and merge "hann" shows it area averages; merge "or" shows it what it learnt from',
    ]);
    expect(resizeNotes(models, { merge: 'or' })).toEqual([]);
    expect(resizeNotes(models.slice(1), {})).toEqual([]);
  });
});

it('refuses the unit of an area that nobody says', () => {
  expect(() => refuseUnusedPrediction({ minimumAreaUnit: 'px' })).toThrow('without minimumArea, "px" does nothing');
  expect(() => refuseUnusedPrediction({ minimumAreaUnit: 'px', minimumArea: 0 })).not.toThrow();
});
