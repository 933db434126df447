/**
 * A scale is said by a factor or by micrometres: both must give one network, one prediction and one score, and a prediction at another scale
 * must score worse. On a synthetic copy of the competition's folder.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHubmapFolder } from '@ftuseg/synth';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const main = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));

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

/** Two trainings that differ in nothing but how their scale is said. */
const recipeAt = (factor: number, epochs: number): string => `name: scale
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
  train-${name}:
    do: train
    data: data-${name}
    settings:
      encoder: tu-tf_efficientnet_lite0
      encoderWeights: none
      split: none
      batchSize: 8
      epochs: ${epochs}
      samplesPerEpoch: 128
      ema: 0.95
      optimiser: { learningRate: 3e-3 }
  predict-${name}: { do: predict, models: train-${name}, slides: test, settings: { views: none } }
  scores-${name}: { do: evaluate, predictions: predict-${name} }
`,
  )
  .join('')}`;

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

describe.skipIf(!torchAvailable())('the scale of a network (needs libtorch: make libtorch)', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftu-scale-'));
    process.env.FTUSEG_CACHE = at('cache');
    await writeHubmapFolder({ out: folder, seed: 9, train: 3, test: 1, extra: 0, tiles: 1, sides: [2100, 2200] });
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  // Windows of the networks at factor 2 show less than a glomerulus, so that they are too weak to tell a wrong factor.
  it.each([
    { divisor: 4, epochs: 6, least: 0.5, tellsScale: true },
    { divisor: 2, epochs: 3, least: 0.2, tellsScale: false },
  ])(
    'is the same by factor $divisor and by micrometres, and matters',
    async ({ divisor, epochs, least, tellsScale }) => {
      const [recipe, run] = [at(`scale-${divisor}.yaml`), at(`run-${divisor}`)];
      await writeFile(recipe, recipeAt(divisor, epochs));
      await ftu('run', recipe, '--out', run);
      const step = async (name: string): Promise<number> =>
        scoreSchema.parse(JSON.parse(await readFile(join(run, `scores-${name}`, 'evaluation.json'), 'utf8'))).meanDice;
      const [factor, micrometres] = [await step('factor'), await step('micrometres')];
      expect(Math.abs(factor - micrometres)).toBeLessThan(0.01);
      expect(factor).toBeGreaterThan(least);
      if (!tellsScale) return;

      const wrong = at('native');
      const model = join(run, 'train-factor', 'run', 'model.onnx');
      const slides = ['--slides', at('test-truth.csv'), '--where', `mpp=${MPP}`];
      await ftu('predict', '--model', model, ...slides, '--out', wrong, '--views', 'none', '--downsample', '1');
      const truth = ['--truth', at('test-truth.csv'), '--where', `mpp=${MPP}`];
      const native = scoreSchema.parse(JSON.parse(await ftu('evaluate', ...truth, '--predictions', wrong, '--json')));
      expect(native.meanDice).toBeLessThan(factor - 0.2);
    },
    600_000,
  );
});
