/** `ftu export --precision int8` as people run it, and what `ftu predict` makes of the file. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, raster } from '@ftuseg/core';
import { createModel, initialState, isQuantisedOnnx, readModelCard, writeSafetensors } from '@ftuseg/nn';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verdictOf } from '../src/commands/prediction/export-int8.js';
import { ftu } from './run.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const spec = { decoder: 'unet', encoder: 'tu-test_efficientnet', classes: 1 } as const;

async function draw(id: string, tissue: boolean): Promise<void> {
  const random = createRandom(2);
  const data = Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) => {
    return tissue ? ([200, 120, 170][i % 3] ?? 0) + random.int(50) : 245;
  });
  await writePng(at(`${id}.png`), raster(96, 96, 3, data));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-int8-'));
  await writeFile(at('small.safetensors'), writeSafetensors(initialState(createModel(spec), 1)));
  await draw('tissue', true);
  await draw('glass', false);
  await writeFile(at('slides.csv'), 'id,image,mpp\ntissue,tissue.png,2\n');
  await writeFile(at('glass.csv'), 'id,image,mpp\nglass,glass.png,2\n');
}, 30_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** No pixel comes near the threshold, so that no label can differ. */
const exported = (...args: readonly string[]) =>
  ftu(
    ...['export', '--decoder', spec.decoder, '--encoder', spec.encoder, '--weights', at('small.safetensors')],
    ...['--tile-size', '64', '--microns-per-pixel', '2', '--threshold', '0.99'],
    ...args,
    at('int8.onnx'),
  );

describe('ftu export --precision int8', () => {
  it.each([
    [['--precision', 'int8'], /needs --calibrate SLIDES/],
    [['--calibrate', 'slides.csv'], /--calibrate is for --precision int8/],
    [['--precision', 'float16', '--calibration-tiles', '3'], /--calibration-tiles is for --precision int8/],
  ])('refuses options that do not belong together: %s', async (args, says) => {
    const done = await exported(...args);
    expect([done.code, done.stderr]).toEqual([2, expect.stringMatching(says)]);
  });

  it('refuses slides without tissue and without a scale, and writes nothing', async () => {
    const glass = await exported('--precision', 'int8', '--calibrate', at('glass.csv'));
    expect([glass.code, glass.stderr]).toEqual([
      1,
      expect.stringMatching(/no tissue was found on the calibration slides \(glass\)/),
    ]);
    const unknown = await exported('--precision', 'int8', '--calibrate', at('tissue.png'));
    expect(unknown.stderr).toMatch(
      /calibration slide tissue: the model works at 2 µm per pixel, but the slide does not say/,
    );
    expect(existsSync(at('int8.onnx'))).toBe(false);
  });

  it('writes a file that predicts, and says in which numbers it did', async () => {
    const done = await exported('--precision', 'int8', '--calibrate', at('slides.csv'), '--calibration-tiles', '1');
    expect([done.code, done.stdout]).toEqual([
      0,
      expect.stringMatching(/^calibrated on 1 tiles? of 1 slides?; there 0 % of the labels differ/),
    ]);
    const file = await readFile(at('int8.onnx'));
    expect(isQuantisedOnnx(file)).toBe(true);
    expect(readModelCard(file, 'int8.onnx').quantisation).toMatchObject({
      tiles: 1,
      slides: [{ id: 'tissue', tiles: 1 }],
    });
    const predict = ['--model', at('int8.onnx'), '--slides', at('slides.csv'), '--out', at('out'), '--outputs', 'none'];
    expect((await ftu('predict', ...predict, '--threads', '1')).code).toBe(0);
    const { models } = JSON.parse(await readFile(at('out/predictions.json'), 'utf8'));
    expect(['int8', 'float32']).toContain(models[0].arithmetic);
  }, 60_000);

  it('warns of a loss that may matter, and refuses a large one', () => {
    const verdict = (labels: number, dice: number | null) =>
      verdictOf({ difference: { labels, probability: 0, dice } });
    expect([verdict(0.004, 0.97), verdict(0, null), verdict(0.02, 0.97), verdict(0.004, 0.9)]).toEqual([
      'kept',
      'kept',
      'warned',
      'warned',
    ]);
    expect([verdict(0.06, 0.97), verdict(0.004, 0.5), verdict(0.06, null)]).toEqual(['refused', 'refused', 'refused']);
  });
});
