import { describe, expect, it } from 'vitest';
import { oddSizes, type SizedSlide } from './odd-sizes.js';

/** Squares of a side in a row, the first of them at the slide's edge. */
const boxes = (id: string, side: number, count = 6): SizedSlide => ({
  id,
  width: 10_000,
  height: 2000,
  objects: Int32Array.from(Array.from({ length: count }, (_, i) => [i === 0 ? 0 : 900 * i, 500, side, side]).flat()),
});

describe('oddSizes', () => {
  const others = ['a', 'b', 'c', 'd'].map((id, i) => boxes(id, 90 + 5 * i));

  it('names slides at half and at twice the scale, with sizes', () => {
    expect(oddSizes([...others, boxes('half', 48)], 2)).toBe(
      'the labelled objects of half are of another size than those of the other slides (half: 96 µm in the median, usually 190 µm): is the scale of this slide right?',
    );
    expect(oddSizes([...others, boxes('x', 200), boxes('y', 195)], null)).toMatch(
      /^the labelled objects of x, y are .* \(x: 200 working pixels in the median, usually 103 working pixels\): is the scale of these slides right\?$/,
    );
  });

  it('says nothing of usual sizes, of few objects and of few slides', () => {
    expect(oddSizes([...others, boxes('e', 60)], 2)).toBeUndefined();
    expect(oddSizes([...others, boxes('e', 105), boxes('half', 48, 5)], 2)).toBeUndefined();
    expect(oddSizes([...others.slice(1), boxes('half', 48)], 2)).toBeUndefined();
  });
});
