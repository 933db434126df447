import { describe, expect, it } from 'vitest';
import { addObjectCounts, objectScores } from './object-scores.js';

describe('objectScores', () => {
  it('follows the definitions', () => {
    const scores = objectScores({ truePositives: 3, falseNegatives: 1, falsePositives: 2, iouSum: 2.4 });
    expect(scores.precision).toBeCloseTo(3 / 5, 12);
    expect(scores.recall).toBeCloseTo(3 / 4, 12);
    expect(scores.f1).toBeCloseTo(6 / 9, 12);
    expect(scores.recognitionQuality).toBe(scores.f1);
    expect(scores.segmentationQuality).toBeCloseTo(0.8, 12);
    expect(scores.panopticQuality).toBeCloseTo((0.8 * 6) / 9, 12);
  });

  it('gives 1 where there is nothing and nothing was found, else 0 for nothing out of nothing', () => {
    const none = { truePositives: 0, falseNegatives: 0, falsePositives: 0, iouSum: 0 };
    expect(new Set(Object.values(objectScores(none)))).toEqual(new Set([1]));
    expect(new Set(Object.values(objectScores({ ...none, falseNegatives: 2 })))).toEqual(new Set([0]));
    expect(new Set(Object.values(objectScores({ ...none, falsePositives: 2 })))).toEqual(new Set([0]));
  });

  it('adds up over slides', () => {
    const sum = addObjectCounts(
      { truePositives: 1, falseNegatives: 2, falsePositives: 3, iouSum: 0.75 },
      { truePositives: 4, falseNegatives: 5, falsePositives: 6, iouSum: 3.25 },
    );
    expect(sum).toEqual({ truePositives: 5, falseNegatives: 7, falsePositives: 9, iouSum: 4 });
  });
});
