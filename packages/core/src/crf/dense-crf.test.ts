import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crop } from '../raster/crop.js';
import { emptyRaster, type Raster, raster } from '../raster/raster.js';
import { applyView, invertView } from '../raster/views.js';
import { createDenseCrf, denseCrf } from './dense-crf.js';
import type { CrfOptions, GaussianKernel } from './options.js';

const reference: CrfOptions = { gaussian: { sxy: 3, compat: 3 }, iterations: 5 };

const maps = (channels: number, most = 12): fc.Arbitrary<Raster<Float32Array>> =>
  fc
    .record({ width: fc.integer({ min: 1, max: most }), height: fc.integer({ min: 1, max: most }) })
    .chain(({ width, height }) => {
      const length = width * height * channels;
      return fc
        .array(
          fc.oneof(
            fc.constantFrom(0, 0.5, 1),
            fc.integer({ min: 0, max: 64 }).map((n) => n / 64),
          ),
          {
            minLength: length,
            maxLength: length,
          },
        )
        .map((values) => raster(width, height, channels, Float32Array.from(values)));
    });

const kernels: fc.Arbitrary<GaussianKernel> = fc.record({
  sxy: fc.integer({ min: 1, max: 8 }).map((n) => n / 4),
  compat: fc.integer({ min: 0, max: 6 }).map((n) => n / 2),
});

const settings: fc.Arbitrary<CrfOptions> = fc.record({
  gaussian: kernels,
  iterations: fc.integer({ min: 1, max: 4 }),
  normalisation: fc.constantFrom('symmetric', 'none'),
});

/** Algorithm 1 of the paper, pair by pair, with a background of its own and without any of the shortcuts. */
function meanField(map: Raster<Float32Array>, options: CrfOptions): number[] {
  const { width, height, channels, data } = map;
  const { sxy, compat } = options.gaussian ?? { sxy: 1, compat: 0 };
  const radius = Math.ceil(4 * sxy);
  const tap = (k: number): number => (Math.abs(k) <= radius ? Math.exp(-0.5 * (k / sxy) ** 2) : 0);
  const pixels = Array.from({ length: width * height }, (_, i) => ({ x: i % width, y: Math.floor(i / width) }));
  const kernel = pixels.map((i) => pixels.map((j) => tap(i.x - j.x) * tap(i.y - j.y)));
  const n = kernel.map((row) =>
    options.normalisation === 'none' ? 1 : 1 / Math.sqrt(row.reduce((sum, k) => sum + k, 0)),
  );
  const clip = (p: number): number => Math.min(Math.max(p, 1e-5), 1);
  const unary = pixels.map((_, i) => [
    0,
    ...Array.from({ length: channels }, (_, c) => {
      const p = data[i * channels + c] as number;
      return Math.log(clip(p)) - Math.log(clip(1 - p));
    }),
  ]);
  const softmax = (z: readonly number[]): number[] => {
    const most = Math.max(...z);
    const e = z.map((one) => Math.exp(one - most));
    const sum = e.reduce((a, b) => a + b, 0);
    return e.map((one) => one / sum);
  };
  let q = unary.map(softmax);
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    q = unary.map((energies, i) =>
      softmax(
        energies.map((energy, label) => {
          const message = q.reduce(
            (sum, other, j) => sum + (kernel[i]?.[j] ?? 0) * (n[j] ?? 0) * (other[label] ?? 0),
            0,
          );
          return energy + compat * (n[i] ?? 0) * message;
        }),
      ),
    );
  }
  return q.flatMap((labels) => labels.slice(1));
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(0, ...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN))));

