import { describe, expect, it } from 'vitest';
import { describeEffect, effectsOf } from './effects.js';

const base = [0.2, 0.5, 0.9, 0.7, 0.4];
const cell = (views: string, crf: string, gain: number) => ({
  levels: { views, refinement: crf },
  dice: base.map((dice) => dice + gain),
});

describe('effectsOf', () => {
  const cells = [
    cell('none', 'threshold', 0),
    cell('none', 'CRF', -0.02),
    cell('four', 'threshold', 0.01),
    cell('four', 'CRF', 0.01),
  ];
  const groups = ['a', 'b', 'c', 'd', 'e'];

  it('compares cells that differ in one factor, slide by slide', () => {
    const [views, refinement] = effectsOf(cells, groups);
    expect(views).toMatchObject({ factor: 'views', from: 'none', to: 'four', pairs: 2 });
    // 0.01 without and 0.03 with the CRF.
    expect(views?.gain).toBeCloseTo(0.02, 12);
    expect(refinement?.gain).toBeCloseTo(-0.01, 12);
    // Every slide gained the same, so that other slides would too, however different they are in themselves.
    expect(views?.interval?.low).toBeCloseTo(0.02, 12);
    expect(views?.interval?.high).toBeCloseTo(0.02, 12);
  });

  it('draws slides of a group together: two groups give no interval', () => {
    const [views] = effectsOf(cells, ['a', 'a', 'a', 'b', 'b']);
    expect(views?.interval).toBeUndefined();
    expect(views?.gain).toBeCloseTo(0.02, 12);
  });

  it('says gains, losses, and what cannot be told', () => {
    const effect = { factor: 'views', from: 'none', to: 'four', gain: 0.01, pairs: 2 };
    expect(describeEffect({ ...effect, interval: { low: 0.002, high: 0.02 } })).toMatch(/\+0\.0100 .*a gain\.$/);
    expect(describeEffect({ ...effect, gain: -0.01, interval: { low: -0.02, high: -0.001 } })).toMatch(/a loss\.$/);
    expect(describeEffect({ ...effect, interval: { low: -0.002, high: 0.02 } })).toMatch(/no difference/);
  });
});
