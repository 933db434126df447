import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raster } from '../raster/raster.js';
import { createRandom } from '../statistics/random.js';
import { encodeRle } from './rle-encode.js';
import { createRowRleEncoder } from './rle-rows.js';

describe('createRowRleEncoder', () => {
  it('gives what encodeRle gives, whatever the bands', () => {
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(side, side, side, fc.nat(), (w, h, band, seed) => {
        const random = createRandom(seed);
        const share = random.next();
        const labels = Uint8Array.from({ length: w * h }, () => (random.chance(share) ? 1 + random.int(2) : 0));
        const encoder = createRowRleEncoder(w, h);
        const second = createRowRleEncoder(w, h, (label) => label === 2);
        for (let y = 0; y < h; y += band) {
          const rows = Math.min(band, h - y);
          for (const one of [encoder, second]) one.push(labels.subarray(y * w, (y + rows) * w), rows);
        }
        expect(encoder.finish()).toBe(encodeRle(raster(w, h, 1, labels)));
        expect(second.finish()).toBe(
          encodeRle(
            raster(
              w,
              h,
              1,
              labels.map((label) => (label === 2 ? 1 : 0)),
            ),
          ),
        );
      }),
    );
  });

  it('refuses rows that do not fit, and a mask that is not whole', () => {
    const encoder = createRowRleEncoder(3, 2);
    expect(() => encoder.push(new Uint8Array(5), 2)).toThrow('do not fit');
    encoder.push(new Uint8Array(3), 1);
    expect(() => encoder.finish()).toThrow('1 of 2 rows');
    expect(() => encoder.push(new Uint8Array(6), 2)).toThrow('do not fit');
  });
});
