/** What a recipe's trainings start from, asked before the first step; made-up weights stand in for published ones. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { raster } from '@ftuseg/core';
import { hubFile } from '@ftuseg/files';
import { createModel, initialState, writeSafetensors } from '@ftuseg/nn';
import { writePng } from '@ftuseg/slide';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runRecipe } from '../../../engine/run-recipe.js';
import { checkRecipe } from '../../../recipe/check-recipe.js';
import { readRecipe } from '../../../recipe/read-recipe.js';
import { writeRecord } from '../../../records/step-record.js';
import type { CheckedRecipe } from '../../../step-kind/step-kind.js';
import { trainInputs } from '../config-of.js';
import { isTrain } from '../schema.js';
import { missingStarts, requireStarts } from './starts.js';

let folder: string;
let caches = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-starts-'));
  // As many as a training has folds.
  const ids = ['a', 'b', 'c', 'd', 'e'];
  for (const id of ids) await writePng(join(folder, `${id}.png`), raster(8, 8, 3, new Uint8Array(192)));
  const rows = ids.map((id) => `${id},${id}.png,a.png,1\n`);
  await writeFile(join(folder, 'slides.csv'), `id,image,mask,mpp\n${rows.join('')}`);
  const lite0 = createModel({ decoder: 'unet', encoder: 'tu-tf_efficientnet_lite0', classes: 1 });
  await writeFile(join(folder, 'lite0.safetensors'), writeSafetensors(initialState(lite0, 1)));
  // Words are words, whatever files there are.
  await writeFile(join(folder, 'none'), '');
});
beforeEach(() => {
  vi.stubEnv('FTUSEG_CACHE', join(folder, `cache-${caches++}`));
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:1');
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const head = `name: test
slides:
  all: { table: slides.csv }
steps:
  data: { do: prepare, slides: all }
`;

async function recipe(steps: string): Promise<CheckedRecipe> {
  const path = join(folder, 'recipe.yaml');
  await writeFile(path, `${head}${steps}`);
  return checkRecipe(await readRecipe(path), join(folder, 'out'));
}

async function require(checked: CheckedRecipe): Promise<string[]> {
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  await requireStarts(checked, { signal: undefined, note, progress: note });
  return notes;
}

const resnet18 = 'smp-hub/resnet18.imagenet';

async function bring(): Promise<void> {
  const { path } = hubFile(resnet18);
  await mkdir(dirname(path), { recursive: true });
  const model = createModel({ decoder: 'unet', encoder: 'resnet18', classes: 1 });
  await writeFile(path, writeSafetensors(initialState(model, 1)));
}

describe('the starts of a recipe', () => {
  const stage = '  stage: { do: train, data: data, settings: { encoder: resnet18 } }\n';

  it('are fetched first; without a network the error has line, file, place and the way around', async () => {
    const checked = await recipe(stage);
    await expect(require(checked)).rejects.toThrow(
      /recipe\.yaml: line 6: step "stage": smp-hub\/resnet18\.imagenet: no ImageNet weights of encoder resnet18: .*; bring http:.*model\.safetensors to .*smp-hub--resnet18\.imagenet\/model\.safetensors, or say `encoderWeights: none`/,
    );
    const silent = (): void => undefined;
    const options = { device: 'cpu', threads: 1, signal: undefined, note: silent, progress: silent } as const;
    const running = runRecipe(checked, { ...options, out: join(folder, 'out'), trustCode: false });
    await expect(running).rejects.toThrow(/line 6/);
    // Nothing was prepared.
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('are a note of a dry run', async () => {
    const [sentence, ...rest] = await missingStarts(await recipe(stage));
    expect(rest).toEqual([]);
    expect(sentence).toMatch(
      /^step "stage" starts from weights of resnet18 that are not here yet: .*http:\/\/127.*to /,
    );
    await bring();
    expect(await missingStarts(await recipe(stage))).toEqual([]);
    expect(await require(await recipe(stage))).toEqual([]);
  });

  it('are not asked for where the recipe says none, or another step is the start', async () => {
    await bring();
    const checked = await recipe(
      `${stage}  random: { do: train, data: data, settings: { encoderWeights: none } }\n  tuned: { do: train, data: data, encoderFrom: random, settings: { encoder: se_resnext101_32x4d } }\n`,
    );
    expect(await require(checked)).toEqual([]);
  });

  it.each([
    [
      'of another encoder',
      'lite0.safetensors',
      /line 7: step "wrong": .*not weights of encoder resnet18 .*look like those of tu-tf_efficientnet_lite0/,
    ],
    [
      'that are not there',
      'gone.safetensors',
      /line 7: step "wrong": gone\.safetensors: the encoder weights cannot be read/,
    ],
  ])('are refused %s, before the first step and in a dry run', async (_, file, message) => {
    const steps = `  wrong:\n    { do: train, data: data, settings: { encoder: resnet18, encoderWeights: ${file} } }\n`;
    await expect(recipe(steps).then(require)).rejects.toThrow(message);
    await expect(recipe(steps).then(missingStarts)).rejects.toThrow(message);
  });

  it('are checked as a whole where the whole network starts from them', async () => {
    const settings = 'encoder: tu-tf_efficientnet_lite0, encoderWeights: run, start: network';
    const whole = (more = '', name = 'whole'): string =>
      `  ${name}: { do: train, data: data, settings: { ${settings}${more} } }\n`;
    await mkdir(join(folder, 'run'), { recursive: true });
    await copyFile(join(folder, 'lite0.safetensors'), join(folder, 'run', 'checkpoint.safetensors'));
    expect(await missingStarts(await recipe(whole()))).toEqual([]);
    const two = `${whole()}${whole(', decoder: fpn', 'other')}`;
    const wrong = /line 7: step "other": .*not the weights of a fpn on tu-tf_efficientnet_lite0 with 1 class/;
    await expect(recipe(two).then(missingStarts)).rejects.toThrow(wrong);
    await expect(recipe(two).then(require)).rejects.toThrow(wrong);
    const classes = `  two: { do: prepare, slides: all, classes: kidney }\n${whole().replace('data: data', 'data: two')}`;
    await expect(recipe(classes).then(missingStarts)).rejects.toThrow(/line 7: .*with 2 classes/);
  });

  it('are what a step depends on, where they are the folder of a run too', async () => {
    await mkdir(join(folder, 'run'), { recursive: true });
    const at = join(folder, 'run', 'checkpoint.safetensors');
    const steps = '  own: { do: train, data: data, settings: { encoderWeights: run } }\n';
    const inputs = async (content: string): Promise<unknown> => {
      await writeFile(at, content);
      const checked = await recipe(steps);
      const step = checked.file.recipe.steps.own;
      if (!isTrain(step)) throw new RangeError('a training');
      return trainInputs(step, { checked });
    };
    const first = await inputs('one');
    expect(await inputs('one')).toEqual(first);
    expect(await inputs('other')).not.toEqual(first);
  });

  it('are only warned of where the step is done', async () => {
    const checked = await recipe(stage);
    const done = { status: 'done', fingerprint: '', seconds: 1, peakBytes: null, summary: '', digest: '' } as const;
    await writeRecord(join(folder, 'out', 'stage'), { ...done, output: null });
    const [warning] = await require(checked);
    expect(warning).toMatch(/^warning: .*no ImageNet weights.*\(needed only if the step runs again\)$/);
    expect(await missingStarts(checked)).toHaveLength(1);
    await rm(join(folder, 'out'), { recursive: true });
  });
});
