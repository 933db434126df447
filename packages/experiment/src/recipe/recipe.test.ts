import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkRecipe } from './check-recipe.js';
import { checkSteps } from './check-steps.js';
import { explainRecipe } from './explain.js';
import { readRecipe, recipeJsonSchema } from './read-recipe.js';

const shipped = fileURLToPath(new URL('../../../../recipes/', import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-recipe-'));
  const image = raster(8, 8, 3, new Uint8Array(192));
  for (const id of ['a', 'b', 'c']) await writePng(join(folder, `${id}.png`), image);
  const rows = ['a', 'b', 'c'].map((id) => `${id},${id}.png,${id}.png,1,${id < 'c' ? 'old' : 'new'}`);
  await writeFile(join(folder, 'slides.csv'), ['id,image,mask,mpp,kind', ...rows].join('\n'));
  await writeFile(join(folder, 'lost.csv'), 'id,image\nz,z.png\n');
});

afterAll(() => rm(folder, { recursive: true }));

const head = `name: test
slides:
  old: { table: slides.csv, where: kind=old }
  new: { table: slides.csv, where: kind=new, labels: false }
steps:
`;
const data = '  data: { do: prepare, slides: old }\n';
const stage = '  stage: { do: train, data: data }\n';

async function check(text: string, assignments: readonly string[] = []) {
  const path = join(folder, 'recipe.yaml');
  await writeFile(path, text);
  return checkRecipe(await readRecipe(path, assignments), join(folder, 'out'));
}

