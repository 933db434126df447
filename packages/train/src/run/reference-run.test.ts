/** Runs on data with fractional labels: the published solution's validation, and ours beside it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModel, initialState, readModelCard } from '@ftuseg/nn';
import { liveTensors, scope, torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDiscSlides } from '../../tests/discs.js';
import type { TrainConfigInput } from '../config/config.js';
import { parseTrainConfig } from '../config/parse-config.js';
import { openSources } from '../dataset/sources.js';
import { loadTrainingData } from '../loop/training-data.js';
import { disposeState, uploadState } from '../network/network.js';
import { predictLogits, wrapImages } from '../network/passes.js';
import { prepareDataset } from '../prepare/prepare.js';
import { predictPrepared } from '../validate/score-pixels.js';
import { validateBatches } from '../validate/validate-batches.js';
import { trainRun } from './train.js';

let folder = '';
let data = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-reference-run-'));
  data = join(folder, 'data');
  const table = await writeDiscSlides(join(folder, 'slides'), 6);
  await prepareDataset({
    table,
    out: data,
    downsample: 2,
    tile: 32,
    resize: 'bilinear',
    edges: 'drop',
    allTiles: true,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = (out: string, more: Partial<TrainConfigInput> = {}): TrainConfigInput => ({
  data,
  out: join(folder, out),
  preset: 'reference',
  encoder: 'tu-test_efficientnet',
  foldCount: 2,
  batchSize: 4,
  encoderWeights: 'none',
  epochs: 1,
  threads: 1,
  workers: 1,
  sampling: { positive: 1, negative: 1 },
  ...more,
});

describe.skipIf(!torchAvailable())('a run with the preset reference (needs libtorch: make libtorch)', () => {
  it('validates by batches, and says in the card what its input is', async () => {
    const live = liveTensors();
    const progress = new Set<string>();
    const { folds, outOfFold, finished } = await trainRun(settings('run', { folds: 'all' }), {
      onProgress: (event) => event.kind === 'validation' && progress.add(`${event.of} ${event.done}/${event.total}`),
    });
    expect(finished).toBe(true);
    // Twelve tiles: six to a fold, of which two are left over.
    expect([...progress]).toEqual(['batch 1/1']);
    const [first] = folds;
    expect(first).toMatchObject({ seed: 5363, steps: 1, validation: { threshold: 0.5, slides: [] } });
    const dice = folds.map(({ validation }) => validation?.meanDice ?? Number.NaN);
    expect(outOfFold?.meanDice).toBeCloseTo((dice[0] ?? 0) / 2 + (dice[1] ?? 0) / 2, 12);
    const path = join(folder, 'run', 'fold-0', 'model.onnx');
    expect(readModelCard(await readFile(path), path)).toMatchObject({
      mean: [0, 0, 0],
      std: [1, 1, 1],
      resize: 'bilinear',
      threshold: 0.5,
    });
    expect(liveTensors()).toBe(live);
  });

  it('refuses a batch that a fold cannot fill, before anything is trained', async () => {
    await expect(trainRun(settings('refused', { batchSize: 7 }))).rejects.toThrow(
      /^validation\.score: 6 tiles validate, fewer than a batch of 7; use a smaller batch/,
    );
  });

  it('scores what the network says of the tiles, batch by batch', async () => {
    const config = parseTrainConfig(settings('-', { loss: { bce: 1, dice: 0, focal: 0 }, batchSize: 2 }));
    const model = createModel({ decoder: 'unet', encoder: 'tu-test_efficientnet', classes: 1 });
    const { validation, split } = await loadTrainingData(config, await openSources(config), 0, 32);
    const state = uploadState(model, initialState(model, 2), true, 'cpu');
    try {
      const result = await validateBatches(model, state, validation, {
        ...config,
        ...config.validation,
        classes: ['glomerulus'],
        tile: 32,
        normalisation: { mean: [0, 0, 0], std: [1, 1, 1] },
      });
      const side = 32;
      const tiles = split.validate.flatMap(({ only = [] }, i) =>
        only.map(({ x, y }) => ({ x, y, of: validation[i]?.pixels })),
      );
      expect(tiles).toHaveLength(6);
      const sums = { dice: 0, loss: 0, right: 0 };
      for (let from = 0; from < 6; from += 2) {
        const counts = { both: 0, sides: 0 };
        for (const { x, y, of } of tiles.slice(from, from + 2)) {
          if (of?.soft === undefined) throw new Error('labels are no fractions');
          const pixel = (i: number): number => (y + Math.floor(i / side)) * of.width + x + (i % side);
          const image = Float32Array.from({ length: side * side * 3 }, (_, i) => {
            return (of.image[pixel(Math.floor(i / 3)) * 3 + (i % 3)] ?? 0) / 255;
          });
          const logits = scope(() =>
            Array.from(predictLogits(model, state, wrapImages(image, 1, side, config), config).toArray(), Number),
          );
          logits.forEach((logit, i) => {
            const target = (of.soft?.[pixel(i)] ?? 0) / 254;
            const found = logit > 0 ? 1 : 0;
            counts.both += found * (target > 0.5 ? 1 : 0);
            counts.sides += found + (target > 0.5 ? 1 : 0);
            sums.right += found === target ? 1 : 0;
            sums.loss += Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)));
          });
        }
        sums.dice += (2 * counts.both) / counts.sides;
      }
      expect(result.meanDice).toBeCloseTo(sums.dice / 3, 6);
      expect(result.loss).toBeCloseTo(sums.loss / 6 / side ** 2, 5);
      expect(result.accuracy).toBeCloseTo(sums.right / 6 / side ** 2, 3);
      expect(result.meanDice).toBeGreaterThan(0.05);
    } finally {
      disposeState(state);
    }
  });

  it('takes the loss of whole slides from their fractions too', async () => {
    const config = parseTrainConfig(
      settings('-', { split: 'grouped', group: 'donor', loss: { bce: 1, dice: 0, focal: 0 } }),
    );
    const model = createModel({ decoder: 'unet', encoder: 'resnet18', classes: 1 });
    const { validation } = await loadTrainingData(config, await openSources(config), 0, 32);
    const pixels = validation[0]?.pixels;
    if (pixels?.soft === undefined) throw new Error('labels are no fractions');
    const state = uploadState(model, initialState(model, 2), true, 'cpu');
    try {
      const tiles = [0, 32].map((x) => ({ x, y: 0, width: 32, height: 32 }));
      const sums = { soft: 0, hard: 0 };
      const entropy = (p: number, target: number): number => -target * Math.log(p) - (1 - target) * Math.log(1 - p);
      const { loss } = await predictPrepared(
        model,
        state,
        { pixels, tiles },
        {
          ...config,
          ...config.validation,
          classes: ['glomerulus'],
          tile: 32,
          normalisation: { mean: [0, 0, 0], std: [1, 1, 1] },
        },
        ({ top, probability, counts }) => {
          probability.forEach((p, i) => {
            if (counts[i] === 0) return;
            const at = top * pixels.width + i;
            sums.soft += entropy(p, (pixels.soft?.[at] ?? 0) / 254) / 1024;
            sums.hard += entropy(p, pixels.mask[at] ?? 0) / 1024;
          });
        },
      );
      expect(loss).toBeCloseTo(sums.soft, 4);
      expect(Math.abs(loss - sums.hard)).toBeGreaterThan(1e-3);
    } finally {
      disposeState(state);
    }
  });
});
