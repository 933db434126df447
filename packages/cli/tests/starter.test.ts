/** The starter model as people meet it: slides and no model, what it says of itself, and a training that starts from it. */

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModelFile, STARTER_MODEL } from '@ftuseg/folders';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ftu } from './run.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const slides = (): string => at('slides', 'slides.csv');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-starter-'));
  const size = ['--width', '480', '--height', '480', '--microns-per-pixel', '3', '--seed', '4711'];
  const made = await ftu('synth', '--count', '2', '--stain', 'mixed', ...size, '--out', at('slides'));
  expect(made.code).toBe(0);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const scores = z.object({ pooledDice: z.number() });

describe('the starter model', () => {
  it('is small, and says what it may be used for and what it was tested on', async () => {
    expect((await stat(STARTER_MODEL)).size).toBeLessThan(16e6);
    const { card } = await readModelFile(STARTER_MODEL);
    expect(card.training).toMatchObject({ licence: expect.any(String), notes: expect.any(Array) });
    const { stdout, code } = await ftu('models', 'starter');
    expect(code).toBe(0);
    expect(stdout).toContain('unet on tu-tf_efficientnetv2_b0');
    expect(stdout).toMatch(/hospital/);
    // Nothing of whoever trained it is left in it.
    expect(JSON.stringify(card)).not.toMatch(/\/(work|home|tmp|root)\//);
  });

  it('finds glomeruli where no model is named, and says that it does', async () => {
    const done = await ftu('predict', '--slides', slides(), '--out', at('found'));
    expect(done.stderr).toContain('no --model: the starter model is used');
    expect([0, 3]).toContain(done.code);
    const { stdout } = await ftu('evaluate', '--truth', slides(), '--predictions', at('found'), '--json');
    expect(scores.parse(JSON.parse(stdout)).pooledDice).toBeGreaterThan(0.6);
  }, 120_000);

  it.skipIf(!torchAvailable())(
    'starts a training (needs libtorch: make libtorch)',
    async () => {
      const prepare = ['--slides', slides(), '--out', at('data'), '--microns-per-pixel', '6', '--tile-size', '64'];
      expect((await ftu('prepare', ...prepare)).code).toBe(0);
      const network = ['--encoder', 'tu-tf_efficientnetv2_b0', '--encoder-weights', 'starter', '--split', 'none'];
      const short = ['--epochs', '1', '--samples-per-epoch', '4', '--batch-size', '2', '--freeze-encoder', '1'];
      const done = await ftu('train', '--data', at('data'), '--out', at('run'), ...network, ...short);
      expect(done.code, done.stderr).toBe(0);
      expect(await readFile(at('run', 'config.yaml'), 'utf8')).toContain('encoderWeights: starter');
      const other = await ftu(
        'train',
        '--data',
        at('data'),
        '--out',
        at('other'),
        '--encoder',
        'resnet18',
        ...network.slice(2),
      );
      expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('not weights of encoder resnet18') });
    },
    120_000,
  );
});

describe('a model of the hub', () => {
  let server: Server | undefined;
  afterEach(() => {
    vi.unstubAllEnvs();
    server?.close();
  });

  it('is downloaded once, by its id', async () => {
    const model = await readModelFile(STARTER_MODEL);
    const asked: (string | undefined)[] = [];
    server = createServer(({ url }, response) => {
      asked.push(url);
      response.end(model.onnx());
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('FTUSEG_CACHE', at('cache'));
    for (const _ of [1, 2]) expect(await ftu('models', 'someone/glomeruli')).toMatchObject({ code: 0 });
    expect(asked).toEqual(['/someone/glomeruli/resolve/main/model.onnx']);
  });

  it('that is none is refused, and not kept', async () => {
    server = createServer((_, response) => void response.end('a page')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('FTUSEG_CACHE', at('cache'));
    const done = await ftu('models', 'someone/else');
    expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('is not the file that was asked for') });
  });
});
