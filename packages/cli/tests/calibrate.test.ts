/** `ftu calibrate` as people run it: a model file in, a calibrated one out, and what `ftu predict` and `ftu evaluate` make of it. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, raster } from '@ftuseg/core';
import { readModelCard, withModelCard } from '@ftuseg/nn';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel, darkness } from '../../../tests/convolution-model.js';
import { ftu } from './run.js';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-calibrate-'));
  await writeFile(at('model.onnx'), convolutionModel(darkness, { downsample: 1 }));
  const random = createRandom(2);
  const lines = ['id,image,mask'];
  for (const id of ['a', 'b', 'c']) {
    const side = 160;
    const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => [200, 120, 170][i % 3] ?? 0);
    for (let i = 0; i < pixels.length; i++) pixels[i] = (pixels[i] ?? 0) + random.int(50);
    const truth = Uint8Array.from({ length: side * side }, (_, i) => (i % side < 50 ? 1 : 0));
    await writePng(at(`${id}.png`), raster(side, side, 3, pixels));
    await writePng(at(`${id}-mask.png`), raster(side, side, 1, truth));
    lines.push(`${id},${id}.png,${id}-mask.png`);
  }
  await writeFile(at('slides.csv'), `${lines.join('\n')}\n`);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('ftu calibrate', () => {
  it('writes a temperature into the card, and leaves the network as it is', async () => {
    const args = [
      'calibrate',
      '--model',
      at('model.onnx'),
      '--slides',
      at('slides.csv'),
      '--out',
      at('calibrated.onnx'),
    ];
    const done = await ftu(...args);
    expect([done.code, done.stdout]).toEqual([0, expect.stringMatching(/^temperature \d/)]);
    expect(done.stdout).toMatch(/ECE +before +after/);
    const card = readModelCard(await readFile(at('calibrated.onnx')), 'calibrated.onnx');
    expect(card.calibration).toMatchObject({ version: 1, slides: 3, groups: 3 });
    const { error } = card.calibration?.pixels ?? { error: { before: 0, after: 1 } };
    expect(error.after).toBeLessThanOrEqual(error.before + 0.01);
    const json = JSON.parse((await ftu(...args, '--json')).stdout);
    expect(json.calibration).toEqual(card.calibration);

    for (const [out, model, says] of [
      [
        'plain',
        'model.onnx',
        /calibrated_probability is empty: .*model\.onnx has no calibration \(see ftu calibrate\)/,
      ],
      ['tempered', 'calibrated.onnx', card.calibration?.objects === null ? /pixels only/ : /was learnt on 3 slides/],
    ] as const) {
      const found = await ftu('predict', '--model', at(model), '--slides', at('slides.csv'), '--out', at(out));
      expect([found.code, found.stdout]).toEqual([0, expect.stringMatching(says)]);
    }
    // Thresholds come before temperatures.
    expect(await readFile(at('tempered/submission.csv'), 'utf8')).toBe(
      await readFile(at('plain/submission.csv'), 'utf8'),
    );
    const report = JSON.parse(await readFile(at('plain/predictions.json'), 'utf8'));
    expect(report.calibration).toMatch(/is empty/);
    const scores = await ftu('evaluate', '--truth', at('slides.csv'), '--predictions', at('plain'), '--json');
    const { calibration } = JSON.parse(scores.stdout);
    const lines = (await readFile(at('plain/objects.csv'), 'utf8')).trim().split('\n').length - 1;
    expect(calibration).toEqual(lines === 0 ? null : expect.objectContaining({ objects: lines, calibrated: null }));
  }, 120_000);

  it('makes a model file of a checkpoint, such as the starter model', async () => {
    const slides = ['--slides', at('slides.csv'), '--microns-per-pixel', '2'];
    const done = await ftu('calibrate', '--model', 'starter', ...slides, '--out', at('starter.onnx'));
    expect([done.code, done.stdout]).toEqual([0, expect.stringMatching(/starter\.onnx$/m)]);
    const card = readModelCard(await readFile(at('starter.onnx')), 'starter.onnx');
    expect(card).toMatchObject({ name: 'starter', training: { licence: 'CC BY 4.0' }, calibration: { slides: 3 } });
  }, 60_000);

  it('writes no ONNX file under the name of a checkpoint', async () => {
    const slides = ['--slides', at('slides.csv'), '--microns-per-pixel', '2'];
    const done = await ftu('calibrate', '--model', 'starter', ...slides, '--out', at('starter.safetensors'));
    expect([done.code, done.stderr]).toEqual([1, expect.stringMatching(/--out: an ONNX file is written/)]);
    expect(existsSync(at('starter.safetensors'))).toBe(false);
  });

  it('writes from where the models of a cascade must look, and a prediction says what they looked at', async () => {
    const coarse = { ...readModelCard(await readFile(at('model.onnx')), 'model.onnx'), micronsPerPixel: 4 };
    await writeFile(at('coarse.onnx'), withModelCard(await readFile(at('model.onnx')), coarse, 'coarse.onnx'));
    const slides = ['--slides', at('slides.csv'), '--microns-per-pixel', '2'];
    const first = ['calibrate', '--cascade', '--recall', '0.9', '--model', at('coarse.onnx'), ...slides];
    const { stdout, code } = await ftu(...first, '--out', at('first.onnx'), '--json');
    expect(code).toBe(0);
    const { cascade } = JSON.parse(stdout);
    expect(cascade).toMatchObject({ recall: 0.9, margin: 100, objects: { count: 3, lookedAt: 3 }, groups: 3 });
    expect(readModelCard(await readFile(at('first.onnx')), 'first.onnx').cascade).toEqual(cascade);

    const predict = ['predict', '--model', at('model.onnx'), '--cascade', at('first.onnx'), ...slides];
    const done = await ftu(...predict, '--out', at('cascade'), '--outputs', 'none');
    expect(done.stderr).toMatch(/a: cascade: \d+(\.\d+)? % of the tissue was looked at twice \(\d of 9 tiles\)/);
    expect(await readFile(at('cascade/summary.csv'), 'utf8')).toMatch(/,tissue_looked_at_twice,/);
    const dry = await ftu(...predict, '--out', at('cascade'), '--dry-run');
    expect([dry.code, dry.stderr]).toEqual([2, expect.stringMatching(/--cascade has no say in --dry-run/)]);
    const bare = await ftu(
      'predict',
      '--cascade',
      at('coarse.onnx'),
      ...predict.slice(1, 3),
      ...slides,
      '--out',
      at('x'),
    );
    expect([bare.code, bare.stderr]).toEqual([
      1,
      expect.stringMatching(/coarse\.onnx: the network is not calibrated for a cascade/),
    ]);
  }, 60_000);

  it.each([
    { name: 'nothing to calibrate', args: ['--out', 'x.onnx'], code: 2, says: /--run DIR or --model FILE/ },
    {
      name: 'a model without slides',
      args: ['--model', 'model.onnx', '--out', 'x.onnx'],
      code: 2,
      says: /needs --slides/,
    },
    {
      name: 'both a run and a model',
      args: ['--run', 'run', '--model', 'model.onnx', '--out', 'x.onnx'],
      code: 2,
      says: /--run or --model, one of them/,
    },
    {
      name: 'a margin of nothing',
      args: ['--margin', '50', '--model', 'model.onnx', '--slides', 'slides.csv', '--out', 'x.onnx'],
      code: 2,
      says: /--recall and --margin have no say without --cascade/,
    },
    {
      name: 'views of a coarse pass',
      args: ['--cascade', '--views', 'd4', '--model', 'model.onnx', '--slides', 'slides.csv', '--out', 'x.onnx'],
      code: 2,
      says: /--views has no say with --cascade/,
    },
    {
      name: 'a coarse network without a scale',
      args: ['--cascade', '--model', 'model.onnx', '--slides', 'slides.csv', '--out', 'x.onnx'],
      code: 1,
      says: /model\.onnx: the coarse network of a cascade must say its micrometres per pixel/,
    },
  ])('refuses $name in one sentence', async ({ args, code, says }) => {
    const done = await ftu('calibrate', ...args.map((word) => (/\.onnx$|\.csv$|^run$/.test(word) ? at(word) : word)));
    expect([done.code, done.stdout]).toEqual([code, '']);
    expect(done.stderr).toMatch(says);
  });
});
