import { createRandom } from '@ftuseg/core';
import { SlideError } from '@ftuseg/slide';
import { describe, expect, it } from 'vitest';
import { few } from '../../../../tests/long.js';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import type { PredictBandsOptions, PredictedBand } from '../bands/predicted-band.js';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { planSlide } from '../plan/plan.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { predictBands } from './predict-bands.js';

const random = createRandom(3);
/** Blotches of some twenty pixels. */
const painted = (width: number) =>
  paint(width, 230, (x, y) => 128 + 100 * Math.sin(x / 7) * Math.cos(y / 9) + random.int(20));
const blotches = painted(420);
/** A band of a CRF is no narrower than its blocks. */
const wide = painted(700);

/** Errs near the border of its tile, so that every mistake in stitching shows. */
const erring = (card: Parameters<typeof pixelModel>[1] = {}) =>
  pixelModel(({ value, x, y, tile }) => (value - 0.5) * 8 + (x - y) / tile, { classes: ['a', 'b'], ...card });

function planOf(
  models: readonly (SegmentationModel | WeightedModel)[],
  settings: PredictSettings,
  slide = memorySlide(settings.crf === undefined ? blotches : wide, 1),
) {
  const ensemble = ensembleOf(models);
  const resolved = resolveSettings({ ...(settings.merge === 'or' ? {} : { all: true }), ...settings }, ensemble);
  return { slide, plan: planSlide(slide, ensemble, resolved) };
}

async function collect(
  models: readonly (SegmentationModel | WeightedModel)[],
  settings: PredictSettings = {},
  options: PredictBandsOptions = {},
): Promise<PredictedBand[]> {
  const { slide, plan } = planOf(models, settings);
  const bands: PredictedBand[] = [];
  for await (const band of predictBands(slide, plan, options)) bands.push(band);
  return bands;
}

/** All columns as one list of values, whatever the bands. */
function flat(bands: readonly PredictedBand[], of: 'probability' | 'agreement' = 'probability'): Float32Array {
  const images = bands.flatMap((band) => band[of] ?? []);
  const values = new Float32Array(images.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { width, height, channels, data } of images) {
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) {
        for (let c = 0; c < channels; c++) values[at++] = data[(y * width + x) * channels + c] ?? 9;
      }
    }
  }
  return values;
}

const runsOf = (bands: readonly PredictedBand[]) =>
  bands.flatMap(({ runs }) => [...runs.starts, ...runs.labels, ...runs.ends]).length;

const cases: readonly {
  name: string;
  models: () => (SegmentationModel | WeightedModel)[];
  settings: PredictSettings;
}[] = [
  { name: 'one model', models: () => [erring()], settings: {} },
  { name: 'all views', models: () => [erring()], settings: { views: 'd4', merge: 'mean' } },
  {
    name: 'two resolutions',
    models: () => [
      { model: erring({ micronsPerPixel: 2, tileSize: 96 }), weight: 2 },
      { model: erring({ micronsPerPixel: 1.3 }), weight: 1 },
    ],
    settings: { merge: 'gaussian' },
  },
  { name: 'scales', models: () => [erring({ micronsPerPixel: 2 })], settings: { scales: [1, 0.7], merge: 'center' } },
  { name: 'masks joined by OR', models: () => [erring({ classes: ['a'] })], settings: { merge: 'or', downsample: 2 } },
  { name: 'DenseCRF', models: () => [erring({ classes: ['a'] })], settings: { crf: 'reference' } },
];

