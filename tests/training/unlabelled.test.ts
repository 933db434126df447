/** Trainings with unlabelled slides: what they change, what they must not touch, and that they go on after kill -9. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset, readRunConfig } from '@ftuseg/folders';
import { readSafetensors } from '@ftuseg/nn';
import { readSlideTable, type SlideRow } from '@ftuseg/slide';
import { liveTensors, torchAvailable } from '@ftuseg/torch';
import {
  openSources,
  parseTrainConfig,
  prepareDataset,
  prepareUnlabelled,
  splitSlides,
  type TrainConfigInput,
  trainRun,
} from '@ftuseg/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDiscSlides } from '../../packages/train/tests/discs.js';
import { tensorsOf } from '../../packages/train/tests/run-contents.js';
import { long } from '../long.js';
import { runProcess } from './run-process.js';

let folder = '';
let [data, pictures] = ['', ''];
let rows: SlideRow[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-unlabelled-'));
  [data, pictures] = [join(folder, 'data'), join(folder, 'pictures')];
  rows = await readSlideTable(await writeDiscSlides(join(folder, 'slides'), 6));
  const bare = rows.slice(2).map(({ mask: _, ...row }) => row);
  await prepareDataset({ rows: rows.slice(0, 4), out: data, micronsPerPixel: 0.5, tile: 64 });
  await prepareUnlabelled({ rows: bare, out: pictures, micronsPerPixel: 0.5, tile: 64 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = (out: string, more: Partial<TrainConfigInput> = {}): TrainConfigInput => ({
  data,
  out: join(folder, out),
  encoder: 'tu-test_efficientnet',
  encoderWeights: 'none',
  decoder: 'linknet',
  split: 'none',
  batchSize: 2,
  epochs: 2,
  samplesPerEpoch: 12,
  seed: 3,
  threads: 1,
  workers: 1,
  sources: { more: { data: pictures, role: 'unlabelled' } },
  consistency: { confidence: 0.6 },
  ...more,
});

describe('a data set of pictures', () => {
  it('says that it has no labels, and is taken in no role but unlabelled', async () => {
    const { labels, slides } = await openDataset(pictures);
    expect([labels, slides.length]).toEqual(['none', 4]);
    const config = (settingsOf: object) => parseTrainConfig({ data, out: '-', ...settingsOf });
    await expect(openSources(config({ data: pictures }))).rejects.toThrow(
      /has no labels, so that it cannot be the main data set/,
    );
    for (const role of ['official', 'external', 'pseudo'] as const) {
      await expect(openSources(config({ sources: { p: { data: pictures, role } } }))).rejects.toThrow(
        /it has no labels/,
      );
    }
    expect(() => config({ task: 'classify', sources: { p: { data: pictures, role: 'unlabelled' } } })).toThrow(
      /sources.p: a tile classifier learns nothing from unlabelled slides/,
    );
  });

  it('lends no picture to a fold that validates on it, and none to the labelled side', async () => {
    const sources = { p: { data: pictures, role: 'unlabelled' as const } };
    const config = parseTrainConfig({ data, out: '-', sources, validate: 'id=s2' });
    const { slides } = await openSources(config);
    const { train, validate, unlabelled } = splitSlides(slides, config, 0);
    const ids = (side: typeof train) => side.map(({ slide }) => slide.id);
    expect([ids(train), ids(validate), ids(unlabelled)]).toEqual([['s0', 's1', 's3'], ['s2'], ['s3', 's4', 's5']]);
  });
});

describe.skipIf(!torchAvailable())('a training with unlabelled slides (needs libtorch: make libtorch)', () => {
  it('learns from them, and records which they were', async () => {
    const live = liveTensors();
    await trainRun(settings('with'));
    await trainRun(settings('without', { sources: undefined, consistency: undefined }));
    expect(liveTensors()).toBe(live);
    const weights = (run: string) => tensorsOf(join(folder, run, 'checkpoint.safetensors'));
    expect(await weights('with')).not.toBe(await weights('without'));
    const { facts } = await readRunConfig(join(folder, 'with'));
    expect(facts.trainedOn).toEqual(
      ['official/s2', 'official/s3', 's0', 's1'].sort((a, b) => a.slice(-1).localeCompare(b.slice(-1))),
    );
    const { metadata } = readSafetensors(await readFile(join(folder, 'with', 'checkpoint.safetensors')));
    expect(JSON.parse(metadata.card ?? '{}').training.unlabelled).toEqual(['more/s2', 'more/s3', 's4', 's5']);
  }, 300_000);

  it.runIf(long)(
    'goes on after kill -9 to the same weights, with the average as its teacher',
    async () => {
      const whole = settings('whole/run', { ema: 0.9, checkpointMinutes: 0.01 });
      expect(await runProcess(JSON.stringify(whole))).toBe(0);
      const killed = settings('killed/run', { ema: 0.9, checkpointMinutes: 0.01 });
      expect(await runProcess(JSON.stringify(killed), 8)).not.toBe(0);
      expect(await runProcess(killed.out)).toBe(0);
      for (const file of ['state.safetensors', 'checkpoint.safetensors']) {
        expect(await tensorsOf(join(killed.out, file))).toBe(await tensorsOf(join(whole.out, file)));
      }
    },
    600_000,
  );
});
