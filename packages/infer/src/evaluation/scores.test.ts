import { describe, expect, it } from 'vitest';
import { type ClassCounts, type CountedSlide, groupScores, meanScores, summarise } from './scores.js';

/** Half of the truth found where it matters: Dice 2/3 and one of two objects. */
const half: ClassCounts = {
  pixels: { intersection: 50, prediction: 50, truth: 100 },
  objects: { truePositives: 1, falseNegatives: 1, falsePositives: 0, iouSum: 0.8 },
};
const perfect: ClassCounts = {
  pixels: { intersection: 10, prediction: 10, truth: 10 },
  objects: { truePositives: 1, falseNegatives: 0, falsePositives: 0, iouSum: 1 },
};
const wrong: ClassCounts = {
  pixels: { intersection: 0, prediction: 40, truth: 0 },
  objects: { truePositives: 0, falseNegatives: 0, falsePositives: 3, iouSum: 0 },
};
const empty: ClassCounts = {
  pixels: { intersection: 0, prediction: 0, truth: 0 },
  objects: { truePositives: 0, falseNegatives: 0, falsePositives: 0, iouSum: 0 },
};
const slide = (id: string, classes: readonly ClassCounts[], group?: string): CountedSlide => ({ id, group, classes });

describe('summarise', () => {
  it('means over slides, and everything pooled', () => {
    const { mean, pooled, slides, truePositives, falseNegatives, falsePositives } = summarise(
      [slide('a', [half]), slide('b', [perfect]), slide('c', [wrong])],
      [0],
    );
    expect(mean.dice).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12);
    expect(mean.iou).toBeCloseTo((0.5 + 1 + 0) / 3, 12);
    expect(mean.recall).toBeCloseTo((0.5 + 1 + 0) / 3, 12);
    expect(mean.panopticQuality).toBeCloseTo((0.8 * (2 / 3) + 1 + 0) / 3, 12);
    expect(pooled.dice).toBeCloseTo((2 * 60) / (100 + 110), 12);
    expect(pooled.iou).toBeCloseTo(60 / 150, 12);
    expect(pooled.precision).toBeCloseTo(2 / 5, 12);
    expect(pooled.recall).toBeCloseTo(2 / 3, 12);
    expect(pooled.segmentationQuality).toBeCloseTo(0.9, 12);
    expect(pooled.recognitionQuality).toBeCloseTo(4 / (4 + 1 + 3), 12);
    expect({ truePositives, falseNegatives, falsePositives }).toEqual({
      truePositives: 2,
      falseNegatives: 1,
      falsePositives: 3,
    });
    expect(slides[0]).toMatchObject({ id: 'a', recall: 0.5, truePositives: 1, falseNegatives: 1, falsePositives: 0 });
    expect(slides[0]).not.toHaveProperty('group');
  });

  it('averages classes, and adds up their objects', () => {
    const slides = [slide('a', [half, perfect]), slide('b', [empty, wrong])];
    const all = summarise(slides, [0, 1]);
    expect(all.slides.map(({ dice }) => dice)).toEqual([(2 / 3 + 1) / 2, 0.5]);
    expect(all.mean.dice).toBeCloseTo((5 / 6 + 1 / 2) / 2, 12);
    expect(all.pooled.dice).toBeCloseTo((2 / 3 + 20 / 60) / 2, 12);
    expect(all.slides[0]).toMatchObject({ truePositives: 2, falseNegatives: 1, falsePositives: 0 });
    expect(summarise(slides, [1]).mean.dice).toBe(0.5);
  });

  it('gives an interval around the mean from three slides on', () => {
    const slides = [half, perfect, wrong].map((counts, i) => slide(String(i), [counts]));
    expect(summarise(slides.slice(0, 2), [0]).intervals).toBeNull();
    const { mean, intervals } = summarise(slides, [0]);
    expect(intervals?.mean.dice.low).toBe(0);
    expect(intervals?.mean.dice.high).toBe(1);
    expect(mean.dice).toBeGreaterThan(0.5);
    expect(intervals?.pooled.dice.high).toBeLessThanOrEqual(1);
  });

  it('draws groups as a whole, so that alike slides do not pretend to be many', () => {
    const counts = (i: number): ClassCounts[] => [i < 3 ? perfect : i < 6 ? half : empty];
    const slides = Array.from({ length: 9 }, (_, i) => slide(`s${i}`, counts(i), `donor ${Math.floor(i / 3)}`));
    const width = (list: readonly CountedSlide[]): number => {
      const { low, high } = summarise(list, [0]).intervals?.mean.recall ?? { low: 0, high: 0 };
      return high - low;
    };
    expect(width(slides)).toBeGreaterThan(width(slides.map((one) => ({ ...one, group: undefined }))));
    const two = slides.map((one) => ({ ...one, group: one.group === 'donor 0' ? 'x' : 'y' }));
    expect(summarise(two, [0]).intervals).toBeNull();
  });
});

describe('groupScores', () => {
  it('are means over the slides of each group', () => {
    const { slides } = summarise([slide('a', [half], 'x'), slide('b', [perfect], 'y'), slide('c', [wrong], 'x')], [0]);
    const [x, y] = groupScores(slides);
    expect(x).toMatchObject({ name: 'x', slides: 2, truePositives: 1, falseNegatives: 1, falsePositives: 3 });
    expect(x?.dice).toBeCloseTo(1 / 3, 12);
    expect(y).toMatchObject({ name: 'y', slides: 1, dice: 1 });
    expect(groupScores(summarise([slide('a', [half])], [0]).slides)).toEqual([]);
  });
});

it('means of one are itself', () => {
  const [only] = summarise([slide('a', [half])], [0]).slides;
  if (only === undefined) throw new RangeError('there is a slide');
  expect(only).toMatchObject(meanScores([only]));
});
