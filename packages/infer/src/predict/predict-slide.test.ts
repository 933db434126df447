import { createRandom, paintRuns, raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { describe, expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import type { SegmentationModel } from '../model/model.js';
import { type PredictOptions, predictSlide as predictByEnsemble } from './predict-slide.js';

/** One model, and the mask as pixels. */
async function predictSlide(slide: Slide, model: SegmentationModel, options: PredictOptions = {}) {
  // Test pictures are grey, as background is.
  const found = await predictByEnsemble(slide, [model], { all: true, ...options });
  const { width, height } = slide;
  const tiles = found.plan.tiles * found.plan.views.length;
  return { ...found, tiles, grid: found.plan.grid, masks: paintRuns(found.mask, { x: 0, y: 0, width, height }) };
}

/** A disc, bright inside with a soft edge. */
const disc = (radius: number, cx: number, cy: number) => (x: number, y: number) =>
  255 / (1 + Math.exp((Math.hypot(x - cx, y - cy) - radius) / 3));

/** A model without context: bright is foreground. */
const bright = () => pixelModel(({ value }) => (value - 0.5) * 10);

const foreground = (data: Uint8Array): number => data.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0);

describe('predictSlide', () => {
  it.each([
    [200, 150],
    [64, 64],
    [65, 300],
    [20, 100],
    [1, 1],
    [33, 5],
  ])('covers %i x %i pixels to the last one', async (width, height) => {
    const random = createRandom(width);
    const image = paint(width, height, () => random.int(256));
    const { probability, masks } = await predictSlide(memorySlide(image), bright());
    expect([probability.width, probability.height, masks.width, masks.height]).toEqual([width, height, width, height]);
    const wrong = masks.data.filter((label, i) => label !== ((image.data[i * 3] ?? 0) >= 128 ? 1 : 0));
    expect(wrong.length).toBe(0);
  });

  it('gives the same answer whatever the batch size', async () => {
    const random = createRandom(5);
    const slide = memorySlide(paint(150, 130, () => random.int(256)));
    const answers = [];
    for (const batchSize of [1, 3, 4, 100]) {
      const model = bright();
      const { probability, tiles } = await predictSlide(slide, model, { batchSize });
      expect(model.batches.reduce((sum, n) => sum + n, 0)).toBe(tiles);
      answers.push([...probability.data]);
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('gives the same answer for every set of views when the model has no preferred direction', async () => {
    const random = createRandom(6);
    const slide = memorySlide(paint(100, 70, () => random.int(256)));
    const [none, flips, d4] = await Promise.all(
      (['none', 'reference', 'd4'] as const).map((views) => predictSlide(slide, bright(), { views })),
    );
    for (const other of [flips, d4]) {
      const worst = none?.probability.data.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (other?.probability.data[i] ?? 9))),
        0,
      );
      expect(worst).toBeLessThan(1e-6);
    }
    expect(d4?.tiles).toBe((none?.tiles ?? 0) * 8);
  });

  it('averages out a direction that the model prefers, with all eight views', async () => {
    const slide = memorySlide(paint(64, 64, () => 128));
    const leaning = pixelModel(({ x, y, tile }) => (x - y / 2) / tile);
    const { data } = (await predictSlide(slide, leaning, { views: 'd4' })).probability;
    const mirrored = data.map((_, i) => data[Math.floor(i / 64) * 64 + 63 - (i % 64)] ?? 9);
    const turned = data.map((_, i) => data[(i % 64) * 64 + Math.floor(i / 64)] ?? 9);
    for (const other of [mirrored, turned]) {
      expect(Math.max(...data.map((value, i) => Math.abs(value - (other[i] ?? 9))))).toBeLessThan(1e-6);
    }
  });

  it('hides the tile grid: a network that errs near tile borders gives the same labels on a shifted grid', async () => {
    const [width, height] = [420, 300];
    const soft = disc(70, 210, 150);
    // Context is missing within 8 pixels of a tile's border, where this network is strongly biased.
    const erring = () =>
      pixelModel(({ value, x, y, tile }) => {
        const border = Math.min(x, y, tile - 1 - x, tile - 1 - y);
        return (value - 0.5) * 10 + (border < 8 ? -4 : 0);
      });
    const labels = await Promise.all(
      [0, 13, 31].map(async (shift) => {
        const image = paint(width + shift, height + shift, (x, y) => soft(x - shift, y - shift));
        const { masks } = await predictSlide(memorySlide(image), erring(), { tileSize: 128 });
        return { masks, shift };
      }),
    );
    const at = (index: number, x: number, y: number): number => {
      const { masks, shift } = labels[index] ?? { masks: raster(1, 1, 1, new Uint8Array(1)), shift: 0 };
      return masks.data[(y + shift) * masks.width + x + shift] ?? 9;
    };
    let different = 0;
    for (let y = 20; y < height - 20; y++) {
      for (let x = 20; x < width - 20; x++) if (at(0, x, y) !== at(1, x, y) || at(0, x, y) !== at(2, x, y)) different++;
    }
    expect(different / (width * height)).toBeLessThan(1e-3);
    expect(foreground(labels[0]?.masks.data ?? new Uint8Array())).toBeGreaterThan(0.97 * Math.PI * 70 ** 2);
  });

  it("brings the slide to the model's resolution and the mask back to the slide's", async () => {
    const slide = memorySlide(paint(400, 300, disc(80, 200, 150)), 0.5);
    const model = pixelModel(({ value }) => (value - 0.5) * 10, { micronsPerPixel: 2 });
    const { probability, masks, grid } = await predictSlide(slide, model);
    expect([probability.width, probability.height, grid.downsample, grid.micronsPerPixel]).toEqual([100, 75, 4, 2]);
    expect([masks.width, masks.height]).toEqual([400, 300]);
    expect(foreground(masks.data) / (Math.PI * 80 ** 2)).toBeCloseTo(1, 1);
  });

  it('works on a slide that is coarser than the model, and takes resolutions from the caller', async () => {
    const slide = memorySlide(paint(60, 50, disc(15, 30, 25)));
    const model = pixelModel(({ value }) => (value - 0.5) * 10, { micronsPerPixel: 2 });
    const stated = await predictSlide(slide, model, { micronsPerPixel: 4 });
    const forced = await predictSlide(slide, model, { downsample: 0.5 });
    expect([stated.probability.width, forced.probability.width]).toEqual([120, 120]);
    expect(stated.masks).toEqual(forced.masks);
    expect(forced.grid.micronsPerPixel).toBeUndefined();
  });

  it('labels several classes by the likeliest that reaches the threshold', async () => {
    const slide = memorySlide(paint(64, 8, (x) => x * 4));
    const model = pixelModel(({ value }, c) => (c === 0 ? (value - 0.3) * 20 : (value - 0.6) * 80), {
      classes: ['normal', 'sclerotic'],
    });
    const { masks, probability } = await predictSlide(slide, model);
    expect(probability.channels).toBe(2);
    expect([masks.data[10], masks.data[30], masks.data[60]]).toEqual([0, 1, 2]);
  });

  it('raises and lowers the threshold', async () => {
    const slide = memorySlide(paint(64, 64, (x) => x * 4));
    const areas = [];
    for (const threshold of [0.1, 0.5, 0.9]) {
      areas.push(foreground((await predictSlide(slide, bright(), { threshold })).masks.data));
    }
    expect(areas[0]).toBeGreaterThan(areas[1] ?? 0);
    expect(areas[1]).toBeGreaterThan(areas[2] ?? 0);
  });

  it('reports every batch', async () => {
    const slide = memorySlide(paint(150, 130, () => 0));
    const seen: number[] = [];
    await predictSlide(slide, bright(), {
      batchSize: 2,
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    // Batches end with their column: three columns of three tiles.
    expect(seen.length).toBe(6);
    expect(seen.at(-1)).toBe(1);
  });
});

describe('predictSlide refuses', () => {
  const slide = memorySlide(paint(100, 100, () => 0));

  it('a slide of unknown resolution for a model that has one', async () => {
    const model = pixelModel(() => 0, { micronsPerPixel: 2.5 });
    await expect(predictSlide(slide, model)).rejects.toThrow(
      'the model works at 2.5 µm per pixel, but the slide does not say its resolution; give it in column "mpp" of the slide table or with --microns-per-pixel, or see --estimate-scale',
    );
  });

  it.each([
    [{ tileSize: 100 }, 'multiple of 32, not 100; try 128'],
    [{ overlap: 64 }, 'tiles of 64 pixels cannot overlap by 64'],
    [{ threshold: 2 }, 'threshold'],
    [{ batchSize: 0 }, 'batchSize'],
    [{ downsample: 1000 }, 'leave nothing to segment'],
  ])('settings %j', async (settings, message) => {
    await expect(predictSlide(slide, bright(), settings)).rejects.toThrow(message);
  });

  it('a network whose output its card does not describe', async () => {
    const model = bright();
    const lying = { ...model, card: { ...model.card, classes: ['a', 'b'] } };
    const short = { ...lying, session: { ...model.session, run: async () => new Float32Array(64 * 64) } };
    await expect(predictSlide(slide, short)).rejects.toThrow('where its card promises 8192');
  });

  it('to go on once cancelled, before or during the work', async () => {
    const before = predictSlide(slide, bright(), { signal: AbortSignal.abort() });
    await expect(before).rejects.toMatchObject({ code: 'cancelled' });
    const controller = new AbortController();
    const model = bright();
    const during = predictSlide(slide, model, {
      batchSize: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(during).rejects.toMatchObject({ code: 'cancelled' });
    expect(model.batches.length).toBeLessThan(4);
  });

  it('to hide what the slide or the session throws', async () => {
    const broken = { ...slide, readRows: () => Promise.reject(new Error('cut off')) };
    await expect(predictSlide(broken, bright())).rejects.toThrow('cut off');
    const model = bright();
    const failing = { ...model, session: { ...model.session, run: () => Promise.reject(new Error('out of memory')) } };
    await expect(predictSlide(slide, failing)).rejects.toThrow('out of memory');
  });
});