describe('the Gaussian CRF', () => {
  it.each([1, 2, 3])('is what the definition says, for %i channels', (channels) => {
    fc.assert(
      fc.property(maps(channels, 8), settings, (map, options) => {
        // Without normalisation a message can be a hundred times as large, and so is what rounding makes of a tie.
        const tolerance = options.normalisation === 'none' ? 5e-3 : 2e-5;
        expect(worst(denseCrf(map, options).data, meanField(map, options))).toBeLessThan(tolerance);
      }),
      { numRuns: 60 },
    );
  });

  it('gives probabilities, and of several classes no more than 1 in sum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((channels) => maps(channels)),
        settings,
        (map, options) => {
          const { data, channels } = denseCrf(map, options);
          expect(data.every((q) => q >= 0 && q <= 1)).toBe(true);
          for (let i = 0; i < data.length; i += channels) {
            expect(data.subarray(i, i + channels).reduce((sum, q) => sum + q, 0)).toBeLessThan(1 + 1e-6);
          }
        },
      ),
    );
  });

  it.each(['flipHorizontal', 'flipVertical', 'rotate180'] as const)('gives the same bits after %s', (view) => {
    fc.assert(
      fc.property(maps(1), settings, (map, options) => {
        expect(invertView(denseCrf(applyView(map, view), options), view).data).toEqual(denseCrf(map, options).data);
      }),
    );
  });

  it('treats foreground and background alike', () => {
    fc.assert(
      fc.property(maps(1), settings, (map, options) => {
        const swapped = { ...map, data: map.data.map((p) => 1 - p) };
        const q = denseCrf(map, options).data;
        expect(
          worst(
            denseCrf(swapped, options).data.map((value) => 1 - value),
            q,
          ),
        ).toBeLessThan(1e-6);
      }),
    );
  });

  it('leaves undecided what is undecided everywhere', () => {
    const map = raster(37, 5, 1, new Float32Array(37 * 5).fill(0.5));
    expect(new Set(denseCrf(map, reference).data)).toEqual(new Set([0.5]));
  });

  it('treats all classes alike', () => {
    fc.assert(
      fc.property(maps(2), settings, (map, options) => {
        const swap = (samples: Float32Array): Float32Array => samples.map((_, i) => samples[i ^ 1] as number);
        const q = denseCrf(map, options).data;
        // Classes are summed in their order; ties grow with what is not normalised.
        expect(worst(swap(denseCrf({ ...map, data: swap(map.data) }, options).data), q)).toBeLessThan(5e-3);
      }),
    );
  });

  it('moves on with each iteration, and less and less', () => {
    const map = raster(
      32,
      32,
      1,
      Float32Array.from({ length: 1024 }, (_, i) => ((i * 7919) % 64) / 64),
    );
    const at = (iterations: number): Float32Array => denseCrf(map, { ...reference, iterations }).data;
    const moved = [1, 4, 16, 64].map((iterations) => worst(at(iterations), at(iterations + 1)));
    expect(moved[0]).toBeGreaterThan(0);
    expect(moved).toEqual(moved.toSorted((a, b) => b - a));
  });

  it('fills a hole and drops a speck', () => {
    const map = raster(
      24,
      24,
      1,
      new Float32Array(576).map((_, i) => (i % 24 < 12 ? 0.9 : 0.1)),
    );
    map.data[12 * 24 + 4] = 0.3;
    map.data[12 * 24 + 19] = 0.7;
    const labels = denseCrf(map, reference).data.map((q) => (q >= 0.5 ? 1 : 0));
    expect(labels).toEqual(new Float32Array(576).map((_, i) => (i % 24 < 12 ? 1 : 0)));
  });

  it('is as sure of one pixel as its own message makes it', () => {
    // Symmetric normalisation of a single pixel is k / sqrt(k k) = 1: z = logit + compat * tanh(z / 2).
    const q = denseCrf(raster(1, 1, 1, Float32Array.of(0.75)), { ...reference, iterations: 1 }).data[0];
    expect(q).toBeCloseTo(1 / (1 + Math.exp(-(Math.log(3) + 3 * 0.5))), 6);
  });
});

describe('the bilateral CRF', () => {
  const { width, height } = { width: 30, height: 20 };
  const image = emptyRaster(width, height, 3);
  const map = raster(width, height, 1, new Float32Array(width * height));
  for (let i = 0; i < width * height; i++) {
    const inside = i % width < 11;
    image.data.set(inside ? [200, 90, 150] : [240, 235, 240], i * 3);
    // Every third pixel is wrong.
    map.data[i] = inside === i % 3 > 0 ? 0.6 : 0.4;
  }
  const options: CrfOptions = { bilateral: { sxy: 10, srgb: 13, compat: 5 }, iterations: 5 };
  const truth = map.data.map((_, i) => (i % width < 11 ? 1 : 0));
  const labels = (q: Raster<Float32Array>): Float32Array => q.data.map((value) => (value >= 0.5 ? 1 : 0));

  it('follows the edges of the image', () => {
    expect(labels(denseCrf(map, options, { image }))).toEqual(truth);
  });

  it('works for each of several classes', () => {
    const two = raster(width, height, 2, new Float32Array(width * height * 2));
    for (let i = 0; i < map.data.length; i++) {
      two.data[2 * i] = map.data[i] as number;
      two.data[2 * i + 1] = 1 - (map.data[i] as number);
    }
    const { data } = denseCrf(two, options, { image });
    expect(truth.map((_, i) => ((data[2 * i] as number) > (data[2 * i + 1] as number) ? 1 : 0))).toEqual(truth);
  });

  it('without normalisation is bound by the image alone', () => {
    expect(labels(denseCrf(map, { ...options, normalisation: 'none' }, { image }))).toEqual(truth);
  });

  it('takes one pixel, and many colours at the end of a row', () => {
    expect(
      denseCrf(raster(1, 1, 1, Float32Array.of(0.9)), options, { image: emptyRaster(1, 1, 3) }).data[0],
    ).toBeGreaterThan(0.9);
    // Every pixel by itself: more vertices than the first hash table has room for.
    const alone = emptyRaster(67, 61, 3);
    for (let i = 0; i < alone.data.length; i++) alone.data[i] = (i * 7919) % 256;
    const probabilities = raster(
      67,
      61,
      1,
      new Float32Array(67 * 61).map((_, i) => (i % 2 ? 0.8 : 0.2)),
    );
    const narrow: CrfOptions = { bilateral: { sxy: 0.5, srgb: 1, compat: 1 }, iterations: 3 };
    const q = denseCrf(probabilities, narrow, { image: alone }).data;
    expect(q.every((value, i) => (i % 2 ? value > 0.8 : value < 0.2))).toBe(true);
  });
});

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
    ...{ gaussian: { sxy: 1, compat: 3 }, bilateral: { sxy: 8, srgb: 13, compat: 4 }, iterations: 3 },
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
