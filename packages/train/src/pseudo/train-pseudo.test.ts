/** A second stage in small: official slides beside pseudo-labelled ones, with everything that looks at targets. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, raster, resampleMask } from '@ftuseg/core';
import { readModelCard } from '@ftuseg/nn';
import { readLabelImage, readSlideTable, type SlideRow } from '@ftuseg/slide';
import { liveTensors, torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { long } from '../../../../tests/long.js';
import { writeDiscSlides } from '../../tests/discs.js';
import { lossesOf, tensorsOf } from '../../tests/run-contents.js';
import type { TrainConfigInput } from '../config/config.js';
import { prepareDataset } from '../prepare/prepare.js';
import { resumeRun, trainRun } from '../run/train.js';
import { preparePseudoLabels } from './prepare-pseudo-labels.js';

/** A network that is mostly right, and often unsure. */
async function guess({ id, mask = '' }: SlideRow, width: number, height: number) {
  const random = createRandom(id.length);
  const { data } = resampleMask(await readLabelImage(mask), width, height);
  const probability = Float32Array.from(data, (value) => Math.abs((value ? 1 : 0) - random.uniform(0, 0.6)));
  return raster(width, height, 1, probability);
}

describe.skipIf(!torchAvailable())('trainRun with pseudo-labels (needs libtorch: make libtorch)', () => {
  let folder = '';
  let data = '';
  let pseudo = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-second-'));
    [data, pseudo] = [join(folder, 'data'), join(folder, 'pseudo')];
    const rows = await readSlideTable(await writeDiscSlides(join(folder, 'slides'), 6));
    const settings = { micronsPerPixel: 0.5, tile: 64 };
    await prepareDataset({ rows: rows.slice(0, 4), out: data, ...settings });
    const { labelled } = await preparePseudoLabels({
      rows: rows.slice(4),
      out: pseudo,
      ...settings,
      classes: ['glomerulus'],
      source: 'round-1',
      kind: 'soft',
      uncertain: [0.3, 0.7],
      provenance: { models: ['first stage'] },
      predict: (row, _, { width, height }) => guess(row, width, height),
    });
    for (const { uncertain } of labelled) expect(uncertain).toBeGreaterThan(0.3);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const every = { bce: 1, dice: 1, jaccard: 0.5, focal: 1, tversky: 0.5, lovasz: 0.5, boundary: 0.5 };
  const settings = (out: string, more: Partial<TrainConfigInput> = {}): TrainConfigInput => ({
    data,
    out: join(folder, out),
    encoder: 'tu-test_efficientnet',
    group: 'donor',
    foldCount: 2,
    encoderWeights: 'none',
    batchSize: 2,
    epochs: 2,
    samplesPerEpoch: 8,
    seed: 5,
    threads: 1,
    workers: 1,
    deepSupervision: true,
    tileClassifier: true,
    loss: { ...every, labelSmoothing: 0.1 },
    augment: { preset: 'strong', cutMix: 0.5 },
    sources: { second: { data: pseudo, role: 'pseudo', weight: 2 } },
    ...more,
  });

  /** What a tile classifier has a use for. */
  const classifier = {
    task: 'classify',
    deepSupervision: undefined,
    tileClassifier: undefined,
    loss: { labelSmoothing: 0.1 },
  } as const;
  const gridSources = (pseudoLabels: string) =>
    ({ samplesPerEpoch: undefined, sources: { second: { data: pseudoLabels, role: 'pseudo' } } }) as const;

  it.runIf(long)('goes on after an interruption to the same weights, bit for bit', async () => {
    const live = liveTensors();
    const whole = settings('whole');
    expect(await trainRun(whole)).toMatchObject({ finished: true });
    const broken = settings('broken');
    const abort = new AbortController();
    const stopped = trainRun(broken, {
      signal: abort.signal,
      onProgress: (event) => {
        if (event.kind === 'step' && event.step === 6) abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(await resumeRun(broken.out)).toMatchObject({ finished: true });
    for (const file of ['state.safetensors', 'checkpoint.safetensors']) {
      expect(await tensorsOf(join(broken.out, file))).toBe(await tensorsOf(join(whole.out, file)));
    }
    const losses = await lossesOf(whole.out);
    expect(losses).toHaveLength(2);
    expect(await lossesOf(broken.out)).toEqual(losses);
    expect(liveTensors()).toBe(live);
  });

  it.runIf(long)('says in the card that it was trained on pseudo-labelled slides, and validated on none', async () => {
    const path = join(folder, 'whole', 'model.onnx');
    const { training } = readModelCard(await readFile(path), path);
    expect(training).toMatchObject({ trainedOn: ['s2', 's3', 's4', 's5'], validatedOn: ['s0', 's1'] });
  });

  it.runIf(long)('trains a tile classifier, and from tiles of the grid', async () => {
    const classify = settings('classify', { ...classifier, epochs: 1 });
    expect(await trainRun(classify)).toMatchObject({ finished: true });
    const grid = settings('grid', {
      ...gridSources(pseudo),
      epochs: 1,
      sampling: { windows: 'grid', positive: 0.3 },
      tileClassifier: false,
    });
    expect(await trainRun(grid)).toMatchObject({ finished: true });
    for (const out of ['classify', 'grid']) {
      const [epoch] = (await lossesOf(join(folder, out))) as { loss: number }[];
      expect(epoch?.loss).toBeGreaterThan(0);
    }
  });

  it.runIf(long)('learns nothing from tiles of which nothing is certain', async () => {
    const out = join(folder, 'unsure');
    const rows = await readSlideTable(join(folder, 'slides', 'slides.csv'));
    // One corner is certain, because a run without a single label is refused; no tile without objects holds it.
    const corner = (width: number, height: number) =>
      Float32Array.from({ length: width * height }, (_, i) => (i % width < 8 && i < 8 * width ? 1 : 0.5));
    await preparePseudoLabels({
      rows: rows.slice(4),
      out,
      micronsPerPixel: 0.5,
      tile: 64,
      classes: ['glomerulus'],
      source: 'unsure',
      kind: 'hard',
      uncertain: [0.3, 0.7],
      provenance: {},
      predict: async (_, __, { width, height }) => raster(width, height, 1, corner(width, height)),
    });
    const run = settings('nothing', {
      train: 'source=unsure',
      split: 'none',
      epochs: 1,
      augment: { preset: 'none' },
      group: undefined,
      foldCount: undefined,
      samplesPerEpoch: undefined,
      sampling: { windows: 'grid' },
      sources: { second: { data: out, role: 'pseudo', positive: 0, negative: 1 } },
    });
    for (const task of ['segment', 'classify'] as const) {
      const own = task === 'classify' ? classifier : {};
      await trainRun({ ...run, ...own, out: join(folder, `nothing-${task}`) });
      expect(await lossesOf(join(folder, `nothing-${task}`))).toMatchObject([{ loss: 0, dice: 1 }]);
    }
  });

  it('does not start where predicted labels would validate', async () => {
    const main = settings('refused', { data: pseudo, sources: {} });
    await expect(trainRun(main)).rejects.toThrow(/its labels are predictions/);
    const validate = settings('refused', { validate: 'source=round-1', foldCount: undefined, group: undefined });
    await expect(trainRun(validate)).rejects.toThrow(/slide "s4" is pseudo and may not validate/);
  });
});
