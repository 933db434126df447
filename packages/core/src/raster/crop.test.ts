import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crop } from './crop.js';
import { raster } from './raster.js';

const row = (...values: number[]) => raster(values.length, 1, 1, Uint8Array.from(values));

describe('crop', () => {
  it('cuts a window inside the image', () => {
    const image = raster(
      3,
      2,
      2,
      Uint8Array.from({ length: 12 }, (_, i) => i),
    );
    expect(crop(image, { x: 1, y: 1, width: 2, height: 1 }).data).toEqual(Uint8Array.of(8, 9, 10, 11));
  });

  it('reflects without repeating the border pixel, as often as needed', () => {
    expect([...crop(row(1, 2, 3), { x: -4, y: 0, width: 11, height: 1 }).data]).toEqual([
      1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3,
    ]);
    expect([...crop(row(5), { x: -2, y: -1, width: 4, height: 2 }).data]).toEqual(Array(8).fill(5));
    expect([...crop(row(1, 2, 3), { x: 4, y: 0, width: 3, height: 1 }, 'reflect').data]).toEqual([1, 2, 3]);
  });

  it('is the mirrored index at every pixel, for every sample type', () => {
    const mirror = (index: number, length: number): number => {
      let at = index;
      while (at < 0 || at >= length) at = at < 0 ? -at : 2 * (length - 1) - at;
      return at;
    };
    const windows = fc.tuple(
      fc.integer({ min: 2, max: 6 }),
      fc.integer({ min: 2, max: 6 }),
      fc.record({
        x: fc.integer({ min: -20, max: 20 }),
        y: fc.integer({ min: -20, max: 20 }),
        width: fc.integer({ min: 1, max: 15 }),
        height: fc.integer({ min: 1, max: 15 }),
      }),
    );
    fc.assert(
      fc.property(windows, ([width, height, rect]) => {
        const image = raster(
          width,
          height,
          1,
          Float32Array.from({ length: width * height }, (_, i) => i / 4),
        );
        const out = crop(image, rect);
        expect(out.data).toBeInstanceOf(Float32Array);
        for (let y = 0; y < rect.height; y++) {
          for (let x = 0; x < rect.width; x++) {
            const source = mirror(rect.y + y, height) * width + mirror(rect.x + x, width);
            expect(out.data[y * rect.width + x]).toBe(image.data[source]);
          }
        }
      }),
    );
  });
});
