import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCounts, dice, iou, overlapCounts } from './metrics.js';
import { emptyRaster, raster } from './raster.js';

const mask = (...values: number[]) => raster(values.length, 1, 1, Uint8Array.from(values));

describe('Dice and IoU', () => {
  it('count any non-zero value', () => {
    const counts = overlapCounts(mask(1, 255, 0, 0, 7), mask(0, 1, 1, 0, 2));
    expect(counts).toEqual({ intersection: 2, prediction: 3, truth: 3 });
    expect(dice(counts)).toBeCloseTo(2 / 3, 12);
    expect(iou(counts)).toBeCloseTo(0.5, 12);
  });

  it('score an empty truth 1 for an empty prediction, else 0', () => {
    const empty = { intersection: 0, prediction: 0, truth: 0 };
    const wrong = { intersection: 0, prediction: 3, truth: 0 };
    expect([dice(empty), iou(empty), dice(wrong), iou(wrong)]).toEqual([1, 1, 0, 0]);
    expect(dice({ intersection: 0, prediction: 0, truth: 5 })).toBe(0);
  });

  it('satisfy dice = 2 iou / (1 + iou)', () => {
    const pixels = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pixels, (pairs) => {
        const counts = overlapCounts(mask(...pairs.map(([p]) => p)), mask(...pairs.map(([, t]) => t)));
        const overlap = iou(counts);
        expect(dice(counts)).toBeCloseTo((2 * overlap) / (1 + overlap), 12);
      }),
    );
  });

  it('refuse rasters of different sizes', () => {
    expect(() => overlapCounts(emptyRaster(2, 3), emptyRaster(3, 2))).toThrow(
      'prediction is 2 x 3, the truth is 3 x 2',
    );
    expect(() => overlapCounts(emptyRaster(2, 2), emptyRaster(2, 2, 2))).toThrow('2 x 2 x 2');
  });
});

describe('addCounts', () => {
  it('pools as if the pieces were one slide', () => {
    const left = overlapCounts(mask(1, 1, 0), mask(1, 0, 0));
    const right = overlapCounts(mask(0, 1), mask(1, 1));
    expect(addCounts(left, right)).toEqual(overlapCounts(mask(1, 1, 0, 0, 1), mask(1, 0, 0, 1, 1)));
  });
});
