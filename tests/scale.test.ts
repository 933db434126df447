/**
 * A scale is said by a factor or by micrometres: both must give one network, one prediction and one score, and a prediction at another scale
 * must score worse. On a synthetic copy of the competition's folder.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHubmapFolder } from '@ftuseg/synth';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { long } from './long.js';

const main = fileURLToPath(new URL('../packages/cli/bin/ftu.js', import.meta.url));

/** `ftu` in a process of its own. @returns what it wrote to stdout */
function ftu(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [answer, log] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (answer += text.toString()));
    child.stderr.on('data', (text: Buffer) => (log += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(answer) : reject(new Error(`ftu ${args[0]}: ${code}\n${log}`))));
  });
}

const scoreSchema = z.object({ meanDice: z.number() });

/** Of the slides, as `writeHubmapFolder` draws them. */
const MPP = 0.5;

/** Two data sets that differ in nothing but how their scale is said, and trainings on those that are named. */
const recipeAt = (factor: number, trained: readonly string[]): string => `name: scale
seed: 3
slides:
  official: { table: hubmap, micronsPerPixel: ${MPP} }
  test: { table: test-truth.csv, where: mpp=${MPP} }
steps:
${[
  ['factor', `downsample: ${factor}`],
  ['micrometres', `micronsPerPixel: ${factor * MPP}`],
]
  .map(
    ([name, scale]) => `  data-${name}: { do: prepare, slides: official, ${scale}, tile: 128 }
${trained.includes(name ?? '') ? training(name) : ''}`,
  )
  .join('')}`;

const training = (name: string | undefined): string => `  train-${name}:
    do: train
    data: data-${name}
    settings:
      encoder: tu-test_efficientnet
      encoderWeights: none
      split: none
      batchSize: 8
      epochs: 4
      samplesPerEpoch: 128
      ema: 0.95
      optimiser: { learningRate: 3e-3 }
  predict-${name}: { do: predict, models: train-${name}, slides: test, settings: { views: none, minimumArea: 0 } }
  scores-${name}: { do: evaluate, predictions: predict-${name} }
`;

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

describe.skipIf(!torchAvailable())('the scale of a network (needs libtorch: make libtorch)', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftu-scale-'));
    process.env.FTUSEG_CACHE = at('cache');
    const sides: [number, number] = long ? [2100, 2200] : [700, 800];
    await writeHubmapFolder({ out: folder, seed: 9, train: 3, test: 1, extra: 0, tiles: 1, sides });
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is prepared to the same pixels by factor 2 and by micrometres', async () => {
    const [recipe, run] = [at('pixels.yaml'), at('pixels')];
    await writeFile(recipe, recipeAt(2, []));
    await ftu('run', recipe, '--out', run);
    const filesOf = async (name: string): Promise<Map<string, Buffer>> => {
      const names = await readdir(join(run, name), { recursive: true, withFileTypes: true });
      // Pictures, labels and the list of tiles; the indexes say how the scale was given.
      const files = names.filter((one) => one.isFile() && !one.name.endsWith('.json'));
      const read = files.map(async (one): Promise<[string, Buffer]> => {
        const path = join(one.parentPath, one.name);
        return [relative(join(run, name), path), await readFile(path)];
      });
      return new Map((await Promise.all(read)).sort(([one], [other]) => (one < other ? -1 : 1)));
    };
    const [factor, micrometres] = [await filesOf('data-factor'), await filesOf('data-micrometres')];
    expect(factor.size).toBeGreaterThan(3);
    expect([...micrometres.keys()]).toEqual([...factor.keys()]);
    for (const [name, bytes] of factor) expect(micrometres.get(name)?.equals(bytes), name).toBe(true);
  }, 120_000);

  it.runIf(long)(
    'is the same network by factor 4 and by micrometres, and matters (make recipes)',
    async () => {
      const [recipe, run] = [at('scale.yaml'), at('run')];
      await writeFile(recipe, recipeAt(4, ['factor', 'micrometres']));
      await ftu('run', recipe, '--out', run);
      const step = async (name: string): Promise<number> =>
        scoreSchema.parse(JSON.parse(await readFile(join(run, `scores-${name}`, 'evaluation.json'), 'utf8'))).meanDice;
      const factor = await step('factor');
      expect(Math.abs(factor - (await step('micrometres')))).toBeLessThan(0.01);
      expect(factor).toBeGreaterThan(0.4);

      const wrong = at('native');
      const model = join(run, 'train-factor', 'run', 'model.onnx');
      const slides = ['--slides', at('test-truth.csv'), '--where', `mpp=${MPP}`];
      await ftu(
        'predict',
        '--model',
        model,
        ...slides,
        '--out',
        wrong,
        '--views',
        'none',
        '--downsample',
        '1',
        '--minimum-area',
        '0',
      );
      const truth = ['--truth', at('test-truth.csv'), '--where', `mpp=${MPP}`];
      const native = scoreSchema.parse(JSON.parse(await ftu('evaluate', ...truth, '--predictions', wrong, '--json')));
      expect(native.meanDice).toBeLessThan(factor - 0.2);
    },
    600_000,
  );
});
