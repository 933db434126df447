import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModel, readModelCard, readSafetensors } from '@ftuseg/nn';
import { parseClasses } from '@ftuseg/slide';
import { liveTensors, noGrad, scope, tensor, torchAvailable } from '@ftuseg/torch';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { prepareDiscs } from '../../tests/discs.js';
import type { TrainConfigInput } from '../config/config.js';
import type { TrainProgress } from '../loop/progress.js';
import { disposeState, forward, uploadState } from '../network/network.js';
import { prepareDataset } from '../prepare/prepare.js';
import { resumeRun, trainRun } from './train.js';

const historySchema = z.object({ epoch: z.int(), validationDice: z.number() });

describe.skipIf(!torchAvailable())('trainRun (needs libtorch: make libtorch)', () => {
  let folder = '';
  let data = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-train-'));
    data = await prepareDiscs(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const settings = (out: string, more: Partial<TrainConfigInput> = {}): TrainConfigInput => ({
    data,
    out: join(folder, out),
    split: 'none',
    encoder: 'tu-test_efficientnet',
    encoderWeights: 'none',
    batchSize: 4,
    epochs: 2,
    samplesPerEpoch: 24,
    seed: 5,
    threads: 1, // tiny tensors: a second thread on a busy machine costs more than it gives
    optimiser: { learningRate: 3e-3 },
    schedule: { warmup: 0 },
    augment: { rotationChance: 0 },
    ...more,
  });

  it('learns, and leaves a run folder whose model file predicts as the checkpoint does', async () => {
    const events: TrainProgress[] = [];
    const live = liveTensors();
    const config = settings('run', {
      split: 'grouped',
      group: 'donor',
      foldCount: 3,
      folds: 1,
      ema: 0.9,
      epochs: 3,
      optimiser: { learningRate: 3e-3, encoderFactor: 0.5, clipNorm: 5 },
    });
    const result = await trainRun(config, { onProgress: (event) => events.push(event) });
    expect(liveTensors()).toBe(live);
    const [fold] = result.folds;
    expect(fold).toMatchObject({ fold: 1, epochs: 3, steps: 18, validation: { threshold: 0.5 } });
    expect(result.outOfFold?.meanDice).toBe(fold?.validation?.meanDice);
    const steps = events.filter((event) => event.kind === 'step');
    const epochs = events.filter((event) => event.kind === 'epoch');
    expect(steps).toHaveLength(18);
    expect(epochs[2]?.loss).toBeLessThan(0.7 * (epochs[0]?.loss ?? 0));
    expect(epochs.every(({ validationDice }) => validationDice !== undefined)).toBe(true);

    const path = (name: string): string => join(folder, 'run', name);
    expect((await readdir(join(folder, 'run'))).sort()).toEqual([
      'checkpoint.safetensors',
      'config.yaml',
      'curves.png',
      'curves.svg',
      'events.out.tfevents.0000000001.ftuseg',
      'history.jsonl',
      'metrics.json',
      'model.onnx',
      'state.safetensors',
    ]);
    const lines = (await readFile(path('history.jsonl'), 'utf8')).trim().split('\n');
    const history = lines.map((line) => historySchema.parse(JSON.parse(line)));
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(Math.max(...history.map(({ validationDice }) => validationDice))).toBe(fold?.validation?.meanDice);
    const written = parse(await readFile(path('config.yaml'), 'utf8'));
    expect(written).toMatchObject({ tile: 64, seed: 5, run: { classes: ['glomerulus'], encoderWeights: 'none' } });
    expect([...written.run.trainedOn, ...written.run.validatedOn].sort()).toEqual(['s0', 's1', 's2', 's3', 's4', 's5']);

    const bytes = await readFile(path('model.onnx'));
    const card = readModelCard(bytes, 'model.onnx');
    expect(card).toMatchObject({ name: 'run', tileSize: 64, micronsPerPixel: 0.5, classes: ['glomerulus'] });
    expect(card.training).toMatchObject({
      epoch: fold?.bestEpoch,
      seed: 5,
      encoderWeights: 'none',
      validationDice: fold?.validation?.meanDice,
    });
    const { state, metadata } = readSafetensors(await readFile(path('checkpoint.safetensors')), 'checkpoint');
    expect(metadata).toMatchObject({ encoder: 'tu-test_efficientnet', epoch: String(fold?.bestEpoch) });
    const model = createModel({ decoder: 'unet', encoder: card.encoder, classes: 1 });
    const input = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => Math.sin(i));
    const tensors = uploadState(model, state, false);
    const expected = noGrad(() =>
      scope(() => forward(model, tensors, tensor(input, [1, 3, 64, 64]), { training: false }).toArray()),
    );
    disposeState(tensors);
    const session = await ort.InferenceSession.create(bytes);
    const { logits } = await session.run({ image: new ort.Tensor('float32', input, [1, 3, 64, 64]) });
    const actual = logits?.data;
    if (!(actual instanceof Float32Array && expected instanceof Float32Array))
      throw new TypeError('logits are float32');
    expect(actual).toHaveLength(expected.length);
    const differences = Array.from(expected, (value, i) => Math.abs(value - (actual[i] ?? 0)));
    expect(Math.max(...differences)).toBeLessThan(1e-4);

    await expect(trainRun(config)).rejects.toThrow(/already holds a run/);
  });

  it('gives the same weights for the same seed, with and without workers', async () => {
    const weights = async (out: string, more: Partial<TrainConfigInput>): Promise<Buffer> => {
      await trainRun(settings(out, { decoder: 'linknet', epochs: 1, samplesPerEpoch: 12, ...more }));
      const { state } = readSafetensors(await readFile(join(folder, out, 'checkpoint.safetensors')));
      return Buffer.concat(
        [...state.values()].map(({ data: { buffer, byteOffset, byteLength } }) =>
          Buffer.from(buffer, byteOffset, byteLength),
        ),
      );
    };
    const first = await weights('same-1', { workers: 2 });
    expect((await weights('same-2', { workers: 0 })).equals(first)).toBe(true);
    expect((await weights('other', { seed: 6 })).equals(first)).toBe(false);
  });

  it('stops after the step in hand when asked, and keeps the state', async () => {
    const abort = new AbortController();
    let steps = 0;
    const stopped = trainRun(settings('stopped', { epochs: 50 }), {
      signal: abort.signal,
      onProgress: ({ kind }) => {
        if (kind === 'step' && ++steps === 2) abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(steps).toBe(2);
    const files = await readdir(join(folder, 'stopped'));
    expect(files).toContain('state.safetensors');
    expect(files).not.toContain('metrics.json');
    // Another split than the one that it began with.
    const path = join(folder, 'stopped', 'config.yaml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/trainedOn:\n\s+- s\d\n/, 'trainedOn:\n'));
    await expect(resumeRun(join(folder, 'stopped'))).rejects.toThrow(
      /begun with other slides to train and to validate on/,
    );
  });

  it('does not go on with a data set that was prepared anew, not even after folds that are finished', async () => {
    const table = join(folder, 'slides', 'slides.csv');
    const anew = join(folder, 'anew');
    const prepare = (micronsPerPixel: number) => prepareDataset({ table, out: anew, micronsPerPixel, tile: 64 });
    await prepare(0.5);
    const abort = new AbortController();
    const split = { data: anew, split: 'grouped', group: 'donor', foldCount: 2, folds: 'all' } as const;
    const stopped = trainRun(settings('two-folds', { ...split, decoder: 'linknet', epochs: 1, samplesPerEpoch: 8 }), {
      signal: abort.signal,
      onProgress: (event) => {
        if (event.kind === 'step' && event.fold === 1) abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    await prepare(1);
    await expect(resumeRun(join(folder, 'two-folds'))).rejects.toThrow(
      /two-folds.fold-0: the run was begun with other rasters or labels than the data set has now/,
    );
    await prepare(0.5);
    expect((await resumeRun(join(folder, 'two-folds'))).folds).toHaveLength(2);
  });

  it('stops on a loss that is not finite and names the tiles', async () => {
    const wild = settings('wild', {
      encoder: 'tu-tf_efficientnet_lite0',
      epochs: 50,
      optimiser: { learningRate: 1, clipNorm: 1e30 },
      loss: { bce: 1e38 },
    });
    await expect(trainRun(wild)).rejects.toThrow(/no longer finite in epoch \d+, tiles s\d at \(\d+, \d+\), s\d/);
  });

  it('ends in time when the budget is short, with several classes and a searched threshold', async () => {
    const two = join(folder, 'two');
    await prepareDataset({
      table: join(folder, 'slides', 'slides.csv'),
      out: two,
      classes: parseClasses('disc=1;same=1'),
    });
    const config = settings('short', { data: two, tile: 64, epochs: 1000, maxMinutes: 0.03, split: 'grouped' });
    const result = await trainRun({ ...config, validate: 'donor=d2', validation: { threshold: 'search' } });
    const [fold] = result.folds;
    expect(fold?.seconds).toBeLessThan(20);
    expect(fold?.steps).toBeGreaterThan(0);
    expect(fold?.validation?.threshold).toBeGreaterThanOrEqual(0.2);
    expect(Object.keys(fold?.validation?.classes ?? {})).toEqual(['disc', 'same']);
    expect((await stat(join(folder, 'short', 'metrics.json'))).isFile()).toBe(true);
  });

  it('runs in bfloat16 when asked and keeps float32 weights, or says that libtorch cannot', async () => {
    const bfloat16 = { decoder: 'linknet', epochs: 1, samplesPerEpoch: 8, precision: 'bfloat16' } as const;
    const result = await trainRun(settings('half', { ...bfloat16, encoder: 'timm-efficientnet-b0' }));
    expect(result.folds[0]?.steps).toBe(2);
    const { state } = readSafetensors(await readFile(join(folder, 'half', 'checkpoint.safetensors')));
    expect(state.get('segmentation_head.0.weight')?.dtype).toBe('float32');
    // ReLU6 has no derivative in bfloat16 in libtorch 1.13; newer ones have it.
    const lite = await trainRun(settings('half-lite', bfloat16)).catch((error: unknown) => error);
    if (lite instanceof Error) expect(lite).toMatchObject({ code: 'unsupported', subject: 'precision' });
  });

  it.each([
    [{ encoder: 'tu-tf_efficientnet_lite' }, /tu-tf_efficientnet_lite0/],
    [{ tile: 50 }, /50 is not a multiple of 32; use 32 or 64/],
    [{ data: '/nowhere' }, /no prepared data set/],
    [{ encoderWeights: '/nowhere.npz' }, /cannot be read/],
    [{ encoderWeights: '' }, /encoderWeights/],
    [{ encoderWeights: 'weights.pth' }, /cannot be read|not known/],
    [{ sampling: { balanceBy: 'hospital' } }, /no column "hospital"/],
  ])('refuses %o before it writes anything', async (more, message) => {
    await expect(trainRun(settings('refused', more))).rejects.toThrow(message);
    await expect(stat(join(folder, 'refused'))).rejects.toThrow();
  });
});
