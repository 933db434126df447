import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raster } from '../raster/raster.js';
import { bilinearRows, bilinearTaps } from './bilinear-rows.js';
import { resizeBilinear } from './resize.js';

const shrink = (data: Uint8Array, width: number, height: number, factor: number, size: [number, number]) =>
  bilinearRows(
    data,
    { width, channels: 1, top: 0 },
    bilinearTaps({ factor, length: width, first: 0, count: size[0] }),
    bilinearTaps({ factor, length: height, first: 0, count: size[1] }),
  );

describe('bilinearRows', () => {
  it('takes the middle of each four by four, and all of each two by two', () => {
    const data = Uint8Array.from({ length: 16 }, (_, i) => i * i);
    expect([...shrink(data, 4, 4, 4, [1, 1])]).toEqual([Math.round((25 + 36 + 81 + 100) / 4)]);
    expect([...shrink(data, 4, 4, 2, [2, 2])]).toEqual(
      [
        [0, 1, 16, 25],
        [4, 9, 36, 49],
        [64, 81, 144, 169],
        [100, 121, 196, 225],
      ].map((four) => Math.floor(four.reduce((sum, value) => sum + value) / 4 + 0.5)),
    );
  });

  it('is the resize of a whole image where the factor divides its size, and the same from any band', () => {
    const given = fc.record({
      columns: fc.integer({ min: 1, max: 9 }),
      rows: fc.integer({ min: 2, max: 9 }),
      factor: fc.constantFrom(1, 2, 3, 4, 5),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(given, ({ columns, rows, factor, seed }) => {
        const [width, height] = [columns * factor, rows * factor];
        const data = Uint8Array.from({ length: width * height }, (_, i) => Math.imul(i + seed, 2654435761) >>> 24);
        const whole = shrink(data, width, height, factor, [columns, rows]);
        expect([...whole]).toEqual([...resizeBilinear(raster(width, height, 1, data), columns, rows).data]);
        const first = seed % rows;
        const down = bilinearTaps({ factor, length: height, first, count: rows - first });
        const top = down.low[0] ?? 0;
        const across = bilinearTaps({ factor, length: width, first: 0, count: columns });
        const band = bilinearRows(data.subarray(top * width), { width, channels: 1, top }, across, down);
        expect([...band]).toEqual([...whole.subarray(first * columns)]);
      }),
    );
  });

  it('keeps its factor where it does not divide the image, and stays inside', () => {
    const taps = bilinearTaps({ factor: 4, length: 10, first: 0, count: 3 });
    expect([...taps.low]).toEqual([1, 5, 9]);
    expect([...taps.high]).toEqual([2, 6, 9]);
    const odd = bilinearTaps({ factor: 3.2, length: 1024, first: 319, count: 1 });
    expect([odd.low[0], odd.high[0]]).toEqual([1021, 1022]);
    expect(odd.fraction[0]).toBeCloseTo(0.9, 9);
  });
});
