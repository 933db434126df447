import {
  applyView,
  createRandom,
  crop,
  denseCrf,
  emptyRaster,
  invertView,
  paintRuns,
  type Raster,
  raster,
  resizeArea,
  resizeBilinear,
  viewsReference,
} from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../tests/fakes.js';
import { predictSlide } from './predict-slide.js';
import { referenceGrid } from './reference-bands.js';

const random = createRandom(8);
const image = paint(301, 222, (x, y) => 128 + 90 * Math.sin(x / 23) * Math.cos(y / 17) + random.int(30));

/** Depends on where in its tile a pixel lies, so that views and grids matter. */
const logit = (value: number, x: number, y: number, tile: number): number => (value - 0.5) * 9 + (2 * x - y) / tile;

/** The published pipeline, step by step, on a slide in memory. */
function literal(tile: number, downsample: number, overlap: number, crf: boolean): Raster {
  const { width, height } = image;
  const [window, shared] = [tile * downsample, overlap * downsample];
  const starts = (length: number): number[] => {
    const n = Math.floor(length / (window - shared)) + 1;
    return Array.from({ length: n }, (_, i) => (i === n - 1 ? length - window : Math.floor((i * length) / n)));
  };
  const mask = emptyRaster(width, height);
  for (const x0 of starts(width)) {
    for (const y0 of starts(height)) {
      const small = resizeArea(crop(image, { x: x0, y: y0, width: window, height: window }), tile, tile);
      const sum = new Float32Array(tile * tile);
      for (const view of viewsReference) {
        const seen = applyView(small, view);
        const answer = Float32Array.from({ length: tile * tile }, (_, i) => {
          const value = (seen.data[i * 3] ?? 0) / 255;
          return 1 / (1 + Math.exp(-logit(value, i % tile, Math.floor(i / tile), tile)));
        });
        invertView(raster(tile, tile, 1, answer), view).data.forEach((p, i) => {
          sum[i] = (sum[i] ?? 0) + p / viewsReference.length;
        });
      }
      const mean = raster(tile, tile, 1, sum);
      const kernel = { gaussian: { sxy: 3, compat: 3 }, iterations: 5 };
      const large = resizeBilinear(crf ? denseCrf(mean, kernel) : mean, window, window).data;
      for (let y = 0; y < window; y++) {
        for (let x = 0; x < window; x++) {
          if ((large[y * window + x] ?? 0) >= 0.5) mask.data[(y0 + y) * width + x0 + x] = 1;
        }
      }
    }
  }
  return mask;
}

describe('merging by "or"', () => {
  it.each([
    { downsample: 1, crf: 'none' },
    { downsample: 2, crf: 'none' },
    { downsample: 2, crf: 'reference' },
  ])('is the reference, recomputed literally: 1/$downsample, crf $crf', async ({ downsample, crf }) => {
    const model = pixelModel(({ value, x, y, tile }) => logit(value, x, y, tile));
    const settings = { merge: 'or', views: 'reference', overlap: 16, downsample, crf } as const;
    const { mask } = await predictSlide(memorySlide(image), [model], settings);
    const painted = paintRuns(mask, { x: 0, y: 0, width: 301, height: 222 }).data;
    const expected = literal(64, downsample, 16, crf !== 'none').data;
    const different = painted.filter((label, i) => label !== expected[i]).length;
    // The table of the logistic function and Float32 may tip a pixel that lies on the threshold.
    expect(different).toBeLessThan(5);
    expect(expected.reduce((sum, label) => sum + label, 0)).toBeGreaterThan(5000);
  });

  it('takes a slide smaller than a window', async () => {
    const small = memorySlide(paint(20, 30, () => 250));
    const { mask } = await predictSlide(small, [pixelModel(({ value }) => value - 0.5)], { merge: 'or' });
    expect(paintRuns(mask, { x: 0, y: 0, width: 20, height: 30 }).data).toEqual(new Uint8Array(600).fill(1));
  });

  it('refuses several classes and grids that differ', async () => {
    const [a, b] = [pixelModel(() => 1), pixelModel(() => 1, { tileSize: 96 })];
    await expect(predictSlide(memorySlide(image), [a, b], { merge: 'or' })).rejects.toThrow('different resolutions');
    const two = pixelModel(() => 1, { classes: ['a', 'b'] });
    await expect(predictSlide(memorySlide(image), [two], { merge: 'or' })).rejects.toThrow('several classes');
  });
});

it('covers an axis with the grid of the reference', () => {
  expect(referenceGrid(1000, 256, 32)).toEqual([0, 200, 400, 600, 744]);
  expect(referenceGrid(100, 256, 32)).toEqual([0]);
});
