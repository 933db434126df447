/** Pseudo-label steps with networks that are one convolution, on slides of which one has trained one of them. */

import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtuError, raster } from '@ftuseg/core';
import { openContentDigests, readCsv } from '@ftuseg/files';
import { loadModel, type PredictSettings, predictTable } from '@ftuseg/infer';
import { type SlideRow, writePng } from '@ftuseg/slide';
import { openDataset, prepareDataset } from '@ftuseg/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel } from '../../../tests/convolution-model.js';
import { recipeSchema } from '../src/recipe/schema.js';
import type { StepRecord } from '../src/records/step-record.js';
import type { StepContext } from '../src/step-kind/step-kind.js';
import { stepKinds } from '../src/steps/kinds.js';
import { pseudoLabelReport } from '../src/steps/pseudo-label/report.js';
import { isPseudoLabel, type PseudoLabelStep } from '../src/steps/pseudo-label/schema.js';
import { pseudoLabelRunner } from '../src/steps/pseudo-label/step.js';
import type { TrainedFold } from '../src/steps/train/output.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const rowOf = (id: string): SlideRow => ({ id, image: at(`${id}.png`), columns: { id, mask: 'drawn.png' } });
const prepared = { downsample: 2, tile: 64, overlap: 16, allTiles: true } as const;
const settings = { merge: 'or', views: 'reference', downsample: 2, threshold: 0.4, minimumArea: 40 } as const;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ftuseg-pseudo-step-')));
  for (const [n, id] of ['a', 'b', 'c'].entries()) {
    const data = Uint8Array.from({ length: 301 * 207 * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % 301, Math.floor(i / 903)];
      return 125 + 120 * Math.sin(x / (17 + n)) * Math.cos(y / 13);
    });
    await writePng(at(`${id}.png`), raster(301, 207, 3, data));
  }
  for (const [name, weight] of Object.entries({ one: 0.4, two: 0.7 })) {
    const kernel = Array.from({ length: 27 }, () => weight);
    await writeFile(at(`${name}.onnx`), convolutionModel({ weight: kernel, bias: -17 * weight }));
  }
  await prepareDataset({ rows: [{ ...rowOf('c'), rle: '1 9' }], out: at('official'), ...prepared });
});

afterAll(() => rm(folder, { recursive: true }));

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

const fold = (name: string, trainedOn: TrainedFold['trainedOn']): TrainedFold => ({
  name,
  step: name,
  fold: 0,
  folder: '',
  model: at(`${name}.onnx`),
  sha256: name,
  validationDice: 0.5,
  bestEpoch: 1,
  epochs: 1,
  steps: 1,
  seconds: 1,
  validatedOn: [],
  trainedOn,
});

/** @param notes takes what the step tells people */
async function contextOf(
  own: Record<string, unknown>,
  notes: string[] = [],
  signal?: AbortSignal,
  progress: (text: string) => void = () => undefined,
): Promise<StepContext<PseudoLabelStep>> {
  const recipe = recipeSchema.parse({
    name: 'test',
    slides: { new: { table: 't.csv', labels: false } },
    steps: {
      official: { do: 'prepare', slides: 'new', ...prepared },
      one: { do: 'train', data: 'official' },
      two: { do: 'train', data: 'official' },
      tuned: { do: 'tune', models: 'one' },
      pseudo: { do: 'pseudo-label', models: ['one', 'two'], slides: 'new', like: 'official', ...own },
    },
  });
  const step = recipe.steps.pseudo;
  if (!isPseudoLabel(step)) throw new RangeError('the recipe has another step');
  await mkdir(at('step'), { recursive: true });
  const trained = (one: TrainedFold) =>
    record({ folds: [one], outOfFold: null, classes: ['glomerulus'], threshold: 0.5 });
  const tuned = {
    settings: { threshold: 0.3, peak: 0.6, crf: 'none' },
    dice: { default: 0, tuned: 0, leftOut: null },
    slides: 1,
  };
  return {
    checked: {
      file: { recipe, path: '', folder, kinds: stepKinds, fail: (_, problem) => new FtuError('bad-input', problem) },
      order: Object.keys(recipe.steps),
      slides: new Map([['new', [rowOf('a'), rowOf('b')]]]),
      folders: new Map([['pseudo', at('step')]]),
    },
    records: new Map([
      ['official', record({ data: at('official'), slides: 1, tiles: 1 })],
      ['one', trained(fold('one', []))],
      ['two', trained(fold('two', [{ id: 'a', image: at('a.png'), role: 'official' }]))],
      ['tuned', record(tuned)],
    ]),
    out: folder,
    root: folder,
    digests: openContentDigests(at('digests.txt')),
    device: 'cpu',
    threads: 1,
    signal,
    outcomes: [],
    name: 'pseudo',
    step,
    folder: at('step'),
    final: at('step'),
    begun: false,
    gathered: false,
    note: (text) => notes.push(text),
    progress,
    share: () => {},
    spent: () => {},
  };
}

