/** What a person must read before believing a result: slides that nobody looked at, scales that no slide has, networks that answer no numbers. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Raster, raster } from '@ftuseg/core';
import { createModel, initialState, writeSafetensors } from '@ftuseg/nn';
import { writePng, writePyramid } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel, darkness } from '../../../tests/convolution-model.js';
import { ftu } from './run.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const small = { decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 } as const;
/** A bias that is found again in the bytes of a model file. */
const MARK = 1234.5;

const flat = (value: number, width = 200, height = 150): Raster =>
  raster(width, height, 3, new Uint8Array(width * height * 3).fill(value));

const predict = (model: string, table: string, out: string, ...more: string[]) =>
  ftu('predict', '--model', at(model), '--slides', at(table), '--out', at(out), '--outputs', 'none', ...more);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-doubtful-'));
  await writeFile(at('model.onnx'), convolutionModel({ ...darkness, bias: MARK }, { micronsPerPixel: 1 }));
  await writePng(at('blank.png'), flat(238));
  await writePng(at('empty.png'), raster(200, 150, 1, new Uint8Array(200 * 150)));
  await writeFile(at('blank.csv'), 'id,image,mask,mpp\nblank,blank.png,empty.png,1\n');
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a slide of which nothing was looked at', () => {
  it('is a warning and exit code 3 of predict, again when it is repeated, and none with --include-background', async () => {
    for (const _ of [1, 2]) {
      const { code, stderr, stdout } = await predict('model.onnx', 'blank.csv', 'blank');
      expect(code).toBe(3);
      expect(stdout).toContain('1 slide in');
      expect(stderr).toMatch(
        /warning: blank: no tile was looked at: all \d+ were taken for background; .*--include-background/,
      );
    }
    expect(await readFile(join(at('blank'), 'summary.csv'), 'utf8')).toContain('no tile was looked at');
    const score = await ftu('evaluate', '--truth', at('blank.csv'), '--predictions', at('blank'));
    expect(score.stderr).toContain('warning: prediction of blank: no tile was looked at');
    expect((await predict('model.onnx', 'blank.csv', 'all', '--include-background')).code).toBe(0);
  });

  it('is a warning and exit code 3 of prepare', async () => {
    const done = await ftu('prepare', '--slides', at('blank.csv'), '--out', at('data'), '--tile-size', '64');
    expect(done.code).toBe(3);
    expect(done.stderr).toContain('warning: no tile of slide blank is listed: all were taken for background');
  });

  it('is a warning and exit code 3 of a recipe, also where its step is kept, and is in the report', async () => {
    const recipe = `name: blank
slides: { all: { table: blank.csv } }
steps:
  data: { do: prepare, slides: all, tile: 64 }
  report: { do: report }
`;
    await writeFile(at('blank.yaml'), recipe);
    for (const _ of [1, 2]) {
      const { code, stderr } = await ftu('run', at('blank.yaml'), '--out', at('run'));
      expect(code).toBe(3);
      expect(stderr).toContain('warning: step data: no tile of slide blank is listed: all were taken for background');
    }
    const page = (await readFile(join(at('run'), 'report', 'report.html'), 'utf8')).replaceAll(/<[^>]*>/g, '');
    expect(page).toContain('warning: no tile of slide blank is listed');
  });
});

describe('numbers', () => {
  it('of a scale that no slide has are a question: in a file, a table, a flag', async () => {
    const description = '<OME><Image><Pixels PhysicalSizeX="0.2" PhysicalSizeXUnit="nm"/></Image></OME>';
    await writePyramid(at('tiny.tif'), { width: 200, height: 150, channels: 3, description }, [flat(200)]);
    await writeFile(at('tiny.csv'), 'id,image\ntiny,tiny.tif\n');
    const question = 'is 0.0002 µm per pixel right? Slides have 0.05 to 50';
    expect((await ftu('info', at('tiny.tif'))).stdout).toContain(`implausible: ${question}`);
    const predicted = await predict('model.onnx', 'tiny.csv', 'tiny');
    expect([predicted.code, predicted.stderr.includes(question)]).toEqual([1, true]);
    const right = await predict('model.onnx', 'tiny.csv', 'tiny', '--microns-per-pixel', '1', '--include-background');
    expect([right.code, right.stderr.includes('µm')]).toEqual([0, false]);
    const given = ['prepare', '--slides', at('blank.csv'), '--out', at('no')];
    expect(await ftu(...given, '--microns-per-pixel', '0.0002')).toMatchObject({ code: 2 });
    await writeFile(at('table.csv'), 'id,image,mpp\nblank,blank.png,0.0002\n');
    const table = await predict('model.onnx', 'table.csv', 'table');
    expect([table.code, table.stderr.includes(question)]).toEqual([1, true]);
  });

  it('may have a decimal comma, and are never taken in part', async () => {
    const given = [
      'prepare',
      '--slides',
      at('blank.csv'),
      '--out',
      at('comma'),
      '--tile-size',
      '64',
      '--include-background',
    ];
    expect((await ftu(...given, '--microns-per-pixel', '2,5')).code).toBe(3);
    expect(JSON.parse(await readFile(join(at('comma'), 'dataset.json'), 'utf8')).micronsPerPixel).toBe(2.5);
    for (const text of ['2.5abc', '2.5.1', '0x10', 'Infinity']) {
      const { code, stderr } = await ftu(...given, '--microns-per-pixel', text);
      expect([code, stderr]).toEqual([2, `ftu: --microns-per-pixel takes a number, not "${text}"\n`]);
    }
    expect((await ftu(...given, '--overlap', '1,000')).stderr).toContain(
      'is "1,000" 1000 or 1.000? Write it without a comma',
    );
  });

  it('of a network that are none end its slide with model, tile and place', async () => {
    const bytes = await readFile(at('model.onnx'));
    const [before, after] = [Buffer.alloc(4), Buffer.alloc(4)];
    before.writeFloatLE(MARK);
    after.writeFloatLE(Number.NaN);
    const place = bytes.indexOf(before);
    expect(place).toBeGreaterThan(0);
    after.copy(bytes, place);
    await writeFile(at('nan.onnx'), bytes);
    const { code, stderr } = await predict('nan.onnx', 'blank.csv', 'nan', '--include-background');
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${at('nan.onnx')}: the network answered NaN for the tile of 64 x 64 pixels at (0, 0) of level 0`,
    );
  });

  it('of weights that are none are not exported', async () => {
    const state = initialState(createModel(small), 1);
    const head = state.get('segmentation_head.0.bias');
    if (head?.dtype !== 'float32') throw new RangeError('the network has a bias in float32');
    head.data.fill(Number.NaN);
    await writeFile(at('weights.safetensors'), writeSafetensors(state));
    const network = ['--decoder', small.decoder, '--encoder', small.encoder, '--weights', at('weights.safetensors')];
    const exported = await ftu('export', ...network, '--tile-size', '64', '--microns-per-pixel', '1', at('never.onnx'));
    expect([exported.code, exported.stderr]).toEqual([
      1,
      expect.stringContaining('the weight segmentation_head.0.bias holds NaN or infinity'),
    ]);
  });
});
