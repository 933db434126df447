/** Prepared, trained, exported and predicted with; and what a training refuses. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { ftu } from '../run.js';
import { makeSmallSlides, type SmallSlides } from './small-slides.js';

let small: SmallSlides;
const at = (name: string): string => small.at(name);

beforeAll(async () => {
  small = await makeSmallSlides();
}, 120_000);

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(() => small.remove());

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
      'tu-test_efficientnet',
      '--decoder',
      'linknet',
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
      args: ['--data', 'data', '--fold-count', '3', '--encoder-weights', 'network.safetensors'],
      says: /network\.safetensors/,
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
