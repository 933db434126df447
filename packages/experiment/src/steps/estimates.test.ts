/** How much work steps are, on slides whose tiles can be counted by hand. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Raster, raster } from '@ftuseg/core';
import { openContentDigests } from '@ftuseg/files';
import { parseClasses, writePng } from '@ftuseg/slide';
import { prepareDataset } from '@ftuseg/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workOf } from '../engine/look-ahead.js';
import { createSurvey } from '../estimate/survey.js';
import { checkRecipe } from '../recipe/check-recipe.js';
import { readRecipe } from '../recipe/read-recipe.js';
import type { StepRecord } from '../records/step-record.js';
import { rowsOf } from '../step-kind/outputs.js';
import type { EstimateContext } from '../step-kind/step-kind.js';

let folder: string;
const silent = (): void => undefined;

/** Pink tissue on white background: the left half, or all. @param red tells pictures apart, since two of the same pixels are one slide */
function tissue(width: number, height: number, until: number, red = 200): Raster<Uint8Array> {
  const data = new Uint8Array(width * height * 3).fill(255);
  for (let i = 0; i < width * height; i++) if (i % width < until) data.set([red, 90, 150], 3 * i);
  return raster(width, height, 3, data);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-works-'));
  const mask = new Uint8Array(512 * 256);
  for (let y = 0; y < 64; y++) mask.fill(1, y * 512, y * 512 + 64);
  for (const [n, id] of ['a', 'b', 'c', 'd'].entries()) {
    await writePng(join(folder, `${id}.png`), tissue(512, 256, 512, 200 + n));
    await writePng(join(folder, `${id}-mask.png`), raster(512, 256, 1, mask));
  }
  await writePng(join(folder, 'half.png'), tissue(512, 256, 256));
  const rows = ['a', 'b', 'c', 'd'].map((id) => `${id},${id}.png,${id}-mask.png,2,old`);
  await writeFile(
    join(folder, 'slides.csv'),
    ['id,image,mask,mpp,kind', ...rows, 'half,half.png,a-mask.png,2,new', ''].join('\n'),
  );
});

afterAll(() => rm(folder, { recursive: true }));

const recipe = `name: test
slides:
  old: { table: slides.csv, where: kind=old }
  new: { table: slides.csv, where: kind=new }
steps:
  data: { do: prepare, slides: old, micronsPerPixel: 4, tile: 32 }
  stage:
    do: train
    data: data
    settings: { encoder: tu-tf_efficientnet_lite0, foldCount: 2, folds: all, batchSize: 4, epochs: 3, samplesPerEpoch: 9, validation: { every: 2, overlap: 0.5 } }
  grid:
    do: train
    data: data
    settings: { encoder: tu-tf_efficientnet_lite0, split: none, batchSize: 5, epochs: 2, maxMinutes: 2, sampling: { windows: grid, positive: 1, negative: 0.5 } }
  best: { do: select, from: stage, best: 1 }
  whole: { do: select, from: [stage], by: whole-slides }
  labels: { do: pseudo-label, models: best, slides: new, like: data, settings: { views: reference } }
  found: { do: predict, models: stage, slides: new, settings: { overlap: 0, views: d4 } }
  or: { do: predict, models: best, slides: new, settings: { merge: or, overlap: 16 } }
  larger: { do: predict, models: best, slides: new, settings: { tileSize: 64, overlap: 0, all: true, scales: '1,0.5' } }
  scores: { do: evaluate, predictions: found }
  tuned: { do: tune, models: stage }
  pieces: { do: ablate, stages: { one: best, two: stage }, slides: new, settings: { overlap: 0 } }
  report: { do: report }
`;

async function contextOf(): Promise<EstimateContext> {
  const path = join(folder, 'recipe.yaml');
  await writeFile(path, recipe);
  const out = join(folder, 'out');
  const checked = await checkRecipe(await readRecipe(path), out);
  return {
    checked,
    out,
    root: folder,
    digests: openContentDigests(join(out, 'digests.txt')),
    device: 'cpu',
    threads: 2,
    signal: undefined,
    note: silent,
    progress: silent,
    records: new Map(),
    outcomes: [],
    survey: createSurvey(false),
  };
}

