import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raster } from '../raster/raster.js';
import { createRandom } from '../statistics/random.js';
import { AreaStream } from './area-stream.js';
import { resizeArea } from './resize-area.js';

describe('AreaStream', () => {
  it('gives what resizeArea gives, whatever the bands', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, size, fc.integer({ min: 1, max: 9 }), fc.nat(), (w, h, a, b, band, seed) => {
        const [width, height] = [Math.min(a, w), Math.min(b, h)];
        const random = createRandom(seed);
        const image = raster(
          w,
          h,
          3,
          Uint8Array.from({ length: w * h * 3 }, () => random.int(256)),
        );
        const out = new Uint8Array(width * height * 3);
        const shrink = new AreaStream(
          { start: 0, length: w, limit: w, to: width },
          { start: 0, length: h, limit: h, to: height },
          3,
          (row, y) => out.set(row, y * row.length),
        );
        for (let y = 0; y < h; y += band) {
          const rows = Math.min(band, h - y);
          shrink.push(image.data.subarray(y * w * 3, (y + rows) * w * 3), rows);
        }
        const wanted = resizeArea(image, width, height).data;
        // Sums are 32-bit floats here: a mean of exactly one half may fall to either side.
        expect(out.every((value, i) => Math.abs(value - (wanted[i] ?? 999)) <= 1)).toBe(true);
        expect(out.filter((value, i) => value !== wanted[i]).length).toBeLessThanOrEqual(out.length * 0.01 + 1);
      }),
    );
  });

  it('weighs the fractions of a window that starts between two pixels', () => {
    const rows: number[][] = [];
    const axis = { start: 0.5, length: 2, limit: 3, to: 1 };
    const shrink = new AreaStream(axis, { start: 0, length: 1, limit: 1, to: 1 }, 1, (row) => rows.push([...row]));
    shrink.push(Uint8Array.of(100, 60, 20), 1);
    expect(rows).toEqual([[60]]);
  });
});
