/** `merge: or` beside the published inference recomputed by NumPy and OpenCV, from a picture and model files to the submission. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, decodeNpy, decodeRle, raster } from '@ftuseg/core';
import { loadModel, type PredictSettings, predictTable, type SegmentationModel } from '@ftuseg/infer';
import type { ModelCard } from '@ftuseg/nn';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Convolution, convolutionModel } from './convolution-model.js';

const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('python/reference_inference.py', import.meta.url));
const able = spawnSync(python, ['-c', 'import numpy, cv2']).status === 0;

const tile = 64;
const card: Partial<ModelCard> = { tileSize: tile, resize: 'bilinear', threshold: 0.4 };

/** Lopsided kernels, so that every view sees something else; both are in doubt about grey. */
const toys: readonly Convolution[] = [3, 8].map((seed) => {
  const random = createRandom(seed);
  const weight = Array.from({ length: 27 }, () => Math.fround(random.uniform(-0.6, 1.6)));
  return { weight, bias: Math.fround(-0.65 * weight.reduce((sum, value) => sum + value, 0)) };
});

/** Blobs of every size, with the grain that averages would lose. */
function picture(width: number, height: number) {
  const random = createRandom(width);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const blob = Math.sin(x / 31 + Math.sin(y / 47)) * Math.cos(y / 23) + 0.5 * Math.sin((x + 2 * y) / 90);
      for (let c = 0; c < 3; c++) data[at++] = Math.max(0, Math.min(255, 120 + blob * (60 + 15 * c) + random.int(70)));
    }
  }
  return raster(width, height, 3, data);
}

interface Case {
  readonly width: number;
  readonly height: number;
  readonly factor: number;
  readonly crf: boolean;
}

const cases: readonly Case[] = [
  { width: 701, height: 523, factor: 4, crf: false },
  { width: 587, height: 433, factor: 2, crf: false },
  { width: 651, height: 377, factor: 2.5, crf: false },
  { width: 629, height: 402, factor: 2.7, crf: false },
  { width: 128, height: 300, factor: 1, crf: false },
  { width: 701, height: 523, factor: 4, crf: true },
  { width: 587, height: 433, factor: 2, crf: true },
  { width: 651, height: 377, factor: 2.5, crf: true },
];

const overlap = 16;
let folder: string;
const models: SegmentationModel[] = [];

const fileOf = ({ width, factor, crf }: Case, end: string): string =>
  join(folder, `${width}-${factor}${crf ? '-crf' : ''}${end}`);

/** All cases in one process: most of its time is its start. */
async function runPython(): Promise<void> {
  const kernels = toys.map(({ weight, bias }) => ({
    weight: [[0, 9, 18].map((c) => [0, 3, 6].map((y) => weight.slice(c + y, c + y + 3)))],
    bias,
  }));
  const specs = cases.map((one) => ({
    image: fileOf(one, '.png'),
    mask: fileOf(one, '.mask.npy'),
    near: fileOf(one, '.near.npy'),
    code: fileOf(one, '.txt'),
    resize: tile,
    models: kernels,
    threshold: 0.4,
    crf: one.crf,
    window: Math.round(tile * one.factor),
    overlap: Math.round(overlap * one.factor),
  }));
  await writeFile(join(folder, 'specs.json'), JSON.stringify(specs));
  const { status, stderr } = spawnSync(python, [script, join(folder, 'specs.json')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

beforeAll(async () => {
  if (!able) return;
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-reference-'));
  for (const one of cases) await writePng(fileOf(one, '.png'), picture(one.width, one.height));
  await runPython();
  for (const [i, toy] of toys.entries()) {
    const path = join(folder, `toy-${i}.onnx`);
    await writeFile(path, convolutionModel(toy, card));
    models.push(await loadModel(path, { threads: 1 }));
  }
});

afterAll(async () => {
  if (!able) return;
  await Promise.all(models.map((model) => model.close()));
  await rm(folder, { recursive: true });
});

async function bytesOf(path: string): Promise<Uint8Array> {
  const { data } = decodeNpy(await readFile(path));
  if (!(data instanceof Uint8Array)) throw new TypeError(`${path} holds no bytes`);
  return data;
}

/** The code in the submission. */
async function predicted(one: Case): Promise<string> {
  const out = fileOf(one, '-predictions');
  const settings: PredictSettings = { merge: 'or', views: 'reference', overlap, downsample: one.factor };
  const crf = one.crf ? 'reference' : 'none';
  const row = { id: 'slide', image: fileOf(one, '.png'), columns: {} };
  await predictTable([row], models, { ...settings, crf, out, outputs: [] });
  const [, line = ''] = (await readFile(join(out, 'submission.csv'), 'utf8')).split('\n');
  return line.slice('slide,'.length);
}

async function compare(one: Case) {
  const code = await predicted(one);
  const mask = await bytesOf(fileOf(one, '.mask.npy'));
  const share = mask.reduce((sum, label) => sum + label, 0) / mask.length;
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.9);
  const { data } = decodeRle(code, one.width, one.height);
  return { code, different: [...data.keys()].filter((i) => data[i] !== mask[i]), pixels: data.length };
}

describe.skipIf(!able)('the published inference (skipped: /usr/bin/python3 has no numpy and cv2)', () => {
  it.each(cases.filter(({ crf }) => !crf))(
    'has the same mask by threshold: $width x $height at 1/$factor',
    async (one) => {
      const { code, different } = await compare(one);
      // Rounding may tip a working pixel on the threshold, and with it what it is enlarged to; nothing else may differ.
      const near = await bytesOf(fileOf(one, '.near.npy'));
      expect(different.filter((i) => near[i] === 0)).toEqual([]);
      expect(different.length).toBeLessThan(20 * one.factor ** 2);
      if (different.length === 0) expect(code).toBe(await readFile(fileOf(one, '.txt'), 'utf8'));
    },
  );

  it.each(cases.filter(({ crf }) => crf))(
    'has the same mask by DenseCRF: $width x $height at 1/$factor',
    async (one) => {
      const { different, pixels } = await compare(one);
      expect(different.length / pixels).toBeLessThan(0.0002);
    },
  );
});
