import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import type { SlidePixels } from './slide-pixels.js';
import { knownSlides } from './training-slides.js';

/** Noise of a colour, with two labelled discs and a third that the edge cuts. */
function slide(seed: number, radius: number): SlidePixels {
  const random = createRandom(seed);
  const [width, height] = [260, 150];
  const image = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => ([190, 90, 150][i % 3] ?? 0) + random.int(40),
  );
  const mask = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const near = (cx: number, cy: number): boolean => Math.hypot(x - cx, y - cy) < radius;
    return near(60, 70) ? 1 : near(150, 70) ? 2 : near(259, 70) ? 1 : 0;
  });
  return { width, height, image, mask };
}

describe('knownSlides', () => {
  const slides = [20, 22, 24, 26, 28, 30].map((radius, i) => slide(i, radius));
  const classes = ['one', 'two'];
  const groups = slides.map((_, i) => `patient ${i}`);

  it('keeps quartiles of the sizes of objects that are whole, of all classes', () => {
    const { objectSizes } = knownSlides(slides, groups, classes, 4);
    expect(objectSizes?.count).toBe(12);
    for (const [i, radius] of [22, 25, 28].entries()) {
      expect(Math.abs((objectSizes?.diameters[i] ?? 0) / (2 * radius * 4) - 1)).toBeLessThan(0.03);
    }
    // Each slide has one whole disc of either class; a third of the first lies at the edge.
    expect(objectSizes?.classes).toMatchObject({ one: { count: 6 }, two: { count: 6 } });
    expect(knownSlides(slides, groups, ['one'], 4).objectSizes).not.toHaveProperty('classes');
    expect(knownSlides(slides, groups, classes, null)).not.toHaveProperty('objectSizes');
    expect(knownSlides([{ ...slide(1, 20), mask: new Uint8Array(260 * 150) }], ['a'], classes, 4)).toEqual({});
  });

  it('keeps how slides look where there are five groups of them, the same every time', () => {
    const { appearance } = knownSlides(slides, groups, classes, 4);
    expect(appearance).toMatchObject({ version: 1 });
    expect(appearance?.slides.length).toBe(6);
    expect(appearance?.colour.distances.length).toBe(6);
    expect(knownSlides(slides, groups, classes, 4).appearance).toEqual(appearance);
    const few = groups.map((_, i) => `patient ${i % 4}`);
    expect(knownSlides(slides, few, classes, 4)).not.toHaveProperty('appearance');
  });
});
