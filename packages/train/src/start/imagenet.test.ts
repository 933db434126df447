/** Trainings that start from ImageNet by default: made-up weights where the real ones would be, and a server of our own for the hub. */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hubFile } from '@ftuseg/files';
import { createModel, initialState, readModelCard, readSafetensors, writeSafetensors } from '@ftuseg/nn';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { long } from '../../../../tests/long.js';
import { writeDiscSlides } from '../../tests/discs.js';
import { lossesOf, tensorsOf } from '../../tests/run-contents.js';
import type { TrainConfigInput } from '../config/config.js';
import type { TrainProgress } from '../loop/progress.js';
import { prepareDataset } from '../prepare/prepare.js';
import { resumeRun, trainRun } from '../run/train.js';

const encoder = 'timm-tf_efficientnet_lite0';
const id = 'smp-hub/timm-tf_efficientnet_lite0.imagenet';
const revision = 'f5729249af07e5d923fb8b16922256ce2865d108';
const weights = writeSafetensors(
  new Map(
    [...initialState(createModel({ decoder: 'unet', encoder, classes: 1 }), 99)].flatMap(([name, entry]) =>
      name.startsWith('encoder.') ? [[name.slice('encoder.'.length), entry]] : [],
    ),
  ),
);
const sha256 = createHash('sha256').update(weights).digest('hex');

describe.skipIf(!torchAvailable())('trainRun from ImageNet (needs libtorch: make libtorch)', () => {
  let folder = '';
  let data = '';
  let caches = 0;
  let server: Server | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-imagenet-'));
    data = join(folder, 'data');
    const table = await writeDiscSlides(join(folder, 'slides'), 4);
    await prepareDataset({ table, out: data, micronsPerPixel: 0.5, tile: 64 });
  });
  beforeEach(() => {
    vi.stubEnv('FTUSEG_CACHE', join(folder, `cache-${caches++}`));
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:1');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    server?.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const settings = (out: string, more: Partial<TrainConfigInput> = {}): TrainConfigInput => ({
    data,
    out: join(folder, out),
    encoder,
    decoder: 'linknet',
    split: 'none',
    tile: 32,
    batchSize: 2,
    epochs: 1,
    samplesPerEpoch: 4,
    seed: 5,
    threads: 1,
    workers: 0,
    freezeEncoder: 1,
    ...more,
  });

  async function bring(): Promise<void> {
    const { path } = hubFile(id);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, weights);
  }

  it('takes them without being told, and says in the record which they were', async () => {
    await bring();
    await trainRun(settings('cached'));
    const run = join(folder, 'cached');
    const config = parse(await readFile(join(run, 'config.yaml'), 'utf8'));
    const start = { path: 'imagenet', id, revision, sha256 };
    expect(config).toMatchObject({ encoderWeights: 'imagenet', run: { encoderWeights: start } });
    expect(readModelCard(await readFile(join(run, 'model.onnx')), 'model').training.encoderWeights).toEqual(start);
    // The encoder did not learn: what it holds is what it started from.
    const { state } = readSafetensors(await readFile(join(run, 'checkpoint.safetensors')), 'checkpoint');
    const given = readSafetensors(weights, 'weights').state;
    expect(state.get('encoder.conv_stem.weight')?.data).toEqual(given.get('conv_stem.weight')?.data);
  });

  it('downloads them before anything else', async () => {
    const asked: (string | undefined)[] = [];
    server = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(200, { etag: `"${sha256}"`, 'content-length': weights.length }).end(weights);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const events: TrainProgress[] = [];
    const abort = new AbortController();
    const onProgress = (event: TrainProgress): void => {
      events.push(event);
      if (event.kind === 'step') abort.abort();
    };
    const stopped = trainRun(settings('downloaded'), { signal: abort.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked).toEqual([`/${id}/resolve/${revision}/model.safetensors`]);
    expect(events[0]).toMatchObject({ kind: 'download', id, total: weights.length });
    expect(events.filter(({ kind }) => kind === 'download').at(-1)).toMatchObject({ bytes: weights.length });
  });

  it('fails before it writes anything where they cannot be had', async () => {
    await expect(trainRun(settings('offline'))).rejects.toThrow(
      new RegExp(`bring http://127.0.0.1:1/${id}/.* to ${hubFile(id).path}, or say .--encoder-weights none.`),
    );
    await expect(stat(join(folder, 'offline'))).rejects.toThrow();
  });

  describe('resumeRun', () => {
    /** Stops after the first of two epochs, as a power cut would. */
    async function interrupted(out: string, more: Partial<TrainConfigInput>): Promise<string> {
      const abort = new AbortController();
      const onProgress = (event: TrainProgress): void => {
        if (event.kind === 'epoch') abort.abort();
      };
      const stopped = trainRun(settings(out, { epochs: 2, ...more }), { signal: abort.signal, onProgress });
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
      return join(folder, out);
    }

    it('needs no weights any more: the run has its own state', async () => {
      await bring();
      const run = await interrupted('bereft', {});
      await rm(hubFile(id).path);
      expect(await resumeRun(run)).toMatchObject({ finished: true });
      const start = { path: 'imagenet', id, revision, sha256 };
      expect(readModelCard(await readFile(join(run, 'model.onnx')), 'model').training.encoderWeights).toEqual(start);
    });

    it.runIf(long)('goes on with a run of old at random, also one killed before its first state', async () => {
      const random = { epochs: 2, encoderWeights: 'none' };
      await trainRun(settings('random', random));
      const [whole, old, older] = [join(folder, 'random'), await interrupted('old', random), join(folder, 'older')];
      const path = join(old, 'config.yaml');
      const { encoderWeights, ...settingsOfOld } = parse(await readFile(path, 'utf8'));
      expect(encoderWeights).toBe('none');
      await writeFile(path, stringify({ ...settingsOfOld, run: { ...settingsOfOld.run, encoderWeights: null } }));
      await cp(old, older, { recursive: true });
      await rm(join(older, 'state.safetensors'));
      const file = 'checkpoint.safetensors';
      for (const run of [old, older]) {
        await resumeRun(run);
        expect(await lossesOf(run)).toEqual(await lossesOf(whole));
        expect(await tensorsOf(join(run, file))).toBe(await tensorsOf(join(whole, file)));
      }
    });
  });
});
