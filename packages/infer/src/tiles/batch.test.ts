import { emptyRaster, raster } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBatch } from './batch.js';

const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

describe('toBatch', () => {
  it('normalises and turns interleaved pixels into planes', () => {
    const tile = raster(2, 1, 3, Uint8Array.of(0, 128, 255, 10, 20, 30));
    const { data, shape } = toBatch([tile], imagenet);
    expect(shape).toEqual([1, 3, 1, 2]);
    const expected = [
      [0, 10],
      [128, 20],
      [255, 30],
    ].flatMap((plane, c) => plane.map((value) => (value / 255 - (imagenet.mean[c] ?? 0)) / (imagenet.std[c] ?? 1)));
    expect([...data].map((value, i) => Math.abs(value - (expected[i] ?? 0)) < 1e-6)).not.toContain(false);
  });

  it('packs several tiles as each would be alone, into given memory or its own', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        (pixels) => {
          const tiles = pixels.map((data) => raster(2, 2, 3, data));
          const together = toBatch(tiles, imagenet, new Float32Array(100)).data;
          const apart = tiles.flatMap((tile) => [...toBatch([tile], imagenet).data]);
          expect([...together]).toEqual(apart);
        },
      ),
    );
  });

  it('refuses what is not a batch', () => {
    expect(() => toBatch([], imagenet)).toThrow('at least one tile');
    expect(() => toBatch([emptyRaster(2, 2, 1)], imagenet)).toThrow('1 channels, not 3');
    expect(() => toBatch([emptyRaster(2, 2, 3), emptyRaster(2, 3, 3)], imagenet)).toThrow('2 x 2 and of 2 x 3');
    expect(() => toBatch([emptyRaster(2, 2, 3)], { mean: [0, 0, 0], std: [1, 0, 1] })).toThrow('channel 2 of 3');
  });
});
