/** Every setting of a run that changes its course, once through on small slides. */
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32c } from '@ftuseg/core';
import { createModel, readModelCard, readSafetensors } from '@ftuseg/nn';
import { openSlide } from '@ftuseg/slide';
import { liveTensors, torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { few } from '../../../../tests/long.js';
import { writeDiscSlides } from '../../tests/discs.js';
import type { TrainConfigInput } from '../config/config.js';
import { samplingSchema } from '../config/sampling.js';
import { openSources } from '../dataset/sources.js';
import { requireMemory, stepBytes } from '../network/memory.js';
import { prepareDataset } from '../prepare/prepare.js';
import { writePreview } from '../run/preview.js';
import { trainRun } from '../run/train.js';
import type { TrainProgress } from './progress.js';

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

let folder = '';
let data = '';
let external = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-variants-'));
  data = join(folder, 'data');
  external = join(folder, 'external');
  const settings = { micronsPerPixel: 0.5, tile: 64 };
  await prepareDataset({ table: await writeDiscSlides(join(folder, 'slides'), 6), out: data, ...settings });
  await prepareDataset({ table: await writeDiscSlides(join(folder, 'more'), 2), out: external, ...settings });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = (out: string, more: Partial<TrainConfigInput> = {}): TrainConfigInput => ({
  data,
  out: join(folder, out),
  encoder: 'tu-test_efficientnet',
  group: 'donor',
  foldCount: 3,
  encoderWeights: 'none',
  batchSize: 4,
  epochs: 1,
  samplesPerEpoch: 8,
  seed: 5,
  threads: 1,
  workers: 0,
  ...more,
});

/** What the settings above say and windows of the grid, or folds of tiles, have no use for. */
const grid = { samplesPerEpoch: undefined } as const;
const tiles = { group: undefined } as const;
/** The decoder with the fewest weights. */
const light = { decoder: 'linknet' } as const;

describe.skipIf(!torchAvailable())('trainRun (needs libtorch: make libtorch)', () => {
  const variants: [string, Partial<TrainConfigInput>][] = [
    [
      'fpn-sgd',
      { decoder: 'fpn', optimiser: { name: 'sgd', learningRate: 0.05 }, schedule: { name: 'one-cycle', warmup: 0.3 } },
    ],
    [
      'linknet-adamw',
      { decoder: 'linknet', optimiser: { name: 'adamw', weightDecay: 0.01 }, schedule: { name: 'plateau' } },
    ],
    ['unet3plus-cbam', { decoder: 'unet3plus', attention: 'cbam', loss: { lovasz: 1, tversky: 1 } }],
    ['attention', { decoder: 'attention-unet', hypercolumns: true, loss: { boundary: 1, labelSmoothing: 0.1 } }],
    ['supervised', { deepSupervision: true, tileClassifier: true, attention: 'scse', loss: { jaccard: 1 } }],
    ['keras', { decoder: 'linknet', encoder: 'tu-tf_efficientnet_b0', layout: 'keras', deepSupervision: true }],
    ['transformer', { decoder: 'segformer', encoder: 'mit_b0', hypercolumns: true, deepSupervision: true }],
    ['bfloat16', { decoder: 'segformer', encoder: 'mit_b0', precision: 'bfloat16', freezeEncoder: 1 }],
    ['bins', { sampling: { areaBins: 3 }, augment: { preset: 'strong', cutMix: 1 }, freezeEncoder: 1 }],
    ['reference', { ...grid, ...tiles, preset: 'reference', encoder: 'tu-test_efficientnet', batchSize: 4, epochs: 1 }],
  ];

  it.each(few(variants, 4))('runs %s', async (name, more) => {
    const live = liveTensors();
    const notes: string[] = [];
    const result = await trainRun(settings(name, more), {
      onProgress: (event: TrainProgress) => event.kind === 'note' && notes.push(event.message),
    });
    expect(result.finished).toBe(true);
    expect(result.folds[0]?.steps).toBeGreaterThan(0);
    expect(result.folds[0]?.validation?.loss).toBeGreaterThan(0);
    expect(result.folds[0]?.validation?.accuracy).toBeGreaterThan(0);
    expect(liveTensors()).toBe(live);
    const card = readModelCard(await readFile(join(folder, name, 'model.onnx')), name);
    expect(card.decoder).toBe(more.decoder ?? 'unet');
    expect(card.options?.attention).toBe(more.attention);
    expect(card.options?.layout).toBe(more.layout);
    // Tiles of one slide on both sides: the reference solution's folds leak, and the run says so.
    expect(notes.some((note) => /^warning: .*trained on and validated/.test(note))).toBe(name === 'reference');
  });

  it('refuses what a layout does not have before anything is read', async () => {
    const keras = { layout: 'keras', encoder: 'tu-tf_efficientnet_b0' } as const;
    await expect(trainRun(settings('never', { layout: 'keras', encoder: 'resnet18' }))).rejects.toThrow(
      /keras has no encoder "resnet18"/,
    );
    await expect(trainRun(settings('never', { ...keras, attention: 'scse' }))).rejects.toThrow(
      /no place for attention/,
    );
  });

  it('freezes the encoder while asked: not one of its numbers moves', async () => {
    const encoderOf = async (run: string) => {
      const { state } = readSafetensors(await readFile(join(folder, run, 'checkpoint.safetensors')));
      return [...state].filter(([name, { dtype }]) => name.startsWith('encoder.') && dtype === 'float32');
    };
    await trainRun(settings('frozen', { ...light, freezeEncoder: 1, samplesPerEpoch: 4 }));
    await trainRun(settings('frozen-more', { ...light, freezeEncoder: 1, samplesPerEpoch: 8 }));
    const [few, many] = [await encoderOf('frozen'), await encoderOf('frozen-more')];
    expect(few.length).toBeGreaterThan(50);
    for (const [i, [name, { data: values }]] of few.entries()) {
      const other = many[i]?.[1].data;
      expect([name, Buffer.compare(bytesOf(values), bytesOf(other ?? values.subarray(1)))]).toEqual([name, 0]);
    }
  });

  it('averages the gradients of several batches into one update', async () => {
    const result = await trainRun(
      settings('accumulate', { ...light, optimiser: { accumulate: 2 }, samplesPerEpoch: 16 }),
    );
    expect(result.folds[0]?.steps).toBe(4);
    const { metadata } = readSafetensors(await readFile(join(folder, 'accumulate', 'state.safetensors')));
    const [{ steps }] = JSON.parse(metadata.optimiser ?? '[]');
    expect(new Set(Object.values(steps))).toEqual(new Set([2]));
  });

  it('trains a tile classifier, and starts a segmentation from its encoder', async () => {
    const result = await trainRun(settings('classifier', { task: 'classify' }));
    expect(result.folds[0]?.validation?.accuracy).toBeGreaterThan(0);
    const files = await readdir(join(folder, 'classifier'));
    expect(files).toContain('checkpoint.safetensors');
    expect(files).not.toContain('model.onnx');
    const { state } = readSafetensors(await readFile(join(folder, 'classifier', 'checkpoint.safetensors')));
    expect([...state.keys()].every((name) => /^(encoder|classification_head)\./.test(name))).toBe(true);
    const notes: string[] = [];
    await trainRun(settings('tuned', { ...light, encoderWeights: join(folder, 'classifier') }), {
      onProgress: (event) => event.kind === 'note' && notes.push(event.message),
    });
    expect(notes).toContainEqual(expect.stringMatching(/^not used of .*classifier: classification_head\.3/));
  });

  it('leaves an event file whose records are whole, and curves that are pictures', async () => {
    await trainRun(settings('traces', { ...light, epochs: 2, samplesPerEpoch: 4 }));
    const bytes = await readFile(join(folder, 'traces', 'events.out.tfevents.0000000001.ftuseg'));
    const unmask = (at: number): number => {
      const rotated = (bytes.readUInt32LE(at) - 0xa282ead8) >>> 0;
      return ((rotated >>> 17) | (rotated << 15)) >>> 0;
    };
    const records: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = Number(bytes.readBigUInt64LE(at));
      expect(unmask(at + 8)).toBe(crc32c(bytes.subarray(at, at + 8)));
      const body = bytes.subarray(at + 12, at + 12 + length);
      expect(unmask(at + 12 + length)).toBe(crc32c(body));
      records.push(body.toString('latin1'));
      at += length + 16;
    }
    expect(records).toHaveLength(3);
    expect(records[0]).toContain('brain.Event:2');
    expect(records[2]).toContain('dice/validation');
    const picture = await openSlide(join(folder, 'traces', 'curves.png'));
    expect([picture.width, picture.height]).toEqual([1140, 280]);
    await picture.close();
  });
});

