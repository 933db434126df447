import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, FtuError } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySlide, paint, testCard } from '../../tests/fakes.js';
import { realModel } from '../../tests/real-model.js';
import { predictSlide } from '../predict/predict-slide.js';
import { createNodeSession } from '../session/session.node.js';
import type { SegmentationModel } from './model.js';
import { loadModel } from './model.node.js';

let folder: string;
let path: string;
let model: SegmentationModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-model-'));
  path = join(folder, 'model.onnx');
  await writeFile(path, realModel());
  model = await loadModel(path, { threads: 1 });
});

afterAll(async () => {
  await model.close();
  await rm(folder, { recursive: true });
});

describe('loadModel', () => {
  it('needs one file: the card and the network', () => {
    expect(model.card).toEqual(testCard);
    expect(model.source).toEqual({ name: path, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('runs batches that equal single runs, at several sizes', async () => {
    const random = createRandom(9);
    for (const side of [32, 96]) {
      const pixels = Float32Array.from({ length: 3 * 3 * side * side }, () => random.normal());
      const together = await model.session.run(pixels, [3, 3, side, side]);
      expect(together.length).toBe(3 * side * side);
      for (let n = 0; n < 3; n++) {
        const alone = await model.session.run(pixels.slice(n * 3 * side ** 2, (n + 1) * 3 * side ** 2), [
          1,
          3,
          side,
          side,
        ]);
        const worst = alone.reduce(
          (m, value, i) => Math.max(m, Math.abs(value - (together[n * side ** 2 + i] ?? 9))),
          0,
        );
        expect(worst).toBeLessThan(1e-4);
      }
    }
  });

  it('predicts a slide, the same for every batch size', async () => {
    const random = createRandom(4);
    const slide = memorySlide(paint(100, 60, () => random.int(256)));
    const one = await predictSlide(slide, [model], { all: true, batchSize: 1 });
    const four = await predictSlide(slide, [model], { all: true, batchSize: 4 });
    const worst = one.probability.data.reduce(
      (m, p, i) => Math.max(m, Math.abs(p - (four.probability.data[i] ?? 9))),
      0,
    );
    expect(worst).toBeLessThan(1e-5);
    expect(Math.min(...one.probability.data)).toBeGreaterThan(0);
    expect(Math.max(...one.probability.data)).toBeLessThan(1);
  });

  it.each([
    ['missing.onnx', undefined, 'there is no such file'],
    ['text.onnx', 'this is not a model', 'not an ONNX model file'],
    ['empty.onnx', '', 'not an ONNX model file'],
    ['.', undefined, 'it is a folder'],
  ])('refuses %s in one sentence', async (name, content, message) => {
    const file = join(folder, name);
    if (content !== undefined) await writeFile(file, content);
    const error = await loadModel(file).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FtuError);
    expect(String(error)).toContain(message);
    expect(String(error)).toContain(file);
    expect(String(error)).not.toContain('\n');
  });

  it('refuses a model that is cut off', async () => {
    const file = join(folder, 'cut.onnx');
    const whole = realModel();
    await writeFile(file, whole.subarray(0, whole.length >> 1));
    await expect(loadModel(file)).rejects.toBeInstanceOf(FtuError);
  });
});

describe('createNodeSession', () => {
  it('turns what ONNX Runtime says into one sentence that names the model', async () => {
    const bytes = new TextEncoder().encode('nonsense');
    const error = await createNodeSession(bytes, { subject: 'bad.onnx' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FtuError);
    expect(String(error)).toMatch(/bad\.onnx: the file is damaged or is no ONNX model/);
    expect(String(error)).not.toMatch(/\n|\.cc:/);
  });

  it('refuses a batch that the network cannot take, and goes on afterwards', async () => {
    const error = await model.session
      .run(new Float32Array(3 * 40 * 40), [1, 3, 40, 40])
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FtuError);
    expect(String(error)).toMatch(/failed on a batch of 1 x 3 x 40 x 40/);
    expect(String(error)).not.toMatch(/\n|\.cc:/);
    expect((await model.session.run(new Float32Array(3 * 32 * 32), [1, 3, 32, 32])).length).toBe(1024);
  });

  it('refuses a batch that is not of its shape', async () => {
    await expect(model.session.run(new Float32Array(10), [1, 3, 32, 32])).rejects.toMatchObject({
      code: 'bad-input',
      problem: 'the model failed on a batch of 1 x 3 x 32 x 32',
    });
  });

  it('refuses impossible thread counts', async () => {
    await expect(createNodeSession(realModel(), { threads: 0 })).rejects.toThrow('threads must be a positive integer');
  });

  it('says so when it is closed; closing twice is harmless', async () => {
    const session = await createNodeSession(realModel(), { threads: 1 });
    await session.close();
    await session.close();
    await expect(session.run(new Float32Array(3 * 32 * 32), [1, 3, 32, 32])).rejects.toThrow('already closed');
  });
});