/** Units of a step by their names. */
async function countsOf(name: string, context?: EstimateContext): Promise<Record<string, number>> {
  const work = await workOf(name, context ?? (await contextOf()));
  const counts: Record<string, number> = {};
  for (const { unit, count } of work?.items ?? []) counts[unit] = (counts[unit] ?? 0) + count;
  return counts;
}

describe('the work of a training', () => {
  it('is whole batches of images, and validation tiles of every slide once for all folds', async () => {
    // 9 windows are 2 batches of 4; slides of 256 x 128 working pixels in tiles of 32 that share 16 are 15 x 7.
    expect(await countsOf('stage')).toMatchObject({
      'training image': 2 * 3 * 8,
      'validated tile': 2 * 4 * 15 * 7,
      'trained fold': 2,
    });
  });

  it('of grid windows is guessed from the slides, and counted once they are prepared', async () => {
    const context = await contextOf();
    // 4 slides of 8 x 4 tiles, of which three in ten count as positive: 0.3 + 0.7 / 2 of them, in batches of 5.
    expect((await countsOf('grid', context))['training image']).toBe(2 * 5 * Math.floor((128 * 0.65) / 5));
    const data = join(folder, 'out', 'data', 'data');
    const rows = rowsOf(context, 'old');
    await prepareDataset({ rows, out: data, micronsPerPixel: 4, tile: 32, classes: parseClasses(undefined) });
    const record: StepRecord = {
      format: 1,
      fingerprint: '',
      status: 'done',
      seconds: 0,
      peakBytes: null,
      summary: '',
      digest: '',
      output: { data, slides: 4, tiles: 128 },
    };
    const prepared = { ...context, records: new Map([['data', record]]) };
    // The object is 32 x 32 working pixels: one tile of 32 in each slide.
    expect((await countsOf('grid', prepared))['training image']).toBe(2 * 5 * Math.floor((4 + 124 / 2) / 5));
    expect((await countsOf('stage', prepared))['validated tile']).toBe(2 * 4 * 15 * 7);
    expect((await workOf('grid', context))?.limit).toBe(120);
  });
});

describe('the work of a prediction', () => {
  it('is the tiles that are no background, for every model and view', async () => {
    // 8 x 4 tiles, half of them background, two folds, eight views.
    expect(await countsOf('found')).toMatchObject({
      'predicted tile': 16 * 2 * 8,
      'loaded network': 2,
      'finished slide': 1,
      'finished megapixel': 0.131072,
    });
  });

  it('follows tile size, magnifications and all tiles', async () => {
    // 4 x 2 tiles of 64, and at half the size 128 x 64 pixels: 2 x 1.
    expect((await countsOf('larger'))['predicted tile']).toBe(8 + 2);
  });

  it('of merge "or" is the windows of the published grid', async () => {
    // Level-0 windows of 64 that overlap by 32: 512 / 32 + 1 across, 256 / 32 + 1 down.
    expect((await countsOf('or'))['predicted tile']).toBe(17 * 9);
  });

  it('of pseudo-labels is prediction and preparing', async () => {
    const counts = await countsOf('labels');
    expect(counts).toMatchObject({ 'loaded network': 1, 'prepared slide': 1 });
    expect(counts['predicted tile']).toBeGreaterThan(0);
    expect(counts['finished slide']).toBeUndefined();
  });
});

describe('the work of other steps', () => {
  it('predicts every labelled slide once where folds are compared, and nothing where scores are known', async () => {
    // Tiles of 32 that share 8: 11 x 5.
    expect(await countsOf('whole')).toMatchObject({ 'predicted tile': 4 * 11 * 5, 'scored slide': 4 });
    expect(await countsOf('tuned')).toMatchObject({ 'predicted tile': 4 * 11 * 5, 'loaded network': 2 });
    expect(await countsOf('best')).toEqual({ selection: 1 });
  });

  it('predicts once for a table, with the most views, and a little more', async () => {
    const counts = await countsOf('pieces');
    expect(counts['predicted tile']).toBeCloseTo(1.3 * 16 * 3 * 4);
  });

  it('counts slides', async () => {
    expect(await countsOf('data')).toMatchObject({ 'prepared slide': 4, 'read megapixel': (4 * 256 * 128) / 1e6 });
    expect(await countsOf('scores')).toMatchObject({ 'scored slide': 1 });
    expect(await countsOf('report')).toEqual({ report: 1, 'reported slide': 1 });
  });
});
