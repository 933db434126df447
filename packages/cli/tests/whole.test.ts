/** The thin whole on small slides: made, prepared, trained, predicted, scored; and what happens when a piece is wrong. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModel, initialState, readModelCard, writeSafetensors } from '@ftuseg/nn';
import { readSlideTable } from '@ftuseg/slide';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { ftu } from './run.js';

let folder: string;
const at = (name: string): string => join(folder, name);

/** Every file under a folder that was left half-written. */
async function leftovers(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true });
  return names.filter((name) => name.endsWith('.tmp'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-whole-'));
  const made = await ftu(
    'synth',
    '--out',
    at('slides'),
    '--count',
    '3',
    '--width',
    '256',
    '--height',
    '192',
    '--microns-per-pixel',
    '4',
    '--seed',
    '3',
  );
  expect(made.stderr).toBe('');
  expect(made.code).toBe(0);
  const spec = { decoder: 'unet', encoder: 'timm-tf_efficientnet_lite0', classes: 1 } as const;
  await writeFile(at('lite0.safetensors'), writeSafetensors(initialState(createModel(spec), 1)));
}, 120_000);

afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lite0 = ['--decoder', 'unet', '--encoder', 'timm-tf_efficientnet_lite0'];

describe('ftu export and ftu predict', () => {
  beforeAll(async () => {
    const done = await ftu(
      'export',
      ...lite0,
      '--weights',
      at('lite0.safetensors'),
      '--tile-size',
      '128',
      '--microns-per-pixel',
      '4',
      at('lite0.onnx'),
    );
    expect(done.stderr).toBe('');
    expect(done.code).toBe(0);
  }, 60_000);

  it('puts all that prediction needs into one file', async () => {
    const card = readModelCard(await readFile(at('lite0.onnx')), 'lite0.onnx');
    expect(card).toMatchObject({
      encoder: 'timm-tf_efficientnet_lite0',
      classes: ['glomerulus'],
      tileSize: 128,
      micronsPerPixel: 4,
      threshold: 0.5,
    });
  });

  it('exports a network in the Keras layout, and says so in its card', async () => {
    const spec = { decoder: 'linknet', encoder: 'tu-tf_efficientnet_b0', layout: 'keras', classes: 1 } as const;
    await writeFile(at('keras.safetensors'), writeSafetensors(initialState(createModel(spec), 1)));
    const network = ['--decoder', spec.decoder, '--encoder', spec.encoder, '--weights', at('keras.safetensors')];
    const done = await ftu('export', ...network, '--layout', 'keras', '--downsample', '4', at('keras.onnx'));
    expect(done.stderr).toBe('');
    const card = readModelCard(await readFile(at('keras.onnx')), 'keras.onnx');
    expect(card.options).toEqual({ layout: 'keras' });
    const without = await ftu('export', ...network, at('never.onnx'));
    expect(without.stderr).toMatch(/looks like encoder tu-tf_efficientnet_b0 in the layout keras: ask for that one/);
  }, 60_000);

  it('segments a table of slides', async () => {
    const done = await ftu(
      'predict',
      '--model',
      at('lite0.onnx'),
      '--slides',
      at('slides'),
      '--out',
      at('out'),
      '--views',
      'reference',
    );
    expect(done.stderr).toBe('');
    expect(done.code).toBe(0);
    const ids = (await readSlideTable(at('slides'))).map((row) => row.id);
    for (const id of ids) expect(existsSync(at(`out/masks/${id}.tif`))).toBe(true);
    const lines = (await readFile(at('out/submission.csv'), 'utf8')).trim().split('\n');
    expect(lines[0]).toBe('id,predicted');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(ids);
    const fromMasks = await ftu('evaluate', '--truth', at('slides'), '--predictions', at('out'), '--json');
    const fromCodes = await ftu(
      'evaluate',
      '--truth',
      at('slides'),
      '--predictions',
      at('out/submission.csv'),
      '--json',
    );
    expect(JSON.parse(fromCodes.stdout)).toEqual(JSON.parse(fromMasks.stdout));
  }, 60_000);

  it('goes on after a bad slide, names it, and keeps back the submission', async () => {
    const table = await readFile(at('slides/slides.csv'), 'utf8');
    const [, first = ''] = table.split('\n');
    const image = first.split(',').find((cell) => cell.startsWith('images/')) ?? '';
    const whole = await readFile(join(at('slides'), image));
    await writeFile(at('slides/images/cut.png'), whole.subarray(0, Math.floor(whole.length / 2)));
    await writeFile(at('slides/cut.csv'), `id,image,mpp\ncut,images/cut.png,4\nwhole,${image},4\n`);
    const done = await ftu(
      'predict',
      '--model',
      at('lite0.onnx'),
      '--slides',
      at('slides/cut.csv'),
      '--out',
      at('cut'),
    );
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/cut\.png/);
    expect(existsSync(at('cut/masks/whole.tif'))).toBe(true);
    expect(existsSync(at('cut/masks/cut.tif'))).toBe(false);
    expect(existsSync(at('cut/submission.csv'))).toBe(false);
    expect(await leftovers(at('cut'))).toEqual([]);
  }, 60_000);

  it.each([
    { name: 'a model that is not there', model: 'gone.onnx', says: /gone\.onnx.*no such file/ },
    { name: 'a model that is a table', model: 'slides/slides.csv', says: /slides\.csv.*not an ONNX/ },
    { name: 'a model that is weights', model: 'lite0.safetensors', says: /lite0\.safetensors.*not an ONNX/ },
  ])('refuses $name', async ({ model, says }) => {
    const done = await ftu('predict', '--model', at(model), '--slides', at('slides'), '--out', at('refused'));
    expect(done.stderr).toMatch(says);
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
    expect(done.code).toBe(1);
    expect(existsSync(at('refused'))).toBe(false);
  });

  it('refuses slides without micrometres per pixel, and takes them from a flag', async () => {
    const [row] = await readSlideTable(at('slides'));
    await writeFile(at('bare.csv'), `id,image\na,${row?.image}\n`);
    const args = ['predict', '--model', at('lite0.onnx'), '--slides', at('bare.csv'), '--out', at('bare')];
    const refused = await ftu(...args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/--microns-per-pixel/);
    const taken = await ftu(...args, '--microns-per-pixel', '4');
    expect(taken.code).toBe(0);
  }, 60_000);

  it('refuses an output folder that is a file', async () => {
    await writeFile(at('file'), '');
    const done = await ftu('predict', '--model', at('lite0.onnx'), '--slides', at('slides'), '--out', at('file'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/file/);
  });

  it.skipIf(process.getuid?.() === 0)('refuses an output folder without permission (not as root)', async () => {
    await mkdir(at('locked'));
    await chmod(at('locked'), 0o500);
    const done = await ftu('predict', '--model', at('lite0.onnx'), '--slides', at('slides'), '--out', at('locked/out'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/permission/);
  });

  it.each([
    {
      name: 'another architecture',
      args: ['--decoder', 'unet', '--encoder', 'timm-efficientnet-b2', '--weights', 'lite0.safetensors'],
      says: /lite0\.safetensors.*lite0/,
    },
    {
      name: 'a layout that the encoder does not have',
      args: [...lite0, '--layout', 'keras', '--weights', 'lite0.safetensors'],
      says: /the layout keras has no encoder "timm-tf_efficientnet_lite0"; use tu-tf_efficientnet_b0/,
    },
    {
      name: 'a misspelt encoder',
      args: ['--decoder', 'unet', '--encoder', 'timm-eficientnet-b0', '--weights', 'lite0.safetensors'],
      says: /timm-efficientnet-b0/,
    },
    {
      name: 'a checkpoint that says nothing of itself',
      args: ['--weights', 'lite0.safetensors'],
      says: /--decoder and --encoder/,
    },
    {
      name: 'a checkpoint that is a picture',
      args: [...lite0, '--weights', 'slides/images/cut.png'],
      says: /cut\.png/,
    },
    {
      name: 'a checkpoint that is not there',
      args: [...lite0, '--weights', 'gone.safetensors'],
      says: /gone\.safetensors/,
    },
    {
      name: 'a checkpoint of unknown scale',
      args: [...lite0, '--weights', 'lite0.safetensors'],
      says: /at what scale the network was trained; give --microns-per-pixel, or --downsample/,
    },
  ])('export refuses $name', async ({ args, says }) => {
    const paths = args.map((arg, i) => (args[i - 1] === '--weights' ? at(arg) : arg));
    const done = await ftu('export', ...paths, at('never.onnx'));
    expect(done.stderr).toMatch(says);
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
    expect(done.code).toBe(1);
    expect(existsSync(at('never.onnx'))).toBe(false);
    expect(await leftovers(folder)).toEqual([]);
  });
});

describe('ftu prepare', () => {
  it('refuses a slide that nobody labelled', async () => {
    const [row] = await readSlideTable(at('slides'));
    await writeFile(at('bare.csv'), `id,image\na,${row?.image}\n`);
    const done = await ftu('prepare', '--slides', at('bare.csv'), '--out', at('unlabelled'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/^ftu: a: the slide has no labels.*--where/);
  });

  it('refuses a mask of another size', async () => {
    const [row, other] = await readSlideTable(at('slides'));
    await ftu('synth', '--out', at('small'), '--count', '1', '--width', '64', '--height', '64');
    const [small] = await readSlideTable(at('small'));
    await writeFile(
      at('mixed.csv'),
      `id,image,mask\na,${row?.image},${small?.mask}\nb,${other?.image},${other?.mask}\n`,
    );
    const done = await ftu('prepare', '--slides', at('mixed.csv'), '--out', at('mixed'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/64 x 64.*256 x 192|256 x 192.*64 x 64/);
    expect(await leftovers(folder)).toEqual([]);
  }, 30_000);
});

describe('ftu demo', () => {
  it('refuses to test on a slide that it trained on', async () => {
    const [a, b] = await readSlideTable(at('slides'));
    await mkdir(at('leak'));
    const rows = [a, b].map((row, i) => `${row?.id},${row?.image},${row?.mask},one,centre-${i + 1}`);
    await writeFile(at('leak/slides.csv'), `id,image,mask,slide,centre\n${rows.join('\n')}\n`);
    const done = await ftu('demo', '--data', at('leak'), '--out', at('leak-demo'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/slide one would be trained on and tested/);
    const other = await ftu('demo', '--data', at('leak'), '--out', at('leak-demo'), '--group', 'patient');
    expect(other.stderr).toMatch(/no column "patient"/);
  });
});

describe.skipIf(!torchAvailable())('ftu train (needs libtorch: make libtorch)', () => {
  it('learns, exports, predicts', async () => {
    const prepared = await ftu(
      'prepare',
      '--slides',
      at('slides'),
      '--out',
      at('data'),
      '--microns-per-pixel',
      '4',
      '--tile-size',
      '64',
    );
    expect(prepared.stderr).toBe('');
    expect(prepared.code).toBe(0);
    const args = [
      '--data',
      at('data'),
      '--out',
      at('run'),
      '--encoder',
      'timm-tf_efficientnet_lite0',
      '--encoder-weights',
      'none',
      '--group',
      'id',
      '--fold-count',
      '3',
      '--folds',
      '0',
    ];
    const size = ['--epochs', '2', '--samples-per-epoch', '8', '--batch-size', '4', '--set', 'augment.zoom=1.5'];
    const trained = await ftu('train', ...args, ...size);
    expect(trained.stderr).not.toMatch(/^ftu:/m);
    expect(trained.code).toBe(0);
    const history = (await readFile(at('run/history.jsonl'), 'utf8')).trim().split('\n');
    expect(history).toHaveLength(2);
    expect(await readFile(at('run/config.yaml'), 'utf8')).toMatch(/zoom: 1\.5/);

    const predicted = await ftu(
      'predict',
      '--model',
      at('run/model.onnx'),
      '--slides',
      at('slides'),
      '--out',
      at('trained'),
    );
    expect(predicted.code).toBe(0);
    const exported = await ftu('export', '--weights', at('run/checkpoint.safetensors'), at('again.onnx'));
    expect(exported.code).toBe(0);
    const again = await ftu('predict', '--model', at('again.onnx'), '--slides', at('slides'), '--out', at('again'));
    expect(again.code).toBe(0);
    expect(await readFile(at('again/submission.csv'), 'utf8')).toBe(
      await readFile(at('trained/submission.csv'), 'utf8'),
    );

    const repeated = await ftu('train', ...args, ...size);
    expect(repeated.code).toBe(1);
    expect(repeated.stderr).toMatch(/--overwrite/);
    const resumed = await ftu('train', '--resume', at('run'));
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/epoch \d of 2 kept/) });
    const changed = await ftu('train', '--resume', at('run'), '--epochs', '9');
    expect(changed.code).toBe(2);
    expect(changed.stderr).toMatch(/leave out --epochs/);
    const preview = await ftu('train', '--data', at('data'), '--split', 'none', '--preview', at('preview.png'));
    expect(preview.stderr).toBe('');
    expect((await readFile(at('preview.png'))).subarray(1, 4).toString()).toBe('PNG');
    // A run from before there was a default says nothing of its start: it was random, and is again.
    const { encoderWeights: _, ...old } = parse(await readFile(at('run/config.yaml'), 'utf8'));
    await writeFile(at('old.yaml'), JSON.stringify(old));
    const fromConfig = await ftu('train', '--config', at('old.yaml'), '--out', at('run-2'), '--epochs', '1');
    expect(fromConfig.stderr).not.toMatch(/^ftu:/m);
    expect(fromConfig.code).toBe(0);
    expect(await readFile(at('run-2/config.yaml'), 'utf8')).toMatch(/^encoderWeights: none$/m);
  }, 180_000);

  it('starts from ImageNet weights, and says what to bring where there is no network', async () => {
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:1');
    vi.stubEnv('FTUSEG_CACHE', at('cache'));
    const args = ['--data', at('data'), '--fold-count', '3', '--group', 'id', '--encoder', 'resnet18'];
    const done = await ftu('train', ...args, '--out', at('refused-run'));
    expect(done.code).toBe(1);
    const [sentence, ...more] = done.stderr.trim().split('\n');
    expect(more).toEqual([]);
    const place = at('cache/weights/smp-hub--resnet18.imagenet/model.safetensors');
    expect(sentence).toMatch(
      /^ftu: smp-hub\/resnet18\.imagenet: no ImageNet weights of encoder resnet18: .*; bring http:/,
    );
    expect(sentence).toContain(`to ${place}, or say \`--encoder-weights none\``);
    expect(existsSync(at('refused-run'))).toBe(false);
    const doctor = async (): Promise<string> => (await ftu('doctor')).stdout;
    expect(await doctor()).toMatch(/weights +ImageNet weights of 0 of \d+ encoders are in .*cache\/weights/);
    await writeFile(place, '');
    expect(await doctor()).toMatch(/weights +ImageNet weights of 1 of \d+ encoders are in .*: resnet18\n/);
  });

  it.each([
    { name: 'a data set that is not there', args: ['--data', 'gone'], says: /gone.*ftu prepare/ },
    { name: 'a setting that does not exist', args: ['--data', 'data', '--set', 'augment.zom=2'], says: /zom/ },
    {
      name: 'a misspelt encoder',
      args: ['--data', 'data', '--encoder', 'timm-eficientnet-b0'],
      says: /timm-efficientnet-b0/,
    },
    {
      name: 'weights of another encoder',
      args: ['--data', 'data', '--fold-count', '3', '--encoder-weights', 'lite0.safetensors'],
      says: /lite0\.safetensors/,
    },
    {
      name: 'a filter on a column that is not there',
      args: ['--data', 'data', '--validate', 'center=a'],
      says: /center/,
    },
  ])('refuses $name', async ({ args, says }) => {
    const paths = args.map((arg, i) => (['--data', '--encoder-weights'].includes(args[i - 1] ?? '') ? at(arg) : arg));
    const done = await ftu('train', ...paths, '--out', at('refused-run'));
    expect(done.stderr).toMatch(says);
    expect(done.code).toBe(1);
  });
});
