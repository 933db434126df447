/** Two processes and one output folder, and two predictions in one, with real processes: nothing is ever mixed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from '../../packages/cli/tests/run.js';
import { convolutionModel } from '../convolution-model.js';
import { endlessModel } from '../endless-model.js';
import { few, long } from '../long.js';

const main = fileURLToPath(new URL('../../packages/cli/bin/ftu.js', import.meta.url));
const REFUSED = /^ftu: .*: process \d+ on host ".+" has been writing here since .*; wait until it has ended/m;

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-ownership-'));
  const size = ['--width', '320', '--height', '320', '--microns-per-pixel', '4'];
  expect((await ftu('synth', '--count', '3', ...size, '--seed', '4', '--out', at('slides'))).code).toBe(0);
  // Tissue is darker than background: the mean of the colours, turned around.
  const weight = new Array<number>(27).fill(-0.4);
  await writeFile(at('model.onnx'), convolutionModel({ weight, bias: 8 }, { downsample: 1 }));
  await writeFile(at('other.onnx'), convolutionModel({ weight, bias: 7 }, { downsample: 1 }));
  await writeFile(at('endless.onnx'), endlessModel());
  const prepared = await ftu(
    'prepare',
    '--slides',
    at('slides'),
    '--out',
    at('data'),
    '--downsample',
    '2',
    '--tile-size',
    '64',
  );
  expect(prepared.code).toBe(0);
}, 60_000);
const running: ChildProcess[] = [];
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** @param apart in a PID namespace of its own, with the same process numbers as any other */
function start(args: readonly string[], apart = false): { child: ChildProcess; ended: Promise<Ended> } {
  const node = [process.execPath, main, ...args];
  const [program = '', ...rest] = apart
    ? ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', ...node]
    : node;
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  running.push(child);
  let stderr = '';
  child.stderr?.on('data', (text) => {
    stderr += String(text);
  });
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr }))) };
}

/** Starts a command and stops it while it has its folder, so that others meet it there. @returns lets it go on */
async function startAndHold(args: readonly string[], out: string): Promise<() => Promise<Ended>> {
  const { child, ended } = start(args);
  while (!existsSync(join(at(out), '.ftu-lock'))) await setTimeout(2);
  child.kill('SIGSTOP');
  return () => {
    child.kill('SIGCONT');
    return ended;
  };
}

/** All files with what they hold; of JSON without times. */
async function contents(out: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(at(out), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path, 'latin1');
    found.set(path.slice(at(out).length), path.endsWith('.json') ? bytes.replaceAll(/"seconds": ?[\d.]+/g, '') : bytes);
  }
  return found;
}

const predict = (out: string, ...more: readonly string[]): string[] => [
  'predict',
  '--model',
  at('model.onnx'),
  '--slides',
  at('slides'),
  '--out',
  at(out),
  '--threads',
  '1',
  ...more,
];
const prepare = (out: string, downsample: string): string[] => [
  'prepare',
  '--slides',
  at('slides'),
  '--out',
  at(out),
  '--tile-size',
  '64',
  '--downsample',
  downsample,
];
const NETWORK = '--decoder linknet --encoder tu-test_efficientnet --encoder-weights none --tile-size 64'.split(' ');
const SHORT_TRAINING = '--workers 0 --threads 1 --batch-size 2 --epochs 3 --samples-per-epoch 4'.split(' ');
const train = (out: string, seed: string): string[] => [
  'train',
  '--data',
  at('data'),
  '--out',
  at(out),
  '--fold-count',
  '3',
  '--folds',
  '0',
  '--seed',
  seed,
  ...NETWORK,
  ...SHORT_TRAINING,
];
const tiles = (out: string, format: string): string[] => [
  'tiles',
  '--data',
  at('data'),
  '--out',
  at(out),
  '--format',
  format,
];
const convert = (out: string, compression: string): string[] => [
  'convert',
  at('slides'),
  at(out),
  '--compression',
  compression,
  '--overwrite',
];
const synth = (out: string, seed: string): string[] => [
  'synth',
  '--out',
  at(out),
  '--seed',
  seed,
  '--count',
  '2',
  '--width',
  '320',
  '--height',
  '320',
];

