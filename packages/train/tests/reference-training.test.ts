/**
 * The published solution's training, recomputed in Python from its behaviour (tests/python/reference_training.py), against ours with the
 * preset `reference`: the same tiles, pixels, folds, epochs, rates, losses, updates and scores, to the rounding that each test says.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, decodeNpy, quantileBins } from '@ftuseg/core';
import { createModel, initialState } from '@ftuseg/nn';
import { dispatch, noGrad, scope, tensor, torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { TrainConfig } from '../src/config/config.js';
import { parseTrainConfig } from '../src/config/parse-config.js';
import { loadSlide } from '../src/dataset/load-slide.js';
import { openSources, type Sources } from '../src/dataset/sources.js';
import { segmentationLoss } from '../src/loss/loss.js';
import { disposeState, uploadState } from '../src/network/network.js';
import { createOptimiser } from '../src/optimise/optimiser.js';
import { createSchedule } from '../src/optimise/schedule.js';
import { prepareDataset } from '../src/prepare/prepare.js';
import { windowPlan } from '../src/sampling/plan.js';
import { gridCount, gridEpoch } from '../src/sampling/sampler.js';
import { splitSlides } from '../src/split/split.js';
import { batchCount, scoreBatch } from '../src/validate/validate-batches.js';
import { writeReferenceSlides } from './reference-slides.js';

const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('../../../tests/python/reference_training.py', import.meta.url));
const available = spawnSync(python, ['-c', 'import numpy, cv2']).status === 0;
if (!available)
  console.warn('the recomputation in Python is skipped: sudo apt-get install python3-numpy python3-opencv');

const expectedSchema = z.object({
  tiles: z.array(z.object({ slide: z.string(), x: z.int(), y: z.int(), density: z.int() })),
  bins: z.array(z.int()),
  folds: z.array(z.int()),
  epochs: z.array(z.object({ counts: z.array(z.array(z.int())), steps: z.int() })),
  rates: z.array(z.number()),
  loss: z.record(z.string(), z.number()),
  adam: z.array(z.array(z.number())),
  validation: z.object({ batches: z.int(), dice: z.number(), accuracy: z.number() }),
});

const [window, side, factor, batch] = [128, 32, 4, 6];
const random = createRandom(11);
const floats = (count: number, draw: () => number): number[] =>
  Array.from({ length: count }, () => Math.fround(draw()));
const fraction = (): number => (random.chance(0.5) ? random.int(2) : random.int(5) / 4);
const area = 8 * 8;
const given = {
  window,
  side,
  batch,
  folds: 5,
  seed: 5363,
  quantiles: 500,
  rate: 1e-4,
  shares: [0.6, 0.25],
  logits: floats(3 * area, () => random.uniform(-8, 8)),
  targets: floats(3 * area, fraction),
  start: floats(5, () => random.uniform(-1, 1)),
  gradients: Array.from({ length: 12 }, (_, step) =>
    floats(5, () => random.normal() * 10 ** -(step % 4)).map((value, i) => (i === 4 ? value * 1e-6 : value)),
  ),
  rates: Array.from({ length: 12 }, (_, step) => 1e-3 * (1 + (step % 3))),
  // A dozen and one: two whole batches and a remainder that nobody scores; in the second one there is nothing to find.
  probabilities: Array.from({ length: 13 }, (_, n) =>
    floats(area, () => (n < 6 ? random.next() : 0.4 * random.next())),
  ),
  validationTargets: Array.from({ length: 13 }, (_, n) => floats(area, () => (n < 6 ? fraction() : 0))),
};

describe.skipIf(!available)('the published training (needs python3 with numpy and cv2)', () => {
  let folder = '';
  let expected: z.output<typeof expectedSchema>;
  let pixels: { images: Float32Array; masks: Float32Array };
  let config: TrainConfig;
  let sources: Sources;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-reference-'));
    // In no order, and with remainders on both sides.
    const official = ['m', 'b', 'z', 'a'].map((id, i) => ({
      id,
      width: 901 - 7 * i,
      height: 560 + 61 * i,
      objects: 30,
    }));
    const tiles = Array.from({ length: 11 }, (_, i) => ({
      id: `e${i}`,
      width: window,
      height: window,
      objects: i % 3,
    }));
    const main = await writeReferenceSlides(folder, official);
    const external = await writeReferenceSlides(folder, tiles);
    const input = { ...given, slides: main.named, sources: [{ slides: external.named, shares: [0.6, 0.1] }] };
    await writeFile(join(folder, 'input.json'), JSON.stringify(input));
    execFileSync(python, [script, folder], { stdio: 'inherit' });
    expected = expectedSchema.parse(JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')));
    const array = async (name: string): Promise<Float32Array> => {
      const { data } = decodeNpy(await readFile(join(folder, name)));
      if (!(data instanceof Float32Array)) throw new TypeError(`${name} is not float32`);
      return data;
    };
    pixels = { images: await array('images.npy'), masks: await array('masks.npy') };
    const how = { downsample: factor, tile: side, resize: 'bilinear', edges: 'drop', allTiles: true } as const;
    await prepareDataset({ rows: main.rows, out: join(folder, 'data'), ...how });
    await prepareDataset({ rows: external.rows, out: join(folder, 'external'), ...how });
    config = parseTrainConfig({
      preset: 'reference',
      data: join(folder, 'data'),
      out: join(folder, 'run'),
      batchSize: batch,
      sources: { web: { data: join(folder, 'external'), role: 'external', positive: 0.6, negative: 0.1 } },
    });
    sources = await openSources(config);
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Tiles of level 0 as ours have them, for comparison. */
  const placed = (
    entries: readonly { slide: { id: string }; tiles: readonly { x: number; y: number; density: number }[] }[],
  ) =>
    entries.flatMap(({ slide, tiles }) =>
      tiles.map(({ x, y, density }) => ({
        slide: slide.id,
        x: x * factor,
        y: y * factor,
        density: density * window ** 2,
      })),
    );

  it('cuts the same tiles and counts the same labelled pixels on level 0, exactly', () => {
    const ours = placed(sources.slides.filter(({ role }) => role === 'official'));
    const key = ({ slide, x, y }: { slide: string; x: number; y: number }): string => `${slide} ${x} ${y}`;
    const inOrder = new Map(ours.map((tile) => [key(tile), tile]));
    expect(ours).toHaveLength(expected.tiles.length);
    expect(expected.tiles.map((tile) => inOrder.get(key(tile)))).toEqual(expected.tiles);
  });

  it('has the same pixels to half an 8-bit step, and the same fractions of labels to half a step of 1/254', async () => {
    const loaded = new Map(
      await Promise.all(
        sources.slides.map(
          async ({ dataset, slide }) => [slide.id, { slide, ...(await loadSlide(dataset, slide)) }] as const,
        ),
      ),
    );
    let [colour, label, fractions, lost] = [0, 0, 0, 0];
    expected.tiles.forEach(({ slide: id, x, y, density }, n) => {
      const ours = loaded.get(id);
      if (ours?.soft === undefined) throw new Error(`slide ${id} has no fractions`);
      let sum = 0;
      for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
          const at = (y / factor + row) * ours.width + x / factor + column;
          const theirs = (n * side + row) * side + column;
          const share = pixels.masks[theirs] ?? Number.NaN;
          sum += share;
          if (share > 0 && share < 1) fractions++;
          label = Math.max(label, Math.abs((ours.soft[at] ?? 0) / 254 - share));
          if ((ours.mask[at] === 1) !== share >= 0.5) label = 1;
          for (let c = 0; c < 3; c++) {
            const difference = (ours.image[at * 3 + c] ?? 0) / 255 - (pixels.images[theirs * 3 + c] ?? Number.NaN);
            colour = Math.max(colour, Math.abs(difference));
          }
        }
      }
      if (density > 0 && sum === 0) lost++;
    });
    expect(colour).toBeLessThanOrEqual(0.5 / 255 + 1e-6);
    expect(label).toBeLessThanOrEqual(0.5 / 254 + 1e-6);
    expect(fractions).toBeGreaterThan(500);
    // At least one a slide: the stray pixel, which only level 0 knows of.
    expect(lost).toBeGreaterThanOrEqual(4);
  });

  it('has the same bins, but that equal edges are merged', () => {
    const positive = expected.tiles.map(({ density }) => density).filter((density) => density > 0);
    const bins = quantileBins(positive, given.quantiles, { shares: 'linspace' });
    expect([...bins].map((bin) => bin + 1)).toEqual(expected.bins.filter((bin) => bin > 0));
    expect(new Set(bins).size).toBeGreaterThan(40);
  });

  it('deals out the same folds, tile by tile and in the same order', () => {
    for (let fold = 0; fold < given.folds; fold++) {
      const { train, validate } = splitSlides(sources.slides, config, fold);
      const held = (of: boolean) => expected.tiles.filter((_, i) => (expected.folds[i] === fold) === of);
      expect(placed(validate.map(({ slide, only = [] }) => ({ slide, tiles: only })))).toEqual(held(true));
      expect(placed(train.filter(({ role }) => role === 'official'))).toEqual(held(false));
    }
  });

  it('sees as many tiles of each source in an epoch, each at most once, and takes as many steps', () => {
    for (const [fold, { counts, steps }] of expected.epochs.entries()) {
      const { train } = splitSlides(sources.slides, config, fold);
      const slides = train.map(({ slide: { width, height } }) => ({ width, height, objects: new Int32Array() }));
      const plan = windowPlan(train, slides, config, { side, grid: side });
      if (plan.kind !== 'grid') throw new Error('the preset draws from the grid');
      expect(plan.pools.map(({ count }) => count)).toEqual(counts.flat().filter((count) => count > 0));
      expect(Math.floor(gridCount(plan) / batch)).toBe(steps);
      const epoch = (number: number): string[] => {
        const windows = gridEpoch(plan, config.seed, number);
        return Array.from({ length: windows.length / 3 }, (_, i) => windows.subarray(i * 3, i * 3 + 3).join());
      };
      expect(new Set(epoch(0)).size).toBe(counts.flat().reduce((sum, count) => sum + count, 0));
      expect(new Set(epoch(1))).not.toEqual(new Set(epoch(0)));
    }
  });

  it('has the same rate in every epoch, to 1e-12 of it', () => {
    const schedule = createSchedule(config.schedule);
    expect(config.epochs).toBe(expected.rates.length);
    expected.rates.forEach((rate, epoch) => {
      const ours = config.optimiser.learningRate * schedule.factor({ progress: 0, epoch, steps: 1 });
      expect(Math.abs(ours / rate - 1)).toBeLessThan(1e-12);
    });
  });

  it.skipIf(!torchAvailable())('has the same loss of fractional targets, and the same of each term, to 1e-6', () => {
    scope(() => {
      const shape = [3, 1, 8, 8];
      const logits = tensor(Float32Array.from(given.logits), shape);
      const targets = tensor(Float32Array.from(given.targets), shape);
      const of = (loss: TrainConfig['loss']): number => segmentationLoss(logits, targets, loss, 'soft').total.item();
      expect(Math.abs(of(config.loss) - (expected.loss.total ?? 0))).toBeLessThan(1e-6);
      for (const term of ['bce', 'dice', 'focal'] as const) {
        const alone = of({ ...config.loss, bce: 0, dice: 0, focal: 0, [term]: 1 });
        expect(Math.abs(alone - (expected.loss[term] ?? 0)), term).toBeLessThan(1e-6);
      }
    });
  });

  it.skipIf(!torchAvailable())('moves weights the same, step by step, to 1e-6', () => {
    const model = createModel({ decoder: 'unet', encoder: 'resnet18', classes: 1 });
    const state = uploadState(model, initialState(model, 1), false, 'cpu');
    const optimiser = createOptimiser(model, state, config.optimiser);
    try {
      const first = state.get('encoder.bn1.weight');
      if (first === undefined) throw new Error('the encoder has no such weight');
      const padded = (values: readonly number[]): Float32Array => {
        const all = new Float32Array(first.shape[0] ?? 0);
        all.set(values);
        return all;
      };
      noGrad(() => scope(() => first.copyFrom(tensor(padded(given.start), first.shape))));
      given.gradients.forEach((gradient, step) => {
        scope(() => {
          optimiser.zeroGrad();
          dispatch('sum', dispatch('mul.Tensor', first, tensor(padded(gradient), first.shape))).backward();
          optimiser.step((given.rates[step] ?? 0) / config.optimiser.learningRate);
        });
        const ours = Array.from(first.toArray(), Number);
        expected.adam[step]?.forEach((value, i) => {
          expect(Math.abs((ours[i] ?? Number.NaN) - value)).toBeLessThan(1e-6);
        });
      });
    } finally {
      optimiser.dispose();
      disposeState(state);
    }
  });

  it('scores whole batches the same, to 1e-12', () => {
    const whole = Math.floor(given.probabilities.length / batch);
    expect(whole).toBe(expected.validation.batches);
    const flat = (all: readonly number[][], n: number): Float32Array =>
      Float32Array.from(all.slice(n * batch, (n + 1) * batch).flat());
    const scores = Array.from({ length: whole }, (_, n) =>
      scoreBatch(flat(given.probabilities, n), flat(given.validationTargets, n), batch, 1),
    );
    const mean = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0) / whole;
    expect(mean(scores.map(({ dice: [dice = 0] }) => dice))).toBeCloseTo(expected.validation.dice, 12);
    expect(mean(scores.map(({ accuracy }) => accuracy))).toBeCloseTo(expected.validation.accuracy, 12);
    expect(scores[1]?.dice).toEqual([1]);
    const tiles = given.probabilities.map((_, x) => ({ x, y: 0, width: side, height: side }));
    const none = { width: 1, height: 1, image: new Uint8Array(), mask: new Uint8Array() };
    expect(batchCount([{ id: 's', pixels: none, tiles }], batch)).toBe(whole);
  });
});
