/** A new kind of step is one folder and one line: added to a copy of the built package, it is planned, run, reported and kept like the others. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { copyBuilt } from './copy-built.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ftuseg-step-'));
const at = (...names: string[]): string => join(folder, ...names);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Counts slides: no useful step, but a whole one. */
const count: Readonly<Record<string, string>> = {
  'schema.js': `
import { z } from 'zod';
import { nameSchema, stepSchema } from '../../step-kind/step-schema.js';

export const countSchema = stepSchema('count', 'how many slides there are', {
  slides: nameSchema,
  word: z.string().default('counted'),
});
`,
  'check.js': `
export const countRules = {
  slides: ({ slides }) => [{ slides, as: 'pictures' }],
  check: {
    keys: ({ word }, { file, name }) => {
      if (word === '') throw file.fail(['steps', name, 'word'], 'an empty word says nothing');
    },
  },
};
`,
  'step.js': `
import { z } from 'zod';
import { rowsOf } from '../../step-kind/outputs.js';

export const countRunner = {
  code: import.meta.url,
  output: z.object({ slides: z.int() }),
  inputs: async (step, context) => rowsOf(context, step.slides).map(({ id }) => id),
  files: () => [],
  async run(context) {
    const slides = rowsOf(context, context.step.slides).length;
    context.share(1);
    return { output: { slides }, digest: String(slides), summary: slides + ' ' + context.step.word };
  },
  resultText: async ({ slides }) => 'there are ' + slides,
};
`,
  'report.js': `
export const countReport = {
  code: import.meta.url,
  collect: async (steps) => ({
    headlines: steps.map(({ name, output }) => name + ' found ' + output.slides + ' slides.'),
    cautions: ['Counting is not seeing.'],
  }),
};
`,
  'estimate.js': `
export const countWork = async ({ slides }, { checked }) => ({
  items: [{ unit: 'counted slide', facts: {}, count: checked.slides.get(slides).length, typical: 30 }],
});
`,
  'index.js': `
import { defineStep } from '../../step-kind/define-step.js';
import { countRules } from './check.js';
import { countWork } from './estimate.js';
import { countReport } from './report.js';
import { countSchema } from './schema.js';
import { countRunner } from './step.js';

export const count = defineStep(countSchema, {
  rules: countRules,
  runner: countRunner,
  work: countWork,
  report: countReport,
});
`,
};

function addStep(): void {
  const packages = at('packages');
  copyBuilt(join(root, 'packages', 'experiment'), join(packages, 'experiment'));
  for (const name of readdirSync(join(root, 'packages'))) {
    if (name !== 'experiment') symlinkSync(join(root, 'packages', name), join(packages, name));
  }
  symlinkSync(join(root, 'node_modules'), at('node_modules'));
  const steps = join(packages, 'experiment', 'dist', 'steps');
  mkdirSync(join(steps, 'count'));
  for (const [name, text] of Object.entries(count)) writeFileSync(join(steps, 'count', name), text);
  const registry = join(steps, 'registry.js');
  writeFileSync(registry, `${readFileSync(registry, 'utf8')}\nexport { count } from './count/index.js';\n`);
}

const recipe = `name: tiny
slides:
  all: { table: slides.csv }
steps:
  first: { do: count, slides: all }
  report: { do: report }
`;

beforeAll(async () => {
  addStep();
  vi.stubEnv('FTUSEG_CACHE', at('cache'));
  for (const id of ['a', 'b']) await writePng(at(`${id}.png`), raster(8, 8, 3, new Uint8Array(192)));
  writeFileSync(at('slides.csv'), 'id,image,mpp\na,a.png,1\nb,b.png,1\n');
});

async function open(text: string) {
  const index = at('packages', 'experiment', 'dist', 'index.js');
  const experiment: typeof import('@ftuseg/experiment') = await import(pathToFileURL(index).href);
  writeFileSync(at('recipe.yaml'), text);
  const file = await experiment.readRecipe(at('recipe.yaml'));
  return { experiment, file, checked: await experiment.checkRecipe(file, at('out')) };
}

const silent = (): void => undefined;
const machine = { out: at('out'), device: 'cpu', threads: 1, signal: undefined } as const;

describe('a new kind of step', () => {
  it('is in the schema and in what is said of a recipe', async () => {
    const { experiment, file } = await open(recipe);
    expect(experiment.explainRecipe(file)).toContain('word: counted');
    expect(JSON.stringify(experiment.recipeJsonSchema())).toContain('how many slides there are');
    await expect(open(recipe.replace('slides: all }', 'slides: al }'))).rejects.toThrow(
      'line 5: there are no slides "al"; there are all',
    );
    await expect(open(recipe.replace('all }\n  rep', "all, word: '' }\n  rep"))).rejects.toThrow(
      'line 5: an empty word says nothing',
    );
    await expect(open(recipe.replace('do: count', 'do: coun'))).rejects.toThrow('did you mean "count"?');
  });

  it('is planned, run, reported and kept', async () => {
    const { experiment, checked } = await open(recipe);
    const plan = await experiment.planRecipe(checked, machine, false);
    expect(plan.steps[0]).toEqual({ name: 'first', kind: 'count', status: 'run', seconds: 60, basis: 'typical' });
    const options = { ...machine, note: silent, progress: silent, trustCode: false };
    const { outcomes } = await experiment.runRecipe(checked, options);
    expect(outcomes.map(({ name, status, summary }) => [name, status, summary])).toEqual([
      ['first', 'done', '2 counted'],
      ['report', 'done', at('out', 'report', 'report.html')],
    ]);
    expect(await experiment.resultText(checked, outcomes)).toContain('first: there are 2\n');
    const page = readFileSync(at('out', 'report', 'report.html'), 'utf8');
    expect(page).toContain('first found 2 slides.');
    expect(page).toContain('Counting is not seeing.');
    const again = await experiment.runRecipe(checked, options);
    expect(again.outcomes[0]).toMatchObject({ name: 'first', status: 'kept' });
  });
});
