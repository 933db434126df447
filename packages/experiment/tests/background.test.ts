/** Steps that score say so where nobody looked at a slide: networks that are one convolution, and a slide that is all white. */

import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtuError, raster } from '@ftuseg/core';
import { openContentDigests } from '@ftuseg/files';
import { type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel } from '../../../tests/convolution-model.js';
import { recipeSchema } from '../src/recipe/schema.js';
import type { StepRecord } from '../src/records/step-record.js';
import type { BaseStep } from '../src/step-kind/recipe.js';
import type { StepContext, StepResult } from '../src/step-kind/step-kind.js';
import { stepKinds } from '../src/steps/kinds.js';
import type { TrainOutput } from '../src/steps/train/output.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ftuseg-background-')));
  const pixels = (colour: readonly number[]): Uint8Array =>
    Uint8Array.from({ length: 128 * 96 * 3 }, (_, i) => colour[i % 3] ?? 0);
  await writePng(at('pink.png'), raster(128, 96, 3, pixels([200, 90, 150])));
  await writePng(at('white.png'), raster(128, 96, 3, pixels([250, 250, 250])));
  await writeFile(at('one.onnx'), convolutionModel({ weight: Array.from({ length: 27 }, () => 0.4), bias: -7 }));
});

afterAll(() => rm(folder, { recursive: true }));

const row = (id: string): SlideRow => ({ id, image: at(`${id}.png`), rle: '1 900', columns: { id } });

const trained = (): TrainOutput => ({
  folds: [
    {
      name: 'one',
      step: 'one',
      fold: 0,
      folder: '',
      model: at('one.onnx'),
      sha256: 'one',
      validationDice: 0.5,
      bestEpoch: 1,
      epochs: 1,
      steps: 1,
      seconds: 1,
      trainedOn: [],
      validatedOn: ['pink', 'white'].map((id) => ({ id, image: at(`${id}.png`), role: 'official' })),
    },
  ],
  outOfFold: null,
  byColumn: null,
  classes: ['glomerulus'],
  threshold: 0.5,
});

const steps: Readonly<Record<string, BaseStep>> = recipeSchema.shape.steps.parse({
  official: { do: 'prepare', slides: 'all', downsample: 2 },
  one: { do: 'train', data: 'official' },
  pieces: { do: 'ablate', stages: { one: 'one' }, slides: 'all', settings: { downsample: 2 } },
  best: { do: 'select', from: 'one', by: 'whole-slides', settings: { downsample: 2 } },
});

/** @param shares takes what the step says of how much is done */
async function run(name: 'pieces' | 'best', shares: number[]): Promise<StepResult<unknown>> {
  const step = steps[name];
  const kind = step && stepKinds.get(step.do);
  if (step === undefined || kind === undefined) throw new RangeError(`no step ${name}`);
  const record: StepRecord = {
    format: 1,
    fingerprint: '',
    status: 'done',
    seconds: 0,
    peakBytes: null,
    summary: '',
    digest: '',
    output: trained(),
  };
  const recipe = { name: 'test', slides: { all: { table: 't.csv', labels: true } }, steps };
  const context: StepContext = {
    checked: {
      file: { recipe, path: '', folder, kinds: stepKinds, fail: (_, problem) => new FtuError('bad-input', problem) },
      order: Object.keys(steps),
      slides: new Map([['all', [row('pink'), row('white')]]]),
      folders: new Map([[name, at(name)]]),
    },
    records: new Map([['one', record]]),
    out: folder,
    root: folder,
    digests: openContentDigests(at('digests.txt')),
    device: 'cpu',
    threads: 1,
    signal: undefined,
    outcomes: [],
    name,
    step,
    folder: at(name),
    final: at(name),
    begun: false,
    gathered: false,
    note: () => undefined,
    progress: () => undefined,
    share: (done) => shares.push(done),
    spent: () => undefined,
  };
  await mkdir(at(name), { recursive: true });
  return kind.run(context);
}

describe.each(['pieces', 'best'] as const)('the step %s', (name) => {
  it('warns once of a slide of which no tile was looked at, and says how much is done', async () => {
    const shares: number[] = [];
    const { warnings } = await run(name, shares);
    expect(warnings).toEqual([
      expect.stringMatching(/^white: no tile was looked at: all \d+ were taken for background/),
    ]);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});
