import { describe, expect, it } from 'vitest';
import { fakePicture, fakeSlide } from '../../../tests/small-report.js';
import { PictureBook } from '../drawing/picture.js';
import type { ReportEvaluation, ReportSlide } from '../report-data.js';
import { evaluationsSection, worstFirst } from './evaluations.js';

const evaluation = (
  slides: readonly ReportSlide[],
  interval: ReportEvaluation['interval'] = null,
): ReportEvaluation => ({
  name: 'E',
  summary: 'S',
  meanDice: 0.5,
  interval,
  pooledDice: 0.6,
  slides,
});
const bodyOf = (...list: readonly ReportEvaluation[]): string =>
  evaluationsSection(list, new PictureBook())?.body.text ?? '';

describe('worstFirst', () => {
  it('sorts by Dice, then by id, and leaves its input', () => {
    const slides = [fakeSlide('b', 0.5), fakeSlide('c', 0.1), fakeSlide('a', 0.5)];
    expect(worstFirst(slides).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(slides[0]?.id).toBe('b');
  });
});

describe('evaluationsSection', () => {
  const slides = [
    fakeSlide('good', 0.9, fakePicture(1)),
    fakeSlide('bad', 0.25, fakePicture(2)),
    fakeSlide('bare', 0.5),
  ];
  const body = bodyOf(evaluation(slides, { low: 0.4, high: 0.65 }));

  it('lists the worst slide first, in the table and in the pictures', () => {
    const rows = [...body.matchAll(/<tr><th scope="row">(?:<a href="#(picture-\d)">)?(\w+)/g)].map((m) => [m[2], m[1]]);
    expect(rows).toEqual([
      ['bad', 'picture-1'],
      ['bare', undefined],
      ['good', 'picture-2'],
    ]);
    const captions = [...body.matchAll(/<figcaption><b>(\w+)<\/b> ([^<]+)/g)].map((m) => [m[1], m[2]]);
    expect(captions).toEqual([
      ['bad', 'Dice 0.2500: 8 true positives, 2 false negatives, 1 false positive'],
      ['good', 'Dice 0.9000: 8 true positives, 2 false negatives, 1 false positive'],
    ]);
  });

  it('adds objects up and shows the interval, or why there is none', () => {
    expect(body).toContain('24 found <small>6 false negatives, 3 false positives');
    expect(body).toContain('95 %: 0.4000 to 0.6500');
    expect(bodyOf(evaluation(slides))).toContain('too few slides for an interval');
  });

  it('draws a stroke for every slide where its Dice is', () => {
    // From 12 (Dice 0) to 408 (Dice 1).
    expect(body).toContain('d="M368.4 18V34M111 18V34M210 18V34" class="slides"');
  });

  it('has a legend only where there are pictures', () => {
    expect(body).toContain('Legend of the pictures');
    expect(bodyOf(evaluation([fakeSlide('bare', 0.5)]))).not.toContain('Legend');
  });

  it('shares 60 pictures among evaluations', () => {
    const many = (first: number, count: number): ReportEvaluation =>
      evaluation(Array.from({ length: count }, (_, i) => fakeSlide(`${i}`, i / count, fakePicture(first + i))));
    const shared = bodyOf(many(0, 100), many(200, 10), many(400, 100));
    expect(shared.match(/src="data:/g)).toHaveLength(60);
    expect(shared.match(/worst 25 slides are shown; 75 more/g)).toHaveLength(2);
  });
});
