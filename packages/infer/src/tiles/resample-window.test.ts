import { createRandom, crop, raster, resizeArea, resizeBilinear } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTaps, resampleWindow } from './resample-window.js';

const side = fc.integer({ min: 1, max: 60 });

function noise(width: number, height: number, seed: number) {
  const random = createRandom(seed);
  return raster(
    width,
    height,
    3,
    Uint8Array.from({ length: width * height * 3 }, () => random.int(256)),
  );
}

describe('resampleWindow', () => {
  it("cuts its window out of core's resized slide", () => {
    fc.assert(
      fc.property(side, side, side, side, fc.nat(), (width, height, w, h, seed) => {
        // Both axes shrink or both grow, as one resolution asks for.
        fc.pre(w <= width === h <= height);
        const slide = noise(width, height, seed);
        const random = createRandom(seed + 1);
        const [left, top] = [random.int(w), random.int(h)];
        const [across, down] = [1 + random.int(w - left), 1 + random.int(h - top)];
        const horizontal = axisTaps(width, w, left, across);
        const vertical = axisTaps(height, h, top, down);
        const region = {
          x: horizontal.from,
          y: vertical.from,
          width: horizontal.to - horizontal.from,
          height: vertical.to - vertical.from,
        };
        const window = resampleWindow(crop(slide, region, 'reflect'), horizontal, vertical);
        const whole = w <= width ? resizeArea(slide, w, h) : resizeBilinear(slide, w, h);
        const expected = crop(whole, { x: left, y: top, width: across, height: down }, 'reflect');
        const worst = Math.max(...window.data.map((value, i) => Math.abs(value - (expected.data[i] ?? -1))));
        // Enlarging, the two sum in a different order, and a tie may round to either side.
        expect(worst).toBeLessThanOrEqual(w <= width && h <= height ? 0 : 1);
      }),
      { numRuns: 300 },
    );
  });
});
