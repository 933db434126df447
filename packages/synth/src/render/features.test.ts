import { describe, expect, it } from 'vitest';
import { few } from '../../../../tests/long.js';
import { createRegionRenderer, listGlomeruli, synthesiseRegion, synthesiseSlide } from './region.js';

const slide = { width: 800, height: 800, micronsPerPixel: 2, seed: 3 };

describe('features of a synthetic slide', () => {
  it.each(few([{ folds: 5 }, { pen: 3 }, { blur: 0.5 }], 3))(
    '%o changes the picture and never the truth',
    (features) => {
      const clean = synthesiseSlide(slide);
      const other = synthesiseSlide({ ...slide, features });
      expect(Buffer.compare(other.labels.data, clean.labels.data)).toBe(0);
      const changed = other.image.data.reduce((sum, value, i) => sum + (value === clean.image.data[i] ? 0 : 1), 0);
      expect(changed / clean.image.data.length).toBeGreaterThan(0.002);
      expect(changed / clean.image.data.length).toBeLessThan(0.9);
    },
  );

  it('turns a share of the glomeruli sclerotic, the others stay as they are', () => {
    const spec = { seed: 5, micronsPerPixel: 2, slideWidth: 4000, slideHeight: 4000 };
    const labels = (sclerotic: number) => listGlomeruli({ ...spec, features: { sclerotic } }).map(({ label }) => label);
    const [none, some, all] = [labels(0), labels(0.3), labels(1)];
    expect(new Set(none)).toEqual(new Set([1]));
    expect(new Set(all)).toEqual(new Set([2]));
    expect(some.length).toBe(none.length);
    const share = some.filter((label) => label === 2).length / some.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });

  it('has fewer glomeruli where more is medulla', () => {
    const spec = { seed: 5, micronsPerPixel: 2, slideWidth: 4000, slideHeight: 4000 };
    const count = (medulla: number) => listGlomeruli({ ...spec, features: { medulla } }).length;
    expect(count(0.5)).toBeLessThan(0.8 * count(0));
  });

  it('draws the same pixels in any window', () => {
    const features = { sclerotic: 0.5, pen: 2, folds: 3, blur: 0.5 };
    const spec = { seed: 9, micronsPerPixel: 1, slideWidth: 900, slideHeight: 600, features };
    const whole = createRegionRenderer(spec)({ x: 0, y: 0, width: 900, height: 600 });
    const part = synthesiseRegion({ ...spec, x: 233, y: 87, width: 600, height: 500 });
    for (let y = 0; y < 500; y++) {
      const from = ((y + 87) * 900 + 233) * 3;
      const expected = whole.image.data.subarray(from, from + 1800);
      expect(Buffer.compare(part.image.data.subarray(y * 1800, (y + 1) * 1800), expected)).toBe(0);
    }
  });
});
