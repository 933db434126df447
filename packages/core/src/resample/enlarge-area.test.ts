import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Raster, raster } from '../raster/raster.js';
import { enlargeArea } from './enlarge-area.js';
import { resizeNearest } from './resize.js';

describe('enlargeArea', () => {
  it('repeats pixels for whole factors, of each channel', () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(size, size, fc.constantFrom(1, 2, 4, 5, 10), fc.constantFrom(1, 3), (width, height, factor, n) => {
        const data = Uint8Array.from({ length: width * height * n }, (_, i) => (i * 89) % 256);
        const images: Raster<Uint8Array | Float32Array>[] = [
          raster(width, height, n, data),
          raster(width, height, n, Float32Array.from(data)),
        ];
        for (const image of images) {
          const large = enlargeArea(image, width * factor, height * factor);
          expect(large.data).toEqual(resizeNearest(image, width * factor, height * factor).data);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives what OpenCV 4.6 gives for other factors: cv2.resize(..., interpolation=cv2.INTER_AREA)', () => {
    const bytes = raster(3, 2, 1, Uint8Array.of(0, 100, 255, 200, 7, 31));
    const expected = [
      [0, 0, 33, 100, 100, 203, 255, 255],
      [0, 0, 33, 100, 100, 203, 255, 255],
      [100, 100, 84, 54, 54, 113, 143, 143],
      [200, 200, 136, 7, 7, 23, 31, 31],
      [200, 200, 136, 7, 7, 23, 31, 31],
    ];
    expect([...enlargeArea(bytes, 8, 5).data]).toEqual(expected.flat());
  });

  it('blends the edges of blocks of probabilities without rounding', () => {
    const row = raster(2, 1, 1, Float32Array.of(0.25, 0.75));
    expect([...enlargeArea(row, 5, 1).data]).toEqual([0.25, 0.25, 0.5, 0.75, 0.75]);
  });

  it('refuses to shrink', () => {
    expect(() => enlargeArea(raster(4, 4, 1, new Uint8Array(16)), 8, 3)).toThrow('do not grow');
  });
});
