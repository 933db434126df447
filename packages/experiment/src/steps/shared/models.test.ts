import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipeSchema } from '../../recipe/schema.js';
import type { StepRecord } from '../../records/step-record.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import { stepKinds } from '../kinds.js';
import type { TrainedFold } from '../train/output.js';
import { assertHeldOut, chosenModels, trainingSlides } from './models.js';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-models-'));
  for (const name of ['a.png', 'b.png', 'c.png']) await writeFile(at(name), name);
  await symlink(at('a.png'), at('link.png'));
});

afterAll(() => rm(folder, { recursive: true }));

const fold = (name: string, trainedOn: TrainedFold['trainedOn']): TrainedFold => ({
  name,
  step: name.split('/')[0] ?? '',
  fold: 0,
  folder: '',
  model: '',
  sha256: name,
  validationDice: 0.5,
  bestEpoch: 1,
  epochs: 1,
  steps: 1,
  seconds: 1,
  validatedOn: [],
  trainedOn,
});

const record = (output: unknown): StepRecord => ({
  format: 1,
  fingerprint: '',
  status: 'done',
  seconds: 0,
  peakBytes: null,
  summary: '',
  digest: '',
  output,
});

function context(): Pick<RunContext, 'checked' | 'records'> {
  const train = { do: 'train', data: 'data' } as const;
  const recipe = recipeSchema.parse({
    name: 'test',
    slides: { s: { table: 't.csv' } },
    steps: {
      data: { do: 'prepare', slides: 's' },
      unet: train,
      fpn: train,
      chosen: { do: 'select', from: ['unet', 'fpn'] },
    },
  });
  const slide = (name: string, role: 'official' | 'pseudo') => ({ id: name, image: at(`${name}.png`), role });
  const folds = {
    unet: [fold('unet/fold-0', [slide('a', 'official')]), fold('unet/fold-1', [slide('b', 'official')])],
    fpn: [fold('fpn', [slide('b', 'pseudo')])],
  };
  const trained = (own: TrainedFold[]) =>
    record({ folds: own, outOfFold: 0.5, classes: ['glomerulus'], threshold: 0.5 });
  const models = [
    { name: 'unet/fold-1', weight: 0.5, score: 0.8 },
    { name: 'fpn', weight: 2, score: null },
  ];
  return {
    checked: {
      file: {
        recipe,
        path: '',
        folder: '',
        kinds: stepKinds,
        fail: (_, problem) => new FtuError('bad-input', problem),
      },
      order: [],
      slides: new Map(),
      folders: new Map(),
    },
    records: new Map([
      ['unet', trained(folds.unet)],
      ['fpn', trained(folds.fpn)],
      ['chosen', record({ models, reasons: [] })],
    ]),
  };
}

const chosen = (names: string | string[]) => chosenModels(context(), names);
const row = (id: string, image: string) => ({ id, image: at(image), columns: {} });

describe('models by the names of steps', () => {
  it('are all folds of a training, or what a selection kept with its weights', () => {
    const named = (names: string | string[]) => chosen(names).map(({ fold: { name }, weight }) => [name, weight]);
    expect(named('unet')).toEqual([
      ['unet/fold-0', 1],
      ['unet/fold-1', 1],
    ]);
    expect(named('chosen')).toEqual([
      ['unet/fold-1', 0.5],
      ['fpn', 2],
    ]);
    // Named twice, counted twice.
    expect(named(['chosen', 'unet'])).toEqual([
      ['unet/fold-1', 1.5],
      ['fpn', 2],
      ['unet/fold-0', 1],
    ]);
  });

  it('know slides by their file, whatever it is called', async () => {
    const rows = [row('x', 'link.png'), row('b', 'b.png'), row('a', 'c.png')];
    expect(await trainingSlides(chosen(['unet', 'fpn']), rows)).toEqual({ labelled: ['x', 'b'], pictures: [] });
    expect(await trainingSlides(chosen('fpn'), rows)).toEqual({ labelled: [], pictures: ['b'] });
  });

  it('score no slide that they were trained on with its labels', async () => {
    await expect(assertHeldOut(chosen('unet'), [row('x', 'link.png')], 'scores')).rejects.toThrow(
      'scores: models were trained on x; score slides that they never saw',
    );
    expect(await assertHeldOut(chosen('fpn'), [row('b', 'b.png')], 'scores')).toEqual(['b']);
  });
});
