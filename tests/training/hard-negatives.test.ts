/** Hard negatives in whole trainings: on slides with things that look like the objects, and after kill -9. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, emptyRaster } from '@ftuseg/core';
import { readHistory } from '@ftuseg/folders';
import { readSafetensors } from '@ftuseg/nn';
import { writePng } from '@ftuseg/slide';
import { liveTensors, torchAvailable } from '@ftuseg/torch';
import { prepareDataset, type TrainConfigInput, trainRun } from '@ftuseg/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tensorsOf } from '../../packages/train/tests/run-contents.js';
import { long } from '../long.js';
import { runProcess } from './run-process.js';

const [width, height, radius] = [320, 256, 13];

/** Discs of the same size: three glomeruli, and on every second slide four that are nearly of their colour and nothing. */
function picture(seed: number, alike: boolean) {
  const random = createRandom(seed);
  const image = emptyRaster(width, height, 3);
  const labels = emptyRaster(width, height);
  const places: { x: number; y: number; object: boolean }[] = [];
  while (places.length < (alike ? 7 : 3)) {
    const [x, y] = [random.uniform(20, width - 20), random.uniform(20, height - 20)];
    if (places.some((one) => Math.hypot(one.x - x, one.y - y) < 60)) continue;
    places.push({ x, y, object: places.length < 3 });
  }
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const disc = places.find((one) => Math.hypot(one.x - x, one.y - y) < radius);
    const [r, g, b] = disc === undefined ? [225, 180, 205] : disc.object ? [120, 60, 140] : [128, 70, 128];
    const noise = random.uniform(-12, 12);
    image.data.set([r + noise, g + noise, b + noise], i * 3);
    labels.data[i] = disc?.object === true ? 1 : 0;
  }
  return { image, labels, alike: places.filter(({ object }) => !object) };
}

describe.skipIf(!torchAvailable())('hard negatives (needs libtorch: make libtorch)', () => {
  let folder = '';
  const alike = new Map<number, { x: number; y: number }[]>();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-hard-'));
    const slides = join(folder, 'slides');
    await mkdir(slides);
    const lines = ['id,image,mask,mpp,donor'];
    for (let i = 0; i < 4; i++) {
      const drawn = picture(i + 1, i % 2 === 1);
      alike.set(i, drawn.alike);
      await writePng(join(slides, `s${i}.png`), drawn.image);
      await writePng(join(slides, `s${i}.mask.png`), drawn.labels);
      lines.push(`s${i},s${i}.png,s${i}.mask.png,0.5,d${i}`);
    }
    await writeFile(join(slides, 'slides.csv'), `${lines.join('\n')}\n`);
    await prepareDataset({
      table: join(slides, 'slides.csv'),
      out: join(folder, 'data'),
      micronsPerPixel: 0.5,
      tile: 64,
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const settings = (out: string, more: Partial<TrainConfigInput> = {}): TrainConfigInput => ({
    data: join(folder, 'data'),
    out: join(folder, out),
    encoder: 'tu-test_efficientnet',
    encoderWeights: 'none',
    decoder: 'linknet',
    split: 'none',
    batchSize: 4,
    epochs: 6,
    samplesPerEpoch: 32,
    seed: 3,
    threads: 1,
    workers: 1,
    optimiser: { learningRate: 3e-3 },
    augment: { preset: 'none' },
    sampling: { centred: 0.5, hardNegatives: 0.8, hardNegativesEvery: 2, hardNegativesCost: 1 },
    ...more,
  });

  it.runIf(long)(
    'are found where something looks like an object, and nowhere else',
    async () => {
      const live = liveTensors();
      await trainRun(settings('found', { epochs: 7 }));
      expect(liveTensors()).toBe(live);
      const history = await readHistory(join(folder, 'found', 'history.jsonl'));
      const places = history.map(({ hardNegatives }) => hardNegatives?.places ?? 0);
      // Nothing was looked for before the second epoch ended, and nothing after the sixth.
      expect([places[0], places[1] === 0, places[2] === places[1], places[6] === places[5]]).toEqual([
        0,
        false,
        true,
        true,
      ]);
      const { state } = readSafetensors(await readFile(join(folder, 'found', 'state.safetensors')));
      const boxes = Array.from(state.get('hard-negatives/places')?.data ?? [], Number);
      const masses = Array.from(state.get('hard-negatives/masses')?.data ?? [], Number);
      expect(masses.length).toBeGreaterThan(0);
      let onAlike = 0;
      masses.forEach((mass, i) => {
        const [slide = 0, , x = 0, y = 0, w = 0, h = 0] = boxes.slice(6 * i, 6 * i + 6);
        const near = alike.get(slide)?.some((one) => Math.hypot(one.x - x - w / 2, one.y - y - h / 2) < radius + 4);
        if (near) onAlike += mass;
      });
      expect(onAlike / masses.reduce((sum, mass) => sum + mass, 0)).toBeGreaterThan(0.8);
    },
    300_000,
  );

  it.runIf(long)(
    'are drawn again after kill -9, to the same weights and places',
    async () => {
      const short = { epochs: 4, samplesPerEpoch: 16, ema: 0.9, checkpointMinutes: 0.01 };
      const whole = settings('whole/run', short);
      expect(await runProcess(JSON.stringify(whole))).toBe(0);
      // In an epoch whose windows are drawn from places, and between a round and its epoch's end.
      for (const [i, killAt] of [10, 16].entries()) {
        const killed = settings(`killed-${i}/run`, short);
        expect(await runProcess(JSON.stringify(killed), killAt)).not.toBe(0);
        expect(await runProcess(killed.out)).toBe(0);
        for (const file of ['state.safetensors', 'checkpoint.safetensors']) {
          expect(await tensorsOf(join(killed.out, file))).toBe(await tensorsOf(join(whole.out, file)));
        }
      }
      const { state } = readSafetensors(await readFile(join(whole.out, 'state.safetensors')));
      expect(state.get('hard-negatives/masses')?.data.length).toBeGreaterThan(0);
    },
    600_000,
  );

  it('refuses slides whose labels were all predicted, and settings that would do nothing', async () => {
    const sampling = { hardNegatives: 0.5, hardNegativesEvery: 6 };
    await expect(trainRun(settings('never', { sampling }))).rejects.toThrow(/the run ends before the first/);
    const grid = { windows: 'grid', hardNegatives: 0.5 } as const;
    await expect(trainRun(settings('never', { sampling: grid, samplesPerEpoch: undefined }))).rejects.toThrow(
      /"sampling.hardNegatives" would do nothing: the windows are those of the grid/,
    );
  });
});