describe('a recipe', () => {
  it('is put in an order in which each step finds what it builds on', async () => {
    const { order } = await check(
      `${head}  report: { do: report }\n  labels: { do: pseudo-label, models: stage, slides: new, like: data }\n${stage}${data}`,
    );
    expect(order).toEqual(['data', 'stage', 'labels', 'report']);
  });

  it('hides the truth of slides that are said to have none', async () => {
    const { slides } = await check(`${head}${data}`);
    expect(slides.get('old')?.map(({ mask }) => mask !== undefined)).toEqual([true, true]);
    const [hidden] = slides.get('new') ?? [];
    expect(hidden?.mask).toBeUndefined();
    expect(hidden?.columns).toEqual({ id: 'c', image: 'c.png', mpp: '1', kind: 'new' });
  });

  it('takes values over its own, without touching what an anchor shares', async () => {
    const text = `${head}${data}  one: { do: train, data: data, settings: &s { epochs: 3 } }\n  two: { do: train, data: data, settings: { <<: *s, decoder: fpn } }\n`;
    const { file } = await check(text, ['steps.one.settings.epochs=5', 'seed=7']);
    const { one, two } = file.recipe.steps;
    expect(file.recipe.seed).toBe(7);
    expect(one).toMatchObject({ settings: { epochs: 5 } });
    expect(two).toMatchObject({ settings: { epochs: 3, decoder: 'fpn' } });
  });

  it("has its own seed where it names one, else each preset's", async () => {
    const text = `${head}${data}  one: { do: train, data: data, settings: { preset: reference } }\n  two: { do: train, data: data }\n`;
    const seeds = async (changes: string[]) => {
      const { file } = await check(text, changes);
      const { one, two } = parse(explainRecipe(file.recipe)).steps;
      return [one.settings.seed, two.settings.seed];
    };
    expect(await seeds([])).toEqual([5363, 0]);
    expect(await seeds(['seed=7'])).toEqual([7, 7]);
  });

  it.each([
    [
      'an unknown step',
      `${head}  data: { do: prepar, slides: old }\n`,
      'line 6: steps.data: there is no step "prepar"; did you mean "prepare"?',
    ],
    [
      'a step that says nothing',
      `${head}  data: { slides: old }\n`,
      'line 6: steps.data: says not what it does with `do: prepare |',
    ],
    [
      'an unknown key',
      `${head}  data: { do: prepare, slides: old, tiles: 3 }\n`,
      'line 6: there is no key "steps.data.tiles"; did you mean "tile"?',
    ],
    ['an unknown key at the top', `sedd: 3\n${head}${data}`, 'line 1: there is no key "sedd"; did you mean "seed"?'],
    ['an impossible value', `${head}  data: { do: prepare, slides: old, tile: 100 }\n`, 'line 6: steps.data.tile: '],
    [
      'an unknown setting of training',
      `${head}${data}  stage:\n    do: train\n    data: data\n    settings:\n      epoch: 3\n`,
      'did you mean "epochs"?',
    ],
    [
      'an unknown setting of prediction',
      `${head}${data}${stage}  out: { do: predict, models: stage, slides: old, settings: { view: d4 } }\n`,
      'line 8: steps.out.settings: there is no setting "view"; did you mean "views"?',
    ],
    [
      'a setting that the recipe decides',
      `${head}${data}  stage: { do: train, data: data, settings: { out: x } }\n`,
      'the recipe decides "out"',
    ],
    [
      'a step that is not there',
      `${head}${data}  stage: { do: train, data: dat }\n`,
      'line 7: there is no step "dat"; did you mean "data"?',
    ],
    [
      'a step of another kind',
      `${head}${data}${stage}  chosen: { do: select, from: data }\n`,
      '"data" is a step that does prepare, where train is needed',
    ],
    [
      'slides that are not there',
      `${head}  data: { do: prepare, slides: odl }\n`,
      'line 6: there are no slides "odl"; there are old, new',
    ],
    [
      'a circle',
      `${head}${data}  a: { do: train, data: data, sources: { x: { data: p } } }\n  p: { do: pseudo-label, models: a, slides: new, like: data }\n`,
      'steps wait for each other in a circle: a -> p -> a',
    ],
    ['a missing table', `${head.replace('slides.csv', 'none.csv')}${data}`, 'line 3: '],
    [
      'a missing image',
      `${head.replace('slides.csv, where: kind=old', 'lost.csv')}${data}`,
      'line 3: the image of slide "z" is not there',
    ],
    ['an unknown value of a filter', `${head.replace('kind=old', 'kind=ancient')}${data}`, 'line 3: '],
    [
      'slides that validate and are pseudo-labelled',
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: old, like: data }\n`,
      'line 8: slides "old" would be pseudo-labelled and validate (step "data")',
    ],
    [
      'the same slides under two names',
      `${head.replace('kind=new', 'kind=old')}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data }\n`,
      'a.png of "new" would be pseudo-labelled and validate',
    ],
    [
      'two steps that write the same place',
      `${head}${data}  stage: { do: train, data: data, out: data/run }\n`,
      'line 7: steps "data" and "stage" would write the same place, data/run',
    ],
    [
      'a place outside the experiment',
      `${head}  data: { do: prepare, slides: old, out: ../data }\n`,
      '"../data" is not a folder inside',
    ],
    [
      'a selection without candidates',
      `${head}${data}${stage}  chosen: { do: select, from: stage, by: given }\n`,
      'line 8: a selection by given scores has no candidate',
    ],
    [
      'a selection from nothing',
      `${head}${data}${stage}  chosen: { do: select, from: [] }\n`,
      'line 8: steps.chosen.from: ',
    ],
    [
      'predicted labels in another role',
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data }\n  two: { do: train, data: data, sources: { p: { data: p, role: external } } }\n`,
      'pseudo-labels of "p" cannot be external',
    ],
    [
      'a band upside down',
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data, uncertain: [0.7, 0.3] }\n`,
      'the band from 0.7 to 0.3 is upside down',
    ],
    ['text that is not YAML', `${head}  data: { do: [\n`, 'this is not YAML'],
    ['a name twice', `${head}${data}${data}`, 'line 7: this is not YAML: Map keys must be unique'],
    ['no recipe', '- 3\n', 'a recipe holds `name`, `slides` and `steps`'],
    ['no step', `${head.trimEnd()} {}\n`, 'there is no step'],
  ])('refuses %s in one sentence, with the line', async (_, text, message) => {
    const error = await check(text).then(
      () => undefined,
      (problem: Error) => problem,
    );
    expect(error).toMatchObject({ code: 'bad-input' });
    expect(error?.message).toContain(message);
    expect(error?.message).toMatch(/recipe\.yaml: (line \d+: )?./);
    expect(error?.message).not.toContain('\n');
  });
});

describe('the recipes that are shipped', async () => {
  const names = (await readdir(shipped)).filter((name) => name.endsWith('.yaml'));

  it.each(names)('%s can be read, and says all of itself in a form that can be read again', async (name) => {
    const file = await readRecipe(join(shipped, name));
    const { recipe } = file;
    // Nothing but steps that are there, of the right kind, and settings that their commands take.
    expect(checkSteps(file).sort()).toEqual(Object.keys(recipe.steps).sort());
    const path = join(folder, name);
    await writeFile(path, explainRecipe(recipe));
    const again = (await readRecipe(path)).recipe;
    expect(explainRecipe(again)).toBe(explainRecipe(recipe));
    expect(Object.keys(again.steps)).toEqual(Object.keys(recipe.steps));
    expect(parse(explainRecipe(recipe))).toMatchObject({ name: name.replace('.yaml', '') });
  });

  it('come with the schema that editors check them by', async () => {
    const kept = JSON.parse(await readFile(join(shipped, 'recipe.schema.json'), 'utf8'));
    // `ftu run --schema > recipes/recipe.schema.json` makes it anew.
    expect(kept).toEqual(JSON.parse(JSON.stringify(recipeJsonSchema())));
  });
});
