import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ftuseg/core';
import { createModel, exportOnnx, initialState, type ModelCard, type ModelSpec, type StateDict } from '@ftuseg/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySlide, paint } from '../../tests/fakes.js';
import { timeTile } from '../budget/estimate-table.node.js';
import { predictSlide } from '../predict/predict-slide.js';
import type { WeightedModel } from './ensemble.js';
import { closeModels, loadModels } from './load-models.node.js';

const encoder = 'tu-test_efficientnet';

/** A network whose encoder has the weights of one seed, and its decoder those of another. */
function fileOf(decoder: ModelSpec['decoder'], seed: number, encoderSeed: number, card: Partial<ModelCard> = {}) {
  const model = createModel({ decoder, encoder, classes: 1 });
  const start = initialState(model, encoderSeed);
  const state: StateDict = new Map(
    [...initialState(model, seed)].map(([name, own]) => [
      name,
      name.startsWith('encoder.') ? (start.get(name) ?? own) : own,
    ]),
  );
  return exportOnnx(model, state, {
    format: 1,
    name: `${decoder} ${seed}`,
    decoder,
    encoder,
    classes: ['glomerulus'],
    tileSize: 64,
    micronsPerPixel: null,
    mean: [0.5, 0.5, 0.5],
    std: [0.2, 0.2, 0.2],
    threshold: 0.5,
    training: {},
    ...card,
  });
}

let folder = '';
const path = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-shared-'));
  const files = {
    unet: fileOf('unet', 1, 9),
    linknet: fileOf('linknet', 2, 9),
    fpn: fileOf('fpn', 3, 9),
    apart: fileOf('unet', 4, 8),
    scaled: fileOf('unet', 5, 9, { std: [0.3, 0.3, 0.3] }),
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(path(name), bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = (names: readonly string[], share: boolean, notes: string[] = []) =>
  loadModels(
    names.map((name, i) => ({ path: path(name), weight: i + 1 })),
    { share, threads: 1, onNote: (note) => notes.push(note) },
  );

async function withModels<T>(models: readonly WeightedModel[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await closeModels(models);
  }
}

describe('models with an encoder in common', () => {
  it('get one network, and predict what each of them predicts', async () => {
    const random = createRandom(3);
    const slide = memorySlide(paint(300, 170, () => random.int(256)));
    const names = ['unet', 'apart', 'linknet', 'scaled', 'fpn'];
    const found = [];
    for (const share of [false, true]) {
      const notes: string[] = [];
      const models = await open(names, share, notes);
      const networks = new Set(models.map(({ model }) => model.shared?.network ?? model.session));
      expect(networks.size).toBe(share ? 3 : 5);
      expect(models.map(({ model, weight }) => [model.card.decoder, weight])).toEqual([
        ['unet', 1],
        ['unet', 2],
        ['linknet', 3],
        ['unet', 4],
        ['fpn', 5],
      ]);
      expect(notes).toEqual(
        share
          ? [
              `${path('unet')}, ${path('linknet')}, ${path('fpn')} have an encoder in common, which is computed once for all of them`,
            ]
          : [],
      );
      const progress: number[] = [];
      const one = await withModels(models, () =>
        predictSlide(slide, models, {
          all: true,
          downsample: 1,
          views: 'reference',
          scales: [1, 0.8],
          onProgress: ({ done, total }) => progress.push(done / total),
        }),
      );
      expect(progress.at(-1)).toBe(1);
      found.push(one);
    }
    const [apart, together] = found.map(({ probability, agreement }) => ({ probability, agreement }));
    const furthest = apart?.probability.data.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (together?.probability.data[i] ?? Number.NaN))),
      0,
    );
    expect(furthest).toBeLessThan(1e-5);
    expect(apart?.probability.data.some((value) => value > 0.5)).toBe(true);
  });

  it('answer by themselves where one is asked alone, and are timed by their share', async () => {
    const [apart, together] = [await open(['unet', 'linknet'], false), await open(['unet', 'linknet'], true)];
    await withModels([...apart, ...together], async () => {
      const batch = Float32Array.from({ length: 2 * 3 * 64 * 64 }, (_, i) => Math.sin(i * 0.37));
      for (const n of [0, 1]) {
        const [own, joined] = [apart, together].map((models) => models[n]?.model.session);
        const wanted = await own?.run(batch, [2, 3, 64, 64]);
        const given = await joined?.run(batch, [2, 3, 64, 64]);
        expect(given?.length).toBe(2 * 64 * 64);
        expect(given?.every((value, i) => Math.abs(value - (wanted?.[i] ?? Number.NaN)) < 1e-4)).toBe(true);
      }
      const [one] = together;
      let clock = 0;
      if (one !== undefined) expect(await timeTile(one.model, 64, () => (clock += 8))).toBe(8 / 4 / 2);
    });
  });

  it('ends with the sentence of the file that cannot be loaded', async () => {
    await expect(open(['unet', 'linknet', 'gone'], true)).rejects.toThrow('gone');
  });
});