describe('two processes at once with different settings', () => {
  const cases: readonly (readonly [string, (out: string) => string[], (out: string) => string[]])[] = [
    ['predict', (out) => predict(out, '--threshold', '0.3'), (out) => predict(out, '--threshold', '0.9')],
    ['prepare', (out) => prepare(out, '1'), (out) => prepare(out, '3')],
    ['convert', (out) => convert(out, 'jpeg'), (out) => convert(out, 'deflate')],
    ['tiles', (out) => tiles(out, 'png'), (out) => tiles(out, 'tfrecord')],
    ['synth', (out) => synth(out, '1'), (out) => synth(out, '2')],
  ];

  const known = new Map<string, Map<string, string>>();
  /** What a command leaves when nobody disturbs it. */
  async function alone(name: string, i: number, make: (out: string) => string[]): Promise<Map<string, string>> {
    const out = `alone-${name}-${i}`;
    if (!known.has(out)) expect((await ftu(...make(out))).code).toBe(0);
    const found = known.get(out) ?? (await contents(out));
    known.set(out, found);
    return found;
  }

  it.each(few(cases, 5))(
    '%s: the second is sent away, the first ends as if it had been alone',
    async (name, one, other) => {
      const goOn = await startAndHold(one(`two-${name}`), `two-${name}`);
      const second = start(other(`two-${name}`));
      expect(await second.ended).toMatchObject({ code: 1, stderr: expect.stringMatching(REFUSED) });
      expect((await goOn()).code).toBe(0);
      expect(await contents(`two-${name}`)).toEqual(await alone(name, 0, one));
    },
    60_000,
  );

  it.each(few(cases.slice(0, 2), 2))(
    '%s: begun in the same moment, one of them is the result',
    async (name, one, other) => {
      const out = `same-${name}`;
      const ended = await Promise.all([one(out), other(out)].map((args) => start(args).ended));
      for (const { code, stderr } of ended)
        if (code !== 0) expect(stderr).toMatch(/has been writing here since|the folder holds other things/);
      expect(ended.some(({ code }) => code === 0)).toBe(true);
      const found = await contents(out);
      expect([await alone(name, 0, one), await alone(name, 1, other)]).toContainEqual(found);
    },
    60_000,
  );

  it.runIf(long && torchAvailable())(
    'train: three epochs are three lines of history (needs libtorch)',
    async () => {
      const goOn = await startAndHold(train('two-train', '1'), 'two-train');
      expect(await start(train('two-train', '2')).ended).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(REFUSED),
      });
      expect((await goOn()).code).toBe(0);
      expect((await readFile(at('two-train/history.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(3);
      const third = await ftu(...train('two-train', '2'));
      expect(third.stderr).toContain('the folder already holds a run');
    },
    120_000,
  );

  it('run: the second is sent away', async () => {
    const recipe = `name: two\nslides: { all: { table: slides } }\nsteps: { data: { do: prepare, slides: all, downsample: 1, tile: 64 } }\n`;
    await writeFile(at('recipe.yaml'), recipe);
    const run = ['run', at('recipe.yaml'), '--out', at('two-run')];
    const goOn = await startAndHold(run, 'two-run');
    expect(await start(run).ended).toMatchObject({ code: 1, stderr: expect.stringMatching(REFUSED) });
    expect((await goOn()).code).toBe(0);
    expect((await ftu(...run)).code).toBe(0);
  }, 60_000);
});

const canUnshare = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;

it.runIf(canUnshare)(
  'two containers with the same process numbers do not mix either',
  async () => {
    const endless = predict('apart').map((word) => (word === at('model.onnx') ? at('endless.onnx') : word));
    start(endless, true);
    while (!existsSync(at('apart/.ftu-lock'))) await setTimeout(5);
    expect(await start(predict('apart'), true).ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(REFUSED),
    });
  },
  30_000,
);

describe('a process that is killed', () => {
  it('stands in nobody’s way: the same command goes on at once, to the same bytes', async () => {
    const out = 'killed';
    for (const lifetime of [900, 1300, 1700]) {
      const { child, ended } = start(predict(out));
      await Promise.race([ended, setTimeout(lifetime)]);
      child.kill('SIGKILL');
      await ended;
    }
    const { code, stderr } = await start(predict(out)).ended;
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('host')]);
    expect((await ftu(...predict('undisturbed'))).code).toBe(0);
    expect(await contents(out)).toEqual(await contents('undisturbed'));
  }, 60_000);

  it('leaves a prediction that is not scored, and a data set that is not trained on', async () => {
    const killed = async (args: readonly string[], until: () => boolean): Promise<void> => {
      const { child, ended } = start(args);
      while (!until()) await setTimeout(2);
      child.kill('SIGKILL');
      await ended;
    };
    await killed(predict('half'), () => existsSync(at('half/slides/synth-4-01.json')));
    const evaluate = ['evaluate', '--truth', at('slides'), '--predictions', at('half')];
    expect(await ftu(...evaluate)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the prediction in this folder was interrupted, or is still going on'),
    });
    expect((await ftu(...predict('half'))).code).toBe(0);
    expect((await ftu(...evaluate)).code).toBe(0);

    expect((await ftu(...prepare('half-data', '2'))).code).toBe(0);
    await killed(prepare('half-data', '1'), () => !existsSync(at('half-data/dataset.json')));
    expect(
      (await ftu(...tiles('half-tiles', 'png').map((word) => word.replace(at('data'), at('half-data'))))).stderr,
    ).toContain('there is no prepared data set here');
  }, 60_000);
});

it('another model in the folder of a prediction leaves nothing of the first', async () => {
  const other = (out: string): string[] =>
    predict(out, '--threshold', '0.7').map((word) => (word === at('model.onnx') ? at('other.onnx') : word));
  expect((await ftu(...predict('models'))).code).toBe(0);
  const second = await ftu(...other('models'));
  expect(second.stderr).toContain('results of 3 slides by another model, with other settings or of other slides');
  expect((await ftu(...other('alone'))).code).toBe(0);
  expect(await contents('models')).toEqual(await contents('alone'));
}, 60_000);
