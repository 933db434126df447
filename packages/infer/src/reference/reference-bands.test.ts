import {
  applyView,
  createRandom,
  crop,
  denseCrf,
  emptyRaster,
  FtuError,
  invertView,
  paintRuns,
  type Raster,
  raster,
  resizeArea,
  resizeBilinearFloat,
  resizeNearest,
  viewsReference,
} from '@ftuseg/core';
import type { ResizeMethod } from '@ftuseg/nn';
import type { SlideRows } from '@ftuseg/slide';
import { describe, expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import { referenceGrid } from '../plan/reference-grid.js';
import { predictSlide } from '../predict/predict-slide.js';

const random = createRandom(8);
const image = paint(301, 222, (x, y) => 128 + 90 * Math.sin(x / 23) * Math.cos(y / 17) + random.int(30));

/** Depends on where in its tile a pixel lies, so that views and grids matter. */
const logit = (value: number, x: number, y: number, tile: number): number => (value - 0.5) * 9 + (2 * x - y) / tile;

/** The published pipeline, step by step, on a slide in memory; whole factors. */
function literal(tile: number, downsample: number, overlap: number, crf: boolean, resize: ResizeMethod): Raster {
  const { width, height } = image;
  const [window, shared] = [tile * downsample, overlap * downsample];
  const starts = (length: number): number[] => {
    const n = Math.floor(length / (window - shared)) + 1;
    return Array.from({ length: n }, (_, i) => (i === n - 1 ? length - window : Math.floor(i * (length / n))));
  };
  const shrink = resize === 'area' ? resizeArea : resizeBilinearFloat;
  const mask = emptyRaster(width, height);
  for (const x0 of starts(width)) {
    for (const y0 of starts(height)) {
      const small = shrink(crop(image, { x: x0, y: y0, width: window, height: window }), tile, tile);
      const sum = new Float32Array(tile * tile);
      for (const view of viewsReference) {
        const seen = applyView<Uint8Array | Float32Array>(small, view);
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
      const large = resizeNearest(crf ? denseCrf(mean, kernel) : mean, window, window).data;
      for (let y = 0; y < window; y++) {
        for (let x = 0; x < window; x++) {
          if ((large[y * window + x] ?? 0) > (crf ? 0.5 : 0.4)) mask.data[(y0 + y) * width + x0 + x] = 1;
        }
      }
    }
  }
  return mask;
}

describe('merging by "or"', () => {
  it.each([
    { downsample: 1, crf: 'none', resize: 'area' },
    { downsample: 2, crf: 'none', resize: 'area' },
    { downsample: 2, crf: 'none', resize: 'bilinear' },
    { downsample: 2, crf: 'reference', resize: 'bilinear' },
  ] as const)('is the reference, recomputed literally: 1/$downsample, crf $crf, resize $resize', async (one) => {
    const { downsample, crf, resize } = one;
    const model = pixelModel(({ value, x, y, tile }) => logit(value, x, y, tile), { threshold: 0.4, resize });
    const settings = { merge: 'or', views: 'reference', overlap: 16, downsample, crf } as const;
    const { mask, plan } = await predictSlide(memorySlide(image), [model], settings);
    expect(model.batches).toHaveLength(plan.tiles);
    const painted = paintRuns(mask, { x: 0, y: 0, width: 301, height: 222 }).data;
    const expected = literal(64, downsample, 16, crf !== 'none', resize).data;
    const different = painted.filter((label, i) => label !== expected[i]).length;
    // The table of the logistic function and Float32 may tip a pixel that lies on the threshold, and its block with it.
    expect(different).toBeLessThan(2 * downsample ** 2);
    expect(expected.reduce((sum, label) => sum + label, 0)).toBeGreaterThan(5000);
  });

  it('shows each network the pictures that it learnt from', async () => {
    // Of each 4 x 4 the central 2 x 2 are bright: interpolation sees white, averages see a quarter of it.
    const grid = memorySlide(paint(256, 256, (x, y) => ([1, 2].includes(x % 4) && [1, 2].includes(y % 4) ? 255 : 0)));
    const seen: number[] = [];
    const model = (resize: ResizeMethod | undefined) =>
      pixelModel(({ value }) => seen.push(Math.round(value * 1000)) - 1e9, { resize });
    await predictSlide(grid, [model('bilinear'), model('area'), model(undefined)], { merge: 'or', downsample: 4 });
    const area = 64 * 64;
    const share = Math.round((64 / 255) * 1000);
    expect([0, 1, 2].map((n) => new Set(seen.slice(n * area, (n + 1) * area)))).toEqual(
      [1000, share, share].map((value) => new Set([value])),
    );
  });

  it('counts what is above the threshold, in float32, and not what equals it', async () => {
    const tiny = memorySlide(paint(64, 64, () => 0));
    const masked = async (logit: number, threshold: number): Promise<number> => {
      const { mask } = await predictSlide(tiny, [pixelModel(() => logit)], { merge: 'or', threshold });
      return paintRuns(mask, { x: 0, y: 0, width: 64, height: 64 }).data.filter((label) => label > 0).length;
    };
    expect([await masked(0, 0.5), await masked(0.001, 0.5)]).toEqual([0, 64 * 64]);
    const { probability } = await predictSlide(tiny, [pixelModel(() => -0.4)], { merge: 'or' });
    const [p = 0] = probability.data;
    expect([await masked(-0.4, p), await masked(-0.4, p * (1 - 1e-7))]).toEqual([0, 64 * 64]);
  });

  it('shows the views of a window in batches', async () => {
    const model = pixelModel(() => -1);
    await predictSlide(memorySlide(paint(64, 64, () => 9)), [model], { merge: 'or', views: 'd4', batchSize: 3 });
    expect(model.batches).toEqual([3, 3, 2]);
  });

  it('takes what cannot be decoded for white, and says where', async () => {
    const slide = memorySlide(paint(128, 128, () => 0));
    const damaged = {
      ...slide,
      readRows: async (rows: SlideRows) => {
        const { left = 0, columns = 128 } = rows;
        if (left < 20 && left + columns > 4) throw new FtuError('bad-input', 'damaged');
        return slide.readRows(rows);
      },
    };
    const model = pixelModel(({ value }) => value - 0.5, { tileSize: 128 });
    const { mask, unreadable } = await predictSlide(damaged, [model], { merge: 'or', overlap: 0 });
    expect(paintRuns(mask, { x: 0, y: 0, width: 128, height: 128 }).data.filter(Boolean)).toHaveLength(64 * 128);
    expect(unreadable.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [0, 64],
    ]);
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
  expect(referenceGrid(256, 256, 32)).toEqual([0]);
  // numpy.linspace(0, 4038, num=22, endpoint=False, dtype=numpy.int64)[11]; exact arithmetic gives 2019.
  expect(referenceGrid(4038, 256, 64)[11]).toBe(2018);
});
