import { describe, expect, it } from 'vitest';
import { emptyRaster, type Raster, raster } from '../raster/raster.js';
import { denseCrf } from './dense-crf.js';
import type { CrfOptions } from './options.js';

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
