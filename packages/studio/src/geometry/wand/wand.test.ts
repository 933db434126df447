/** The wand on pictures whose regions are known, with and without noise. */
import { createRandom, raster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { areaOf, containsPoint } from '../measure.js';
import { polygonProblem } from '../validity/validity.js';
import { WAND_SIDE, wand } from './wand.js';

/** A disc of 40 pixels' radius with a white spot in its middle, in noise of both. */
function picture(noise: number) {
  const random = createRandom(7);
  const data = new Uint8Array(WAND_SIDE * WAND_SIDE * 3);
  for (let i = 0; i < WAND_SIDE ** 2; i++) {
    const distance = Math.hypot((i % WAND_SIDE) - 74, Math.floor(i / WAND_SIDE) - 74);
    const colour = distance < 40 ? [170, 90, 150] : [235, 225, 232];
    for (const [c, value] of colour.entries()) data[3 * i + c] = Math.min(255, value + noise * (random.next() - 0.5));
  }
  return raster(WAND_SIDE, WAND_SIDE, 3, data);
}

describe('wand', () => {
  it.each([0, 60])('takes the disc that it is put on, with noise of %i', (noise) => {
    const placement = { x: 1000, y: 2000, downsample: 2.5 };
    const centre = { x: 1000 + 74.5 * 2.5, y: 2000 + 74.5 * 2.5 };
    const found = wand(picture(noise), placement, centre);
    expect(polygonProblem(found)).toBeUndefined();
    expect(found).toHaveLength(1);
    expect(found[0]).toHaveLength(1);
    // Half way down the smoothed edge lies the edge; the range ends before that.
    expect(Math.sqrt(areaOf(found) / Math.PI) / 2.5).toBeGreaterThan(36);
    expect(Math.sqrt(areaOf(found) / Math.PI) / 2.5).toBeLessThan(41);
    expect(containsPoint(found, centre.x, centre.y)).toBe(true);
    expect(containsPoint(found, centre.x + 110, centre.y)).toBe(false);
  });

  it('takes less when it is more sensitive, and what lies around the disc without it', () => {
    const place = { x: 0, y: 0, downsample: 1 };
    const at = { x: 74, y: 74 };
    const areas = [1, 4].map((sensitivity) => areaOf(wand(picture(0), place, at, { sensitivity })));
    expect(areas[0]).toBeGreaterThan(areas[1] ?? Infinity);
    // A region without holes: of the outside the outer ring, as QuPath takes it.
    expect(areaOf(wand(picture(0), place, { x: 2, y: 2 }))).toBe(WAND_SIDE ** 2);
  });

  it('refuses pictures that are too large, and finds nothing outside of them', () => {
    const place = { x: 0, y: 0, downsample: 1 };
    expect(wand(picture(0), place, { x: -1, y: 5 })).toEqual([]);
    expect(() => wand(raster(1025, 1, 3, new Uint8Array(3075)), place, { x: 0, y: 0 })).toThrow(
      'the wand takes RGB of at most 1024 x 1024 pixels',
    );
  });
});
