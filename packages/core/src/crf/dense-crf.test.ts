import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Raster, raster } from '../raster/raster.js';
import { applyView, invertView } from '../raster/views.js';
import { denseCrf } from './dense-crf.js';
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