describe('openSources', () => {
  it('gives slides their roles and shares, and ids that two sources share keys of their own', async () => {
    const { slides } = await openSources({
      data,
      sampling: samplingSchema.parse({ positive: 0.7 }),
      sources: {
        external: { data: external, role: 'external', weight: 1 },
        web: { data: external, role: 'pseudo', negative: 0.2, weight: 2 },
      },
    });
    const shares = slides.map(({ key, role, positive, negative, weight }) =>
      [key, role, positive, negative, weight].join(' '),
    );
    expect(shares).toContain('s3 official 0.7 0.25 1');
    expect(shares).toContain('official/s0 official 0.7 0.25 1');
    expect(shares).toContain('external/s0 external 0.6 0.25 1');
    expect(shares).toContain('web/s1 pseudo 0.5 0.2 2');
  });

  it.each([
    [{ web: { role: 'external' } }, /no slide of .* has "web" in its column "source"/],
    [{ web: { data: '/nowhere', role: 'external' } }, /no prepared data set/],
    [{ web: { data: 'x', role: 'extern' } }, /sources\.web\.role/],
  ])('refuses %o', async (sources, message) => {
    await expect(trainRun(settings('refused', { sources } as Partial<TrainConfigInput>))).rejects.toThrow(message);
  });

  it('refuses a source that was prepared otherwise', async () => {
    const coarse = join(folder, 'coarse');
    await prepareDataset({ table: join(folder, 'more', 'slides.csv'), out: coarse, micronsPerPixel: 1, tile: 64 });
    const config = settings('refused', { sources: { web: { data: coarse, role: 'external' } } });
    await expect(trainRun(config)).rejects.toThrow(/has the micrometres per pixel 1, but .* has 0\.5/);
  });

  it('refuses a source that was shrunk by another factor, also where an older index does not say the factor', async () => {
    const table = join(folder, 'more', 'slides.csv');
    const [halves, whole, older] = ['halves', 'whole', 'older'].map((name) => join(folder, name));
    await prepareDataset({ table, out: halves ?? '', downsample: 2, tile: 64 });
    await prepareDataset({ table, out: whole ?? '', tile: 64 });
    await cp(whole ?? '', older ?? '', { recursive: true });
    const index = join(older ?? '', 'dataset.json');
    const { downsample: _, ...rest } = JSON.parse(await readFile(index, 'utf8')) as Record<string, unknown>;
    await writeFile(index, JSON.stringify(rest));
    for (const other of [whole, older]) {
      const config = settings('refused', {
        data: halves ?? '',
        sources: { web: { data: other ?? '', role: 'external' } },
      });
      await expect(trainRun(config)).rejects.toThrow(/has the factor of shrinking 1, but .* has 2/);
    }
  });

  it.each<[Partial<TrainConfigInput>, RegExp]>([
    [{ ...tiles, split: 'tiles' }, /free windows would cut into the tiles that validate/],
    [{ ...grid, tile: 96, sampling: { windows: 'grid' } }, /windows of 96 pixels are not those of tiles\.csv/],
    [{ ...grid, batchSize: 64, sampling: { windows: 'grid' } }, /an epoch has \d+ tiles, fewer than a batch of 64/],
    [{ ...grid, sampling: { windows: 'grid', positive: 0, negative: 0 } }, /the fractions leave no tile/],
    [{ device: 'cuda' }, /cannot use the device "cuda"/],
    [{ batchSize: 4096, tile: 512, workers: 0 }, /need about .* of memory, .*use `--batch-size \d+`/],
  ])('refuses %o', async (more, message) => {
    if (torchAvailable()) await expect(trainRun(settings('refused', more))).rejects.toThrow(message);
    await expect(stat(join(folder, 'refused'))).rejects.toThrow();
  });
});

