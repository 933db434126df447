import { expect, it } from 'vitest';
import { commonShaping, shapingDifferences, shapingOf } from './object-shaping.js';
import type { PredictSettings } from './predict-settings.js';
import { resolveSettings } from './resolve-settings.js';

const resolved = (settings: PredictSettings) => resolveSettings(settings, { classes: ['glomerulus'], threshold: 0.5 });

it('says in what objects are made otherwise, and nothing where they are made alike', () => {
  const learnt = JSON.parse(JSON.stringify(shapingOf(resolved({ crf: 'reference', minimumArea: 900 }))));
  expect(shapingDifferences(learnt, resolved({ crf: 'reference', minimumArea: 900, views: 'd4' }))).toEqual([]);
  expect(shapingDifferences(learnt, resolved({ threshold: 0.05, minimumArea: 900 }))).toEqual([
    'threshold 0.5 (here 0.05)',
    'another crf',
  ]);
  expect(shapingDifferences({}, resolved({ threshold: 0.05 }))).toEqual([]);
});

it('keeps what is common to models of several thresholds', () => {
  const common = commonShaping([0.4, 0.5].map((threshold) => shapingOf(resolved({ threshold }))));
  expect(common).not.toHaveProperty('threshold');
  expect(common).toMatchObject({ peak: [0], crf: null, fillHoles: false });
});
