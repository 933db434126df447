/** `ftu predict --estimate-scale` as people run it: asked first, accepted, and refused where there is nothing to estimate. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { createModel, initialState, writeSafetensors } from '@ftuseg/nn';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from './run.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const network = { decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 } as const;

/** A network that answers one thing at every pixel: its last layer has a bias and nothing else. */
async function constantModel(name: string, logit: number): Promise<void> {
  const state = initialState(createModel(network), 1);
  for (const [key, { data }] of state) {
    if (!key.startsWith('segmentation_head') || !(data instanceof Float32Array)) continue;
    data.fill(key.endsWith('bias') ? logit : 0);
  }
  await writeFile(at('weights.safetensors'), writeSafetensors(state));
  const asked = ['--decoder', network.decoder, '--encoder', network.encoder, '--weights', at('weights.safetensors')];
  const done = await ftu('export', ...asked, '--tile-size', '64', '--microns-per-pixel', '8', at(name));
  expect(done.code).toBe(0);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-scale-'));
  await constantModel('nothing.onnx', -6);
  const side = 300;
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => [190, 90, 150][i % 3] ?? 0);
  await writePng(at('a.png'), raster(side, side, 3, pixels));
  await writeFile(at('slides.csv'), 'id,image,mpp\na,a.png,\n');
  await writeFile(at('scaled.csv'), 'id,image,mpp\na,a.png,2\n');
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const predict = (slides: string, ...more: string[]) =>
  ftu('predict', '--model', at('nothing.onnx'), '--slides', at(slides), '--out', at('out'), ...more);

describe('ftu predict --estimate-scale', () => {
  it('says where nothing is found by which a scale could be estimated, and writes nothing', async () => {
    const done = await predict('slides.csv', '--estimate-scale', 'ask');
    expect([done.code, done.stdout]).toEqual([1, '']);
    expect(done.stderr).toMatch(
      /a: no scale is estimated: nothing of the size of what the model knows is found at any scale/,
    );
    expect(existsSync(at('out'))).toBe(false);
  }, 120_000);

  it('is refused where every slide states its scale', async () => {
    const done = await predict('scaled.csv', '--estimate-scale', 'accept');
    expect([done.code, done.stdout]).toEqual([1, '']);
    expect(done.stderr).toMatch(/--estimate-scale: every slide has a scale/);
    const other = await predict('slides.csv', '--estimate-scale', 'maybe');
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/ask.*accept/)]);
  }, 60_000);

  it('estimates nothing unasked', async () => {
    const done = await predict('slides.csv');
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/does not say its resolution/);
    expect(await readFile(at('out/predictions.json'), 'utf8')).toMatch(/"failed"/);
  }, 60_000);
});
