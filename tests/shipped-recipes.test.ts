/**
 * The recipes for the shared slides, each to its report: real slides, scales and windows, but a few of each hospital and tiny networks.
 * Everything that is smaller than in the recipe is laid over it with `--set`. The suite runs one, `FTUSEG_TESTS=all` all.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OWN_FILE_LIMITS, parseYaml } from '@ftuseg/folders';
import { filterRows, readSlideTable } from '@ftuseg/slide';
import { writeStarterSlides, writeSyntheticSlides } from '@ftuseg/synth';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ftu } from '../packages/cli/tests/run.js';
import { long } from './long.js';

const recipes = fileURLToPath(new URL('../recipes/', import.meta.url));
const data = resolve(recipes, '../../shared/data');

const recipeSchema = z.object({
  slides: z.record(z.string(), z.object({ table: z.string(), where: z.string().optional() })),
  steps: z.record(
    z.string(),
    z.object({ do: z.string(), encoderFrom: z.string().optional(), settings: z.looseObject({}).default({}) }),
  ),
});

type Step = z.output<typeof recipeSchema>['steps'][string];

/** What a training is made small by. */
const small = ({ encoderFrom, settings }: Step): string[] => [
  'encoder=tu-test_efficientnet',
  ...(encoderFrom === undefined ? ['encoderWeights=none'] : []),
  'epochs=1',
  'batchSize=2',
  'samplesPerEpoch=4',
  ...(settings.split === 'none' ? [] : ['foldCount=2']),
];

/** Images of so many cases of each set: both of two folds have some. */
const CASES = 4;

/** `--set` for a few images of every set of slides and small trainings. */
async function assignments(path: string): Promise<string[]> {
  const { slides, steps } = recipeSchema.parse(parseYaml(await readFile(path, 'utf8'), path, OWN_FILE_LIMITS));
  const chosen = Object.entries(slides).map(async ([name, { table: stated, where }]) => {
    const table = resolve(recipes, stated).replace(resolve(recipes, '../starter-slides'), drawn);
    const all = await readSlideTable(table);
    const rows = where === undefined ? all : filterRows(all, where);
    const cases = new Map(rows.map((row) => [row.columns.slide ?? row.id, row.id]));
    // From the whole table, so that every hospital has its turn.
    const every = Math.max(1, Math.floor(cases.size / CASES));
    const ids = [...cases.values()].filter((_, i) => i % every === 0).slice(0, CASES);
    return [`slides.${name}.table=${table}`, `slides.${name}.where=id=${ids.join('|')}`];
  });
  const trained = Object.entries(steps).filter(([, step]) => step.do === 'train');
  return [
    ...(await Promise.all(chosen)).flat(),
    ...trained.flatMap(([name, step]) => small(step).map((setting) => `steps.${name}.settings.${setting}`)),
  ];
}

let folder = '';
/** Small ones in the place of those of `ftu synth --layout starter`. */
let drawn = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-shipped-'));
  drawn = join(folder, 'starter-slides');
  const few = { count: 8, width: 192, height: 192, micronsPerPixel: 2, seed: 3, stain: 'mixed' } as const;
  await (long ? writeStarterSlides({ out: drawn, side: 192 }) : writeSyntheticSlides({ ...few, out: drawn }));
  process.env.FTUSEG_CACHE = join(folder, 'cache');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const often = ['all-hospitals'];
const names = [
  'starter',
  'small',
  'distill',
  'idea-attention-unet',
  'idea-fine-tuned-backbone',
  'idea-gaussian-merging',
];
const shipped = [...often, ...(long ? [...names, 'idea-unet3plus'] : [])];

describe.skipIf(!existsSync(data) || !torchAvailable())(
  'recipes for the shared slides (need them and libtorch)',
  () => {
    it.each(shipped)(
      '%s comes to its report',
      async (name) => {
        const path = join(recipes, `${name}.yaml`);
        const sets = (await assignments(path)).flatMap((assignment) => ['--set', assignment]);
        const out = join(folder, name);
        const { code, stderr } = await ftu('run', path, '--out', out, '--threads', '1', ...sets);
        expect(stderr).not.toContain('ftu:');
        expect(code).toBe(0);
        expect(await readFile(join(out, 'report/report.html'), 'utf8')).toContain('</html>');
      },
      600_000,
    );
  },
);