describe('predictBands', () => {
  it.each(cases)('gives the same bytes in one band and in many: $name', async ({ models, settings }) => {
    const one = await collect(models(), settings, { bandColumns: 10_000 });
    expect(one.length).toBeGreaterThan(0);
    const [expected, agreement] = [flat(one), flat(one, 'agreement')];
    for (const bandColumns of few([1, 150, 37], 2)) {
      const many = await collect(models(), settings, { bandColumns });
      expect(many.length).toBeGreaterThan(1);
      expect(flat(many)).toEqual(expected);
      expect(flat(many, 'agreement')).toEqual(agreement);
      expect(runsOf(many)).toBe(runsOf(one));
    }
  });

  it.each(few(cases, 3))('goes on from any band as if nothing had happened: $name', async ({ models, settings }) => {
    const bands = await collect(models(), settings, { bandColumns: 100 });
    expect(bands.length).toBeGreaterThan(1);
    for (const [i, { state }] of bands.slice(0, -1).entries()) {
      const rest = await collect(models(), settings, { bandColumns: 100, state });
      expect(flat(rest)).toEqual(flat(bands.slice(i + 1)));
      expect(rest.map(({ runs }) => runs)).toEqual(bands.slice(i + 1).map(({ runs }) => runs));
    }
    expect(await collect(models(), settings, { state: bands.at(-1)?.state })).toEqual([]);
  });

  it('averages models by weight, each at its own resolution', async () => {
    const saying = (p: number, micronsPerPixel: number) => pixelModel(() => Math.log(p / (1 - p)), { micronsPerPixel });
    const models = [
      { model: saying(0.9, 2), weight: 3 },
      { model: saying(0.1, 1.5), weight: 1 },
    ];
    const bands = await collect(models, { threshold: 0.6 });
    const found = new Set(flat(bands));
    expect(found.size).toBeGreaterThan(0);
    for (const value of found) expect(value).toBeCloseTo(0.7, 5);
    expect(new Set(flat(bands, 'agreement'))).toEqual(new Set([191]));
  });

  it('does not show background to the network, and takes it for background', async () => {
    const background = memorySlide(
      paint(300, 200, () => 240),
      1,
    );
    const model = pixelModel(() => 5);
    const { plan } = planOf([model], { all: false }, background);
    let progress = 0;
    for await (const band of predictBands(background, plan, {
      onProgress: ({ done, total }) => (progress = done / total),
    })) {
      expect(Math.max(...band.probability.data)).toBe(0);
    }
    expect([model.batches.length, progress]).toEqual([0, 1]);
  });

  it('takes what is damaged for white, says where, and goes on', async () => {
    const whole = memorySlide(blotches, 1);
    const damaged = {
      ...whole,
      readRows: async (wanted: Parameters<typeof whole.readRows>[0]) => {
        const { left = 0, top, columns = wanted.width, rows } = wanted;
        if (left < 210 && left + columns > 200 && top < 110 && top + rows > 100) {
          throw new SlideError('bad-input', 'tile 7 is damaged');
        }
        return whole.readRows(wanted);
      },
    };
    const { plan } = planOf([pixelModel(({ value }) => (value - 0.5) * 10)], {}, damaged);
    const unreadable: object[] = [];
    const bands: PredictedBand[] = [];
    for await (const band of predictBands(damaged, plan, { onUnreadable: (region) => unreadable.push(region) })) {
      bands.push(band);
    }
    expect(unreadable).toContainEqual({ x: 192, y: 64, width: 64, height: 64 });
    expect(flat(bands)[200 * 230 + 105]).toBeCloseTo(1 / (1 + Math.exp(-5)), 5);
    expect(flat(bands).length).toBe(420 * 230);
  });

  it('ends at what is no damage: a slide that is gone', async () => {
    const gone = { ...memorySlide(blotches, 1), readRows: () => Promise.reject(new SlideError('io', 'gone')) };
    const { plan } = planOf([erring()], {}, gone);
    await expect(predictBands(gone, plan).next()).rejects.toThrow('gone');
  });
});

describe('ensembleOf', () => {
  it('refuses models with different classes, and weights that are none', () => {
    const [a, b] = [erring(), erring({ classes: ['a', 'c'] })];
    expect(() => ensembleOf([a, b])).toThrow('must know the same classes: this one knows a, c');
    expect(() => ensembleOf([{ model: a, weight: 0 }])).toThrow('a positive number, not 0');
    expect(() => ensembleOf([])).toThrow('at least one model');
    expect(ensembleOf([a]).classes).toEqual(['a', 'b']);
  });
});