/** What `ftu predict` says about a slide. */
async function codeOf(id: string, names: readonly string[], own: PredictSettings): Promise<string> {
  const models = await Promise.all(names.map((name) => loadModel(at(`${name}.onnx`), { threads: 1 })));
  const out = at(`by-hand-${id}`);
  await predictTable([rowOf(id)], models, { ...own, out, outputs: [] });
  await Promise.all(models.map((model) => model.close()));
  return (await readCsv(join(out, 'submission.csv'))).rows[0]?.cells.predicted ?? '';
}

describe('labels: mask', () => {
  it('are the masks of ftu predict by the models that never saw the slide, prepared as drawn ones', async () => {
    const context = await contextOf({ labels: 'mask', settings });
    const { output, summary } = await pseudoLabelRunner.run(context);
    expect(summary).toBe('2 slides, predicted masks');
    const rows = [
      { ...rowOf('a'), rle: await codeOf('a', ['one'], settings) },
      { ...rowOf('b'), rle: await codeOf('b', ['one', 'two'], settings) },
    ];
    await prepareDataset({ rows, out: at('by-hand'), ...prepared });
    for (const name of ['slides/a.mask.npy', 'slides/b.mask.npy', 'slides/b.image.npy']) {
      const [own, theirs] = await Promise.all([readFile(join(output.data, name)), readFile(at('by-hand', name))]);
      expect(own.equals(theirs)).toBe(true);
    }
    const dataset = await openDataset(output.data);
    expect(dataset).toMatchObject({
      labels: 'predicted',
      prediction: { kind: 'mask' },
      tile: 64,
      overlap: 16,
      provenance: { step: 'pseudo', settings, models: { a: [{ name: 'one' }], b: [{ name: 'one' }, { name: 'two' }] } },
    });
    expect(dataset.slides.map(({ columns }) => columns)).toEqual(['a', 'b'].map((id) => ({ id, source: 'pseudo' })));
    expect(output).toMatchObject({ labels: 'mask', band: null, uncertain: 0 });
    expect(output.labelled.map(({ id, models }) => [id, models])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    for (const { foreground } of output.labelled) expect(foreground.glomerulus).toBeGreaterThan(0.05);

    const finished = { name: 'pseudo', step: context.step, output };
    const { pseudoLabels = [] } = await pseudoLabelReport.collect([finished], context);
    const [{ summary: text = '', examples = [] } = {}] = pseudoLabels;
    expect(text).toBe('2 slides, masks as `ftu predict` writes them, prepared as drawn ones.');
    expect(examples.map(({ caption }) => caption)).toEqual([
      expect.stringMatching(/^glomerulus [\d.]+ %; labelled by 1 model$/),
      expect.stringMatching(/^glomerulus [\d.]+ %; labelled by 2 models$/),
    ]);
  });

  it('go on after an interruption, and predict no slide twice', async () => {
    await rm(at('step'), { recursive: true, force: true });
    const stop = new AbortController();
    // The second slide has models of its own, and so a folder.
    const begin = (text: string): void => {
      if (text.includes('slide b')) stop.abort();
    };
    const interrupted = await contextOf({ labels: 'mask', settings }, [], stop.signal, begin);
    await expect(pseudoLabelRunner.run(interrupted)).rejects.toMatchObject({ code: 'cancelled' });
    const [first] = (await readdir(at('step'))).sort();
    const done = at('step', first ?? '', 'slides', 'a.json');
    const before = (await stat(done)).mtimeMs;
    const { output } = await pseudoLabelRunner.run(await contextOf({ labels: 'mask', settings }));
    expect((await stat(done)).mtimeMs).toBe(before);
    expect((await openDataset(output.data)).slides).toHaveLength(2);
  });
});

describe('labels: soft', () => {
  it('say which of the tuned settings they do not look at', async () => {
    const notes: string[] = [];
    const own = { labels: 'soft', tuned: 'tuned', settings: { downsample: 2 } };
    const { output } = await pseudoLabelRunner.run(await contextOf(own, notes));
    expect(notes).toEqual(['  `labels: soft` are made of probabilities: threshold, peak of "tuned" are left out']);
    expect((await openDataset(output.data)).provenance).toMatchObject({ settings: { downsample: 2, crf: 'none' } });
  });
});
