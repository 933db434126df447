/** Blocks of a slide with a halo around them must give what the whole slide gives, bit by bit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crop } from '../raster/crop.js';
import { type Raster, type Rect, raster } from '../raster/raster.js';
import { createRandom } from '../statistics/random.js';
import { createDenseCrf, type DenseCrf } from './dense-crf.js';
import { type CrfOptions, crfHalo, crfPresets } from './options.js';

/** Probabilities in patches of a few pixels, so that messages differ from place to place. */
function probabilities(width: number, height: number, channels: number, seed: number): Raster<Float32Array> {
  const random = createRandom(seed);
  const data = new Float32Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    data[i] = i % 5 === 0 || i < channels ? random.uniform(0, 1) : (data[i - channels] as number);
  }
  return raster(width, height, channels, data);
}

function picture(width: number, height: number, seed: number): Raster {
  const random = createRandom(seed);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = i % 21 < 3 ? random.uniform(0, 256) : (data[i - 3] as number);
  return raster(width, height, 3, data);
}

/** The block, computed from no more than itself and `halo` pixels around it. */
function inBlock(crf: DenseCrf, map: Raster<Float32Array>, block: Rect, halo: number, image?: Raster) {
  const x = Math.max(0, block.x - halo);
  const y = Math.max(0, block.y - halo);
  const rect = {
    x,
    y,
    width: Math.min(map.width, block.x + block.width + halo) - x,
    height: Math.min(map.height, block.y + block.height + halo) - y,
  };
  const marginals = crf.infer(crop(map, rect), {
    placement: { x, y, slideWidth: map.width, slideHeight: map.height },
    ...(image === undefined ? {} : { image: crop(image, rect) }),
  });
  return crop(marginals, { ...block, x: block.x - x, y: block.y - y });
}

const blockOf = (width: number, height: number): fc.Arbitrary<Rect> =>
  fc.tuple(fc.nat(width - 1), fc.nat(height - 1), fc.nat(width - 1), fc.nat(height - 1)).map(([x0, y0, x1, y1]) => ({
    x: Math.min(x0, x1),
    y: Math.min(y0, y1),
    width: Math.abs(x1 - x0) + 1,
    height: Math.abs(y1 - y0) + 1,
  }));

const small = fc.record({
  width: fc.integer({ min: 1, max: 60 }),
  height: fc.integer({ min: 1, max: 60 }),
  channels: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(1000),
  sxy: fc.constantFrom(0.4, 0.7, 1, 1.5, 2),
  iterations: fc.integer({ min: 1, max: 4 }),
  normalisation: fc.constantFrom('symmetric' as const, 'none' as const),
});

describe('a block with its halo gives the bits of the whole slide', () => {
  it('with a Gaussian kernel, wherever it lies', () => {
    const cases = small.chain((one) => fc.tuple(fc.constant(one), blockOf(one.width, one.height)));
    fc.assert(
      fc.property(cases, ([{ width, height, channels, seed, sxy, iterations, normalisation }, block]) => {
        const options: CrfOptions = { gaussian: { sxy, compat: 3 }, iterations, normalisation };
        const crf = createDenseCrf(options);
        const map = probabilities(width, height, channels, seed);
        const expected = crop(crf.infer(map), block);
        expect(inBlock(crf, map, block, crfHalo(options)).data).toEqual(expected.data);
      }),
      { numRuns: 300 },
    );
  });

  it('with the preset, on a slide of many blocks', () => {
    const crf = createDenseCrf(crfPresets.reference);
    const map = probabilities(500, 333, 1, 5);
    const whole = crf.infer(map);
    fc.assert(
      fc.property(blockOf(500, 333), (block) => {
        const got = inBlock(crf, map, block, crfHalo(crfPresets.reference));
        expect(got.data).toEqual(crop(whole, block).data);
      }),
      { numRuns: 30 },
    );
  });

  it('and with one pixel less it does not', () => {
    const options: CrfOptions = { gaussian: { sxy: 1, compat: 3 }, iterations: 1 };
    const crf = createDenseCrf(options);
    const map = probabilities(64, 64, 1, 3);
    const whole = crf.infer(map);
    const block = { x: 20, y: 20, width: 24, height: 24 };
    expect(inBlock(crf, map, block, crfHalo(options)).data).toEqual(crop(whole, block).data);
    expect(inBlock(crf, map, block, crfHalo(options) - 1).data).not.toEqual(crop(whole, block).data);
  });

  it('with a bilateral kernel, where the halo is all that a lattice can carry', () => {
    const cases = small.chain((one) => fc.tuple(fc.constant(one), blockOf(one.width, one.height)));
    fc.assert(
      fc.property(cases, ([{ width, height, seed, sxy, normalisation }, block]) => {
        const iterations = 2;
        const options: CrfOptions = {
          gaussian: { sxy: 0.5, compat: 1 },
          bilateral: { sxy, srgb: 30, compat: 3 },
          iterations,
          normalisation,
        };
        const crf = createDenseCrf(options);
        const map = probabilities(width, height, 1, seed);
        const image = picture(width, height, seed);
        const expected = crop(crf.infer(map, { image }), block);
        const halo = (iterations + 1) * Math.ceil(4 * sxy);
        expect(inBlock(crf, map, block, halo, image).data).toEqual(expected.data);
      }),
      { numRuns: 100 },
    );
  });

  it('with a bilateral kernel, nearly so where the halo is what crfHalo says', () => {
    const options: CrfOptions = { bilateral: { sxy: 8, srgb: 30, compat: 4 }, iterations: 5 };
    const crf = createDenseCrf(options);
    const map = probabilities(200, 180, 1, 8);
    const image = picture(200, 180, 8);
    const block = { x: 60, y: 50, width: 80, height: 80 };
    const expected = crop(crf.infer(map, { image }), block).data;
    const got = inBlock(crf, map, block, crfHalo(options), image).data;
    expect(Math.max(...got.map((q, i) => Math.abs(q - (expected[i] as number))))).toBeLessThan(0.01);
  });
});
