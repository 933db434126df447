/**
 * The recipes of the competition on a synthetic copy of its folder, to `submission.csv`: real windows, factors and overlaps, tiny networks.
 * Everything that is smaller than in the recipe is laid over it with `--set`. Each takes about a minute: the suite runs one, `make recipes` all.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rleRuns } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { writeHubmapFolder } from '@ftuseg/synth';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { long } from './long.js';

const recipes = fileURLToPath(new URL('../recipes/', import.meta.url));

const main = fileURLToPath(new URL('../packages/cli/bin/ftu.js', import.meta.url));

/** `ftu` in a process of its own, as people run it. @returns exit code and all that it said */
function ftu(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

/** What every training is made small by. Of few tiles, all are trained on. */
const small = [
  'encoderWeights=none',
  'epochs=1',
  'batchSize=2',
  'foldCount=2',
  "folds='0'",
  `sampling.positive=${long ? 0.3 : 1}`,
];
const lite = ['encoder=tu-test_efficientnet', 'layout=pytorch'];
const forSteps = (steps: readonly string[], settings: readonly string[]): string[] =>
  steps.flatMap((step) => settings.map((setting) => `steps.${step}.settings.${setting}`));

interface Case {
  readonly name: string;
  /** Whether the suite runs it. */
  readonly often?: boolean;
  readonly set: readonly string[];
  readonly factor: number;
  /** Side of a tile of the submission, working pixels. */
  readonly tile: number;
  readonly card: object;
}

const twoStages = ['stage-1', 'stage-2'];
const six = ['unet', 'fpn', 'linknet'].flatMap((name) => [`${name}-1`, `${name}-2`]);

const cases: readonly Case[] = [
  {
    name: 'reference-unet-b0',
    often: true,
    set: forSteps(twoStages, small),
    factor: 4,
    tile: 256,
    card: { encoder: 'tu-tf_efficientnet_b0', options: { layout: 'keras' }, resize: 'bilinear', mean: [0, 0, 0] },
  },
  {
    name: 'reference-fpn-b4',
    // Views of windows are shown by the first recipe and the table.
    set: [
      ...forSteps(twoStages, [...small, ...lite]),
      ...forSteps(['pseudo-test', 'pseudo-extra', 'submission'], ['views=none']),
    ],
    factor: 2,
    tile: 512,
    card: { decoder: 'fpn', resize: 'bilinear', std: [1, 1, 1] },
  },
  {
    name: 'reference-final',
    set: [
      ...forSteps(six, [...small, ...lite, 'decoder=linknet']),
      ...forSteps(['pseudo-test', 'pseudo-extra', 'submission'], ['views=none']),
      // The submission keeps its tiles; on slides of a few hundred pixels most of such a tile is empty.
      ...forSteps(['pseudo-test', 'pseudo-extra'], ['tileSize=640', 'overlap=128']),
    ],
    factor: 2,
    tile: 1280,
    card: { decoder: 'linknet', resize: 'bilinear', tileSize: 512 },
  },
  {
    name: 'reference-table',
    set: forSteps(twoStages, [...small, ...lite, 'folds=all']),
    factor: 4,
    tile: 256,
    card: { decoder: 'unet', resize: 'bilinear', tileSize: 256 },
  },
  {
    name: 'winner',
    set: [
      ...forSteps(twoStages, [
        ...small.filter((setting) => !setting.startsWith('sampling') && !setting.startsWith('foldCount')),
        'encoder=resnet18',
        'samplesPerEpoch=4',
      ]),
      ...forSteps(['pseudo-test', 'pseudo-extra', 'submission'], ['views=none']),
    ],
    factor: 3.2,
    tile: 320,
    card: { options: { attention: 'cbam', hypercolumns: true }, tileSize: 320 },
  },
];

const predictionsSchema = z.object({
  models: z.array(z.object({ card: z.looseObject({ downsample: z.number() }) })),
  slides: z.array(z.object({ id: z.string(), width: z.number(), height: z.number(), downsample: z.number() })),
  settings: z.looseObject({ tileSize: z.number().optional() }),
});

describe.skipIf(!torchAvailable())('recipes of the competition (need libtorch: make libtorch)', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftu-hubmap-'));
    process.env.FTUSEG_CACHE = at('cache');
    // With this seed most slides are small, a window or a few each, and one test slide is larger than every tile of the recipes that run.
    const [train, tiles, shortest, longest] = long ? [8, 8, 1100, 2640] : [3, 2, 1024, 1060];
    await writeHubmapFolder({ out: folder, seed: 2177, train, test: 2, extra: 1, tiles, sides: [shortest, longest] });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  if (!long) it.skip('the other recipes: make recipes', () => undefined);

  it.each(cases.filter(({ often = false }) => long || often))(
    '$name runs to submission.csv at its own scale',
    async ({ name, set, factor, tile, card }) => {
      const out = at(name);
      const slides = (await readFile(join(recipes, `${name}.yaml`), 'utf8')).includes('external: {')
        ? { official: 'hubmap', scored: 'hubmap', external: 'external', test: 'hubmap/test', extra: 'extra' }
        : { official: 'hubmap', test: 'hubmap/test', extra: 'extra' };
      const tables = Object.entries(slides)
        .filter(([entry]) => entry !== 'scored' || name === 'reference-table')
        .map(([entry, place]) => `slides.${entry}.table=${at(place)}`);
      const sets = [...tables, ...set].flatMap((one) => ['--set', one]);
      const done = await ftu('run', join(recipes, `${name}.yaml`), '--out', out, ...sets);
      expect(done.said).not.toMatch(/failed|skipped/);
      // Every synthetic slide has a scanner and a stain of its own, and a few slides are little to compare with: some are said to look unlike the others.
      // A network that saw so little may find nothing on new slides, or everything.
      const warned = done.said.split(/[\n\r]/).filter((line) => line.startsWith('warning: step '));
      const expected =
        /looks unlike those that the network was trained on|pseudo-\w+: (no slide has a labelled pixel|"glomerulus" covers most of)/;
      for (const line of warned) expect(line).toMatch(expected);
      expect(done.code).toBe(warned.length === 0 ? 0 : 3);

      const predicted = join(out, 'submission', 'predictions');
      const { rows, columns } = await readCsv(join(predicted, 'submission.csv'));
      const sample = await readCsv(at('hubmap', 'sample_submission.csv'));
      expect(columns).toEqual(['id', 'predicted']);
      expect(rows.map(({ cells }) => cells.id)).toEqual(sample.rows.map(({ cells }) => cells.id));

      const found = predictionsSchema.parse(JSON.parse(await readFile(join(predicted, 'predictions.json'), 'utf8')));
      for (const { card: own } of found.models) expect(own).toMatchObject({ ...card, downsample: factor });
      expect(found.models[0]?.card.tileSize === tile || found.settings.tileSize === tile).toBe(true);
      for (const { downsample } of found.slides) expect(downsample).toBe(factor);
      for (const { cells } of rows) {
        const slide = found.slides.find(({ id }) => id === cells.id);
        // Refuses what does not fit the slide.
        expect(rleRuns(cells.predicted ?? '', slide?.width ?? 0, slide?.height ?? 0)).toBeInstanceOf(Float64Array);
      }
      expect(await readdir(join(out, 'report'))).toContain('report.html');
    },
    600_000,
  );

  it.runIf(long)('gives every cell of the published table of results', async () => {
    const { rows } = await readCsv(at('reference-table', 'results', 'ablation.csv'));
    const cells = rows.map(({ cells: { stage, members, views, mask } }) => [stage, members, views, mask].join('; '));
    for (const stage of [1, 2]) {
      for (const [who, ...how] of [
        ['single, mean', 'no TTA', 'fixed threshold'],
        ['single, mean', 'TTA', 'fixed threshold'],
        ['single, mean', 'TTA', 'DenseCRF'],
        ['ensemble', 'no TTA', 'fixed threshold'],
        ['ensemble', 'TTA', 'fixed threshold'],
        ['ensemble', 'no TTA', 'DenseCRF'],
        ['ensemble', 'TTA', 'DenseCRF'],
      ]) {
        for (const models of ['five folds', 'best three']) {
          expect(cells).toContain([`stage ${stage}, ${models}`, who, ...how].join('; '));
        }
      }
    }
  });
});