describe('memory', () => {
  const model = createModel({ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1 });

  it('names a batch that fits, or says that none does', () => {
    const { perImage, fixed } = stepBytes(model, 256);
    expect(() => requireMemory(model, 256, 24, fixed + 10.5 * perImage)).toThrow('use `--batch-size 10`');
    expect(() => requireMemory(model, 256, 10, fixed + 10.5 * perImage)).not.toThrow();
    expect(() => requireMemory(model, 256, 1, fixed)).toThrow(/use a smaller `--tile`/);
  });
});

describe('anatomy and preview', () => {
  it('prepares regions, draws by them, and shows what the network would see', async () => {
    const slides = join(folder, 'regions');
    const table = await writeDiscSlides(slides, 2);
    const ring = (right: number) => [
      [
        [0, 0],
        [right, 0],
        [right, 110],
        [0, 110],
        [0, 0],
      ],
    ];
    const feature = (name: string, right: number) => ({
      type: 'Feature',
      properties: { classification: { name } },
      geometry: { type: 'Polygon', coordinates: ring(right) },
    });
    await writeFile(join(slides, 'regions.json'), JSON.stringify([feature('Medulla', 150), feature('Cortex', 75)]));
    const lines = (await readFile(table, 'utf8')).trim().split('\n');
    await writeFile(table, [`${lines[0]},anatomy`, ...lines.slice(1).map((line) => `${line},regions.json`)].join('\n'));
    const out = join(folder, 'regional');
    await prepareDataset({ table, out, micronsPerPixel: 0.5, tile: 64 });
    const { slides: prepared } = JSON.parse(await readFile(join(out, 'dataset.json'), 'utf8'));
    expect(prepared[0].anatomy).toEqual(['background', 'medulla', 'cortex']);

    const sheet = join(folder, 'preview.png');
    const ofFolds = { group: undefined, foldCount: undefined };
    const sampling = { centred: 0, anatomy: { cortex: 1, medulla: 0, background: 0 } };
    await writePreview(
      { ...settings('-', { data: out, split: 'none', sampling, ...ofFolds }), augment: { preset: 'none' } },
      sheet,
      12,
    );
    const picture = await openSlide(sheet);
    expect([picture.width, picture.height]).toEqual([6 * 68 + 4, 2 * 68 + 4]);
    const pixels = await picture.readRegion({
      x: 0,
      y: 0,
      width: picture.width,
      height: picture.height,
      downsample: 1,
    });
    expect(new Set(pixels.data).size).toBeGreaterThan(50);
    await picture.close();
  });
});
