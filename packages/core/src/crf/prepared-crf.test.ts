import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crop } from '../raster/crop.js';
import { emptyRaster, raster } from '../raster/raster.js';
import { createDenseCrf, denseCrf } from './dense-crf.js';
import type { CrfOptions } from './options.js';

const reference: CrfOptions = { gaussian: { sxy: 3, compat: 3 }, iterations: 5 };

describe('a CRF that is kept', () => {
  it('gives what a new one gives, whatever it has seen before', () => {
    const crf = createDenseCrf({ ...reference, bilateral: { sxy: 4, srgb: 20, compat: 2 } });
    for (const [width, height, channels] of [
      [50, 40, 1],
      [7, 9, 2],
      [1, 1, 1],
      [33, 50, 1],
      [50, 40, 3],
    ] as const) {
      const image = emptyRaster(width, height, 3);
      for (let i = 0; i < image.data.length; i++) image.data[i] = (i * 31) % 251;
      const data = new Float32Array(width * height * channels).map((_, i) => ((i * 37) % 101) / 100);
      const map = raster(width, height, channels, data);
      const fresh = createDenseCrf({ ...reference, bilateral: { sxy: 4, srgb: 20, compat: 2 } });
      expect(crf.infer(map, { image }).data).toEqual(fresh.infer(map, { image }).data);
    }
  });
});

describe('input that makes no sense', () => {
  const map = raster(4, 3, 1, new Float32Array(12).fill(0.5));
  const bilateral = { sxy: 40, srgb: 13, compat: 4 };

  it('is refused: no probability', () => {
    const nan = { ...map, data: map.data.map((p, i) => (i === 6 ? Number.NaN : p)) };
    expect(() => denseCrf(nan, reference)).toThrow(
      'crf: the probability at (2, 1) is NaN; probabilities are numbers from 0 to 1; logits need a sigmoid first',
    );
    for (const wrong of [-0.01, 1.01, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const two = raster(
        2,
        3,
        2,
        map.data.map((p, i) => (i === 11 ? wrong : p)),
      );
      expect(() => denseCrf(two, reference)).toThrow(`crf: the probability of channel 1 at (1, 2) is`);
    }
    const rounded = { ...map, data: map.data.map((_, i) => (i % 2 ? 1.00001 : -0.00001)) };
    expect(denseCrf(rounded, reference).data.every((q) => q >= 0 && q <= 1)).toBe(true);
  });

  it('is refused: an image that is missing or of another size', () => {
    const options = { bilateral, iterations: 5 };
    expect(() => denseCrf(map, options)).toThrow('crf: the bilateral kernel needs the image; give it in the context');
    for (const image of [emptyRaster(3, 4, 3), emptyRaster(4, 3, 1)]) {
      expect(() => denseCrf(map, options, { image })).toThrow(
        /the image is . x . x ., the probabilities need 4 x 3 x 3/,
      );
    }
  });

  it('is refused: a kernel too narrow for the image', () => {
    const options: CrfOptions = { bilateral: { ...bilateral, sxy: 1e-4 }, iterations: 5 };
    expect(() => denseCrf(map, options, { image: emptyRaster(4, 3, 3) })).toThrow(
      'crf.bilateral: sxy 0.0001 and srgb 13 are too narrow for an image of that size',
    );
  });

  it.each([
    { x: -1, y: 0, slideWidth: 10, slideHeight: 10 },
    { x: 7, y: 0, slideWidth: 10, slideHeight: 10 },
    { x: 0, y: 0.5, slideWidth: 10, slideHeight: 10 },
    { x: 0, y: 0, slideWidth: 10, slideHeight: 2 },
  ])('is refused: a crop outside of its slide, %j', (placement) => {
    expect(() => denseCrf(map, reference, { placement })).toThrow('do not lie in a slide of');
  });
});

describe('what is prepared for a place', () => {
  const options: CrfOptions = {
    gaussian: { sxy: 1, compat: 3 },
    bilateral: { sxy: 8, srgb: 13, compat: 4 },
    iterations: 3,
  };
  const image = raster(
    20,
    14,
    3,
    Uint8Array.from({ length: 20 * 14 * 3 }, (_, i) => (i * 37) % 251),
  );
  const placement = { x: 5, y: 3, slideWidth: 40, slideHeight: 30 };

  it('gives each of several maps what it gets alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom('symmetric' as const, 'none' as const),
        (channels, steps, gaussian, normalisation) => {
          const { gaussian: smooth, ...rest } = options;
          const own = { ...rest, normalisation, ...(gaussian && smooth ? { gaussian: smooth } : {}) };
          const all = steps.map((step) => {
            const values = Float32Array.from({ length: 20 * 14 * channels }, (_, i) => ((i * step) % 11) / 11);
            return raster(20, 14, channels, values);
          });
          const prepared = createDenseCrf(own).prepare({ width: 20, height: 14, channels }, { image, placement });
          const alone = all.map((map) => denseCrf(map, own, { image, placement }));
          expect(prepared.infer(all)).toEqual(alone);
          expect(prepared.infer(all.slice(0, 1))).toEqual(alone.slice(0, 1));
          const inside = { x: 3, y: 2, width: 9, height: 7 };
          const parts = alone.map((map) => crop(map, inside));
          expect(prepared.infer(all, inside)).toEqual(parts);
          const into = all.map(() => new Float32Array(9 * 7 * channels));
          prepared.infer(all, inside, into);
          expect(into).toEqual(parts.map(({ data }) => data));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refuses a map of another size', () => {
    const prepared = createDenseCrf(options).prepare({ width: 20, height: 14, channels: 1 }, { image, placement });
    expect(() => prepared.infer([raster(14, 20, 1, new Float32Array(280))])).toThrow(
      /are 14 x 20 x 1, prepared was for 20/,
    );
  });
});
