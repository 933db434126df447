/** `ftu run` as people run it: to the end, killed again and again, with a step that fails, with a second process. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@ftuseg/core';
import { lockFolder } from '@ftuseg/files';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ftu } from '../../packages/cli/tests/run.js';
import { long } from '../long.js';

const main = fileURLToPath(new URL('../../packages/cli/bin/ftu.js', import.meta.url));
/** Times that the killed run is killed; the closing check of a release takes 10. */
const kills = Number(process.env.FTU_KILLS ?? 2);

let folder: string;
const at = (name: string): string => join(folder, name);

const recipe = `name: killed
seed: 5
slides:
  official: { table: slides, where: id!=synth-2-04|synth-2-05 }
  new: { table: slides, where: id=synth-2-04, labels: false }
  test: { table: slides, where: id=synth-2-05 }
steps:
  official: { do: prepare, slides: official, micronsPerPixel: 8, tile: 64 }
  stage-1:
    do: train
    data: official
    settings: &settings
      encoder: tu-test_efficientnet
      decoder: linknet
      encoderWeights: none
      foldCount: 3
      folds: ${long ? '0,1' : "'0'"}
      batchSize: 4
      epochs: ${long ? 2 : 1}
      samplesPerEpoch: 8
      workers: 1
      optimiser: { learningRate: 3e-3 }
  chosen-1: { do: select, from: stage-1, by: whole-slides }
  pseudo: { do: pseudo-label, models: chosen-1, slides: new, like: official, labels: soft, uncertain: [0.4, 0.6] }
  stage-2: { do: train, data: official, sources: { pseudo: { data: pseudo } }, settings: *settings }
  chosen-2: { do: select, from: [stage-1, stage-2], ensemble: greedy, rounds: 3 }
  predictions: { do: predict, models: chosen-2, slides: test }
  scores: { do: evaluate, predictions: predictions }
  pieces:
    do: ablate
    stages: { stage 1: chosen-1, stage 2: stage-2 }
    slides: test
    factors: { views: { none: { views: none } }, refinement: { threshold: { threshold: 0.3 }, CRF: { threshold: 0.3, crf: reference } } }
  report: { do: report }
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-run-'));
  // Speeds of this machine are kept where no other run meets them.
  process.env.FTUSEG_CACHE = at('cache');
  const size = ['--width', '320', '--height', '320', '--microns-per-pixel', '4'];
  const made = await ftu('synth', '--count', '5', ...size, '--seed', '2', '--out', at('slides'));
  expect(made.stderr).not.toContain('ftu:');
  await writeFile(at('recipe.yaml'), recipe);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the program in a process of its own; killed after so many milliseconds. */
async function start(out: string, lifetime?: number): Promise<number | null> {
  const child = spawn(process.execPath, [main, 'run', at('recipe.yaml'), '--out', at(out), '--threads', '1'], {
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (lifetime !== undefined) {
    await Promise.race([ended, setTimeout(lifetime)]);
    child.kill('SIGKILL');
  }
  return ended;
}

/** The table without its times. */
async function tableOf(out: string): Promise<unknown> {
  const { output } = JSON.parse(await readFile(at(`${out}/pieces/step.json`), 'utf8'));
  return output.ablation.rows.map(({ secondsPerSlide: _, ...row }: Record<string, unknown>) => row);
}

/** When each training of a fold ended, by the file that marks its end. */
async function finishedFolds(out: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const step of ['stage-1', 'stage-2']) {
    for (const fold of await readdir(at(`${out}/${step}/run`)).catch(() => [])) {
      const file = at(`${out}/${step}/run/${fold}/metrics.json`);
      const info = await stat(file).catch(() => undefined);
      if (info !== undefined) found.set(file, info.mtimeMs);
    }
  }
  return found;
}

const events = async (out: string): Promise<{ event: string; step: string }[]> =>
  (await readFile(at(`${out}/log.jsonl`), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Of a run that nobody disturbs: its milliseconds, and its table. */
let whole = 0;
let expected: unknown;

describe.skipIf(!torchAvailable())('ftu run', () => {
  it('trains nothing twice, and runs again what a change touches', async () => {
    const began = performance.now();
    expect(await start('whole')).toBe(0);
    whole = performance.now() - began;
    const done = (await events('whole')).filter(({ event, step }) => event === 'done' && step.startsWith('stage'));
    expect(done.map(({ step }) => step)).toEqual(['stage-1', 'stage-2']);
    expected = await tableOf('whole');

    // Once more: all is kept, and the plan says so.
    const again = await ftu('run', at('recipe.yaml'), '--out', at('whole'), '--threads', '1');
    expect(again.code).toBe(0);
    expect(again.stderr.match(/: kept: /g)).toHaveLength(10);
    expect(again.stdout).toContain('stage: stage 2 instead of stage 1');
    const plan = await ftu('run', at('recipe.yaml'), '--out', at('whole'), '--threads', '1', '--dry-run');
    expect(plan.stdout).toMatch(/stage-2 +train +kept\n/);

    // A change runs again what it changes, and no training.
    const changed = await ftu(
      'run',
      at('recipe.yaml'),
      '--out',
      at('whole'),
      '--set',
      'steps.predictions.settings.threshold=0.2',
      '--threads',
      '1',
    );
    expect(changed.code).toBe(0);
    const kept = [...changed.stderr.matchAll(/\] ([\w-]+) \([\w-]+\): kept/g)].map(([, name]) => name);
    expect(kept).toEqual(['official', 'stage-1', 'chosen-1', 'pseudo', 'stage-2', 'chosen-2', 'pieces']);
    const html = await readFile(at('whole/report/report.html'), 'utf8');
    const found = 'What was found on 1 slide.';
    for (const words of [
      long ? 'stage-1/fold-0' : 'stage-1',
      'Greedy forward selection',
      'synth-2-05',
      'pseudo',
      found,
    ])
      expect(html).toContain(words);
  }, 600_000);

  it('makes again what was lost of its results, and nothing else', async () => {
    const again = () => ftu('run', at('recipe.yaml'), '--out', at('whole'), '--threads', '1');
    expect((await again()).code).toBe(0);
    const [raster, outlines] = [
      'official/data/slides/synth-2-01.image.npy',
      'predictions/predictions/geojson/synth-2-05.geojson',
    ];
    const before = await Promise.all([raster, outlines].map((name) => readFile(at(`whole/${name}`))));
    await truncate(at(`whole/${raster}`), 1000);
    await rm(at(`whole/${outlines}`));
    const plan = await ftu('run', at('recipe.yaml'), '--out', at('whole'), '--threads', '1', '--dry-run');
    expect(plan.stdout).toMatch(/official +prepare +run/);
    const { code, stderr } = await again();
    // Whoever has a disk that changes rasters should look at it.
    expect(code).toBe(3);
    expect(stderr).toContain(
      `official: data/slides/synth-2-01.image.npy has 1000 bytes, not ${before[0]?.length}: the step runs again`,
    );
    expect(stderr).toContain('predictions: predictions/geojson/synth-2-05.geojson is gone: the step runs again');
    expect(await Promise.all([raster, outlines].map((name) => readFile(at(`whole/${name}`))))).toEqual(before);
    const kept = [...stderr.matchAll(/\] ([\w-]+) \([\w-]+\): kept/g)].map(([, name]) => name);
    expect(kept).toEqual(['stage-1', 'chosen-1', 'pseudo', 'stage-2', 'chosen-2', 'scores', 'pieces']);
    await rm(at('whole/stage-1/run'), { recursive: true });
    expect((await ftu('run', at('recipe.yaml'), '--out', at('whole'), '--threads', '1', '--dry-run')).stdout).toMatch(
      /stage-1 +train +run/,
    );
  }, 600_000);

  it.runIf(long)(
    'gives the same table whenever it is killed, and trains nothing twice',
    async () => {
      const random = createRandom(9);
      const finished = new Map<string, number>();
      let killed = 0;
      for (let i = 0; i < kills; i++) {
        // Moments all over the run: each life is long enough for its share of it.
        const lifetime = 1500 + random.next() * (whole / kills) * 1.3;
        if ((await start('killed', lifetime)) === null) killed++;
        for (const [file, time] of await finishedFolds('killed')) {
          expect(finished.get(file) ?? time).toBe(time);
          finished.set(file, time);
        }
      }
      expect(killed).toBeGreaterThan(0);
      expect(await start('killed')).toBe(0);
      expect(await tableOf('killed')).toEqual(expected);
      for (const [file, time] of await finishedFolds('killed')) expect(finished.get(file) ?? time).toBe(time);
      const done = (await events('killed')).filter(({ event, step }) => event === 'done' && step.startsWith('stage'));
      expect(done.map(({ step }) => step)).toEqual(['stage-1', 'stage-2']);
    },
    600_000,
  );

  it('names the step that fails and keeps what the others did', async () => {
    const broken = recipe
      .replace('models: chosen-2, slides: test', 'models: chosen-2, slides: unreadable')
      .replace('  test: {', '  unreadable: { table: bad.csv }\n  test: {');
    await writeFile(at('bad.png'), 'this is no picture');
    await writeFile(at('bad.csv'), 'id,image,mask,mpp\nbad,bad.png,bad.png,4\n');
    await writeFile(at('broken.yaml'), broken);
    const failed = await ftu('run', at('broken.yaml'), '--out', at('whole'), '--threads', '1');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(
      /ftu: step "predictions" failed: .*bad\.png.*; the other steps are kept; the same command goes on from here\.\n$/,
    );
    expect(failed.stderr).toContain('scores (evaluate): skipped: "predictions", which it builds on, is not done');
    expect(await readFile(at('whole/report/report.html'), 'utf8')).toContain('Step predictions is not done');
  }, 120_000);

  it('sends a second process away while the first is at work', async () => {
    const lock = await lockFolder(at('whole'));
    const second = await ftu('run', at('recipe.yaml'), '--out', at('whole'));
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/process \d+ on host ".+" has been writing here since .*; wait until it has ended/);
    await lock.release();
  });

  it('says what it would do, and what a recipe says by default', async () => {
    const plan = await ftu('run', at('recipe.yaml'), '--out', at('new'), '--dry-run');
    expect(plan.code).toBe(0);
    expect(plan.stdout).toMatch(/stage-1 +train +run +about \d+:\d\d \(\w/);
    expect(plan.stdout).toMatch(/about \d+:\d\d in all/);
    expect(await readdir(folder)).not.toContain('new');
    expect(plan.stderr).toBe('');
    vi.stubEnv('FTUSEG_CACHE', at('cache'));
    const start = ['--set', 'steps.stage-2.settings.encoderWeights=imagenet'];
    const online = await ftu('run', at('recipe.yaml'), '--out', at('new'), '--dry-run', ...start);
    expect(online.stderr).toMatch(/^step "stage-2" starts from weights of tu-test_efficientnet that are not here yet/);
    vi.unstubAllEnvs();
    const explained = await ftu('run', at('recipe.yaml'), '--explain');
    expect(explained.stdout).toContain('densityBins: 500');
    expect(explained.stdout).toContain('merge: hann');
  });
});
