/** A network with random weights, calibrated on drawn slides. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, raster } from '@ftuseg/core';
import { isQuantisedOnnx, readModelCard } from '@ftuseg/nn';
import { type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCard } from '../../tests/fakes.js';
import { realModel } from '../../tests/real-model.js';
import { calibrationTiles } from './calibration-tiles.node.js';
import { DifferenceMeter } from './difference.js';
import { quantiseModel } from './quantise-model.node.js';

let folder: string;
const rowOf = (id: string, mpp?: number): SlideRow => {
  const image = join(folder, `${id}.png`);
  return { id, image, columns: { id, image }, ...(mpp === undefined ? {} : { micronsPerPixel: mpp }) };
};

/** The left part of it is stained. */
async function draw(id: string, stained: number): Promise<void> {
  const random = createRandom(3);
  const data = Uint8Array.from({ length: 200 * 160 * 3 }, (_, i) => {
    const tissue = Math.floor(i / 3) % 200 < stained;
    return tissue ? ([200, 110, 170][i % 3] ?? 0) + random.int(50) : 245;
  });
  await writePng(join(folder, `${id}.png`), raster(200, 160, 3, data));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-int8-'));
  for (const [id, stained] of [
    ['a', 200],
    ['b', 60],
    ['empty', 0],
  ] as const)
    await draw(id, stained);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const card = { ...testCard, tileSize: 64, micronsPerPixel: 2 };

describe('calibrationTiles', () => {
  const options = { perSlide: 3, side: 64, seed: 1 };
  it('takes tissue at the scale of the model, and the same again', async () => {
    const [a, b] = await calibrationTiles([rowOf('a', 2), rowOf('b', 2)], card, options);
    expect([a?.tiles.length, b?.tiles.length]).toEqual([3, 2]);
    const again = await calibrationTiles([rowOf('a', 2), rowOf('b', 2)], card, options);
    expect(again[0]?.tiles[0]).toEqual(a?.tiles[0]);
    // Twice as large, the slide has four times as many tiles; those of its left third are tissue.
    const [large] = await calibrationTiles([rowOf('b', 4)], card, { ...options, perSlide: 99 });
    expect(large?.tiles.length).toBe(10);
  });

  it('refuses slides without tissue, and without a scale', async () => {
    await expect(calibrationTiles([rowOf('empty', 2)], card, options)).rejects.toThrow(
      /no tissue was found on .*\(empty\)/,
    );
    await expect(calibrationTiles([rowOf('a')], card, options)).rejects.toThrow(
      /slide a: the model works at 2 µm per pixel, but/,
    );
    const trained = {
      ...card,
      micronsPerPixel: null,
      downsample: 4,
      slideMicronsPerPixel: [0.25, 0.25] as [number, number],
    };
    await expect(calibrationTiles([rowOf('a', 2)], trained, options)).rejects.toThrow(
      /slide a: .*trained by a factor of 4/,
    );
  });
});

describe('quantiseModel', () => {
  it('writes what it was calibrated with into the card', async () => {
    const file = realModel({ tileSize: 64, micronsPerPixel: 2 });
    const notes: string[] = [];
    const found = await quantiseModel(file, [rowOf('a', 2), rowOf('empty', 2)], {
      tiles: 4,
      seed: 7,
      subject: 'm.onnx',
      onNote: (note) => void notes.push(note),
    });
    expect(notes).toEqual(['no tissue was found on empty: calibrated without']);
    expect(isQuantisedOnnx(found.file)).toBe(true);
    expect(readModelCard(found.file, 'm.onnx')).toEqual(found.card);
    expect(found.card.quantisation).toMatchObject({ tiles: 2, tileSize: 64, seed: 7, percentile: 0.9999 });
    expect(found.quantisation.slides).toEqual([
      { id: 'a', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), tiles: 2 },
      { id: 'empty', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), tiles: 0 },
    ]);
    const { probability } = found.quantisation.difference;
    expect(probability).toBeGreaterThan(0);
    expect(probability).toBeLessThan(0.02);
  });
});

describe('DifferenceMeter', () => {
  it('counts labels on the other side of the threshold', () => {
    const meter = new DifferenceMeter(0.5);
    meter.add(Float32Array.of(2, 1, -1, -3), Float32Array.of(2, -1, 1, -3));
    const { labels, dice, probability } = meter.difference();
    expect([labels, dice]).toEqual([0.5, 0.5]);
    expect(probability).toBeCloseTo((2 * (1 / (1 + Math.exp(-1)) - 1 / (1 + Math.E))) / 4, 3);
    expect(new DifferenceMeter(0.5).difference().dice).toBeNull();
  });
});
