import { describe, expect, it } from 'vitest';
import { addObjectCounts, objectScores } from './object-scores.js';

describe('objectScores', () => {
  it('follows the definitions', () => {
    const scores = objectScores({ hits: 3, missed: 1, falseAlarms: 2, iouSum: 2.4 });
    expect(scores.precision).toBeCloseTo(3 / 5, 12);
    expect(scores.recall).toBeCloseTo(3 / 4, 12);
    expect(scores.f1).toBeCloseTo(6 / 9, 12);
    expect(scores.recognitionQuality).toBe(scores.f1);
    expect(scores.segmentationQuality).toBeCloseTo(0.8, 12);
    expect(scores.panopticQuality).toBeCloseTo((0.8 * 6) / 9, 12);
  });

  it('gives 1 where there is nothing and nothing was found, else 0 for nothing out of nothing', () => {
    const none = { hits: 0, missed: 0, falseAlarms: 0, iouSum: 0 };
    expect(new Set(Object.values(objectScores(none)))).toEqual(new Set([1]));
    expect(new Set(Object.values(objectScores({ ...none, missed: 2 })))).toEqual(new Set([0]));
    expect(new Set(Object.values(objectScores({ ...none, falseAlarms: 2 })))).toEqual(new Set([0]));
  });

  it('adds up over slides', () => {
    const sum = addObjectCounts(
      { hits: 1, missed: 2, falseAlarms: 3, iouSum: 0.75 },
      { hits: 4, missed: 5, falseAlarms: 6, iouSum: 3.25 },
    );
    expect(sum).toEqual({ hits: 5, missed: 7, falseAlarms: 9, iouSum: 4 });
  });
});
