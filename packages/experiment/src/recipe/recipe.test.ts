import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

  it('takes what masks are made by where labels are masks, and values that ask for nothing', async () => {
    const labels = (kind: string, settings: string): string =>
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data, labels: ${kind}, settings: { ${settings} } }\n`;
    await check(labels('mask', 'merge: or, threshold: 0.4, minimumArea: 10, fillHoles: true, peak: 0.8, split: true'));
    await check(labels('mask', 'merge: or, crf: reference'));
    await check(labels('soft', 'minimumArea: 0, fillHoles: false, split: false, peak: 0'));
  });

  it('has labels where a step reads them, and labels that fit, before anything runs', async () => {
    await expect(check(`${head}  data: { do: prepare, slides: new }\n`)).rejects.toThrow(
      /recipe\.yaml: line 4: 1 of 1 slides have no labels, such as "c", and step "data" reads them/,
    );
    await mkdir(join(folder, 'scans'));
    await writePng(join(folder, 'scans', 'x.png'), raster(8, 8, 3, new Uint8Array(192)));
    const text = (step: string): string => `name: test\nslides:\n  scans: { table: scans }\nsteps:\n${step}`;
    await expect(check(text('  data: { do: prepare, slides: scans }\n'))).rejects.toThrow(
      '1 of 1 slides have no labels',
    );
    await writeFile(join(folder, 'codes.csv'), 'id,image,rle\na,a.png,1 65\n');
    const codes = 'name: test\nslides:\n  all: { table: codes.csv }\nsteps:\n  data: { do: prepare, slides: all }\n';
    await expect(check(codes)).rejects.toThrow(
      /recipe\.yaml: line 3: .*code of slide a \(.*a\.png\): run 1 \("1 65"\) ends past the last of 64 pixels/,
    );
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
      'a start that another start overrides',
      `${head}${data}${stage}  two:\n    do: train\n    data: data\n    encoderFrom: stage\n    settings: { encoderWeights: none }\n`,
      'line 12: "two" starts from the encoder of "stage", so that encoderWeights would do nothing; leave one of the two out',
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
    [
      'sources at another scale',
      `${head}  data: { do: prepare, slides: old, downsample: 4 }\n  web: { do: prepare, slides: new, downsample: 2 }\n  stage: { do: train, data: data, sources: { web: { data: web } } }\n`,
      'line 8: "web" is prepared at a downsample of 2, and "data" at a downsample of 4; prepare all sources of a training alike',
    ],
    [
      'sources at a factor beside sources in micrometres',
      `${head}  data: { do: prepare, slides: old, micronsPerPixel: 2 }\n  web: { do: prepare, slides: new }\n  stage: { do: train, data: data, sources: { web: { data: web } } }\n`,
      '"web" is prepared at native pixels, and "data" at 2 µm per pixel',
    ],
    [
      'pseudo-labels at another scale',
      `${head}${data}${stage}  half: { do: prepare, slides: old, downsample: 2 }\n  p: { do: pseudo-label, models: stage, slides: new, like: half }\n  two: { do: train, data: data, sources: { p: { data: p } } }\n`,
      '"p" is prepared at a downsample of 2, and "data" at native pixels',
    ],
    [
      'sources of another tile size',
      `${head}${data}  web: { do: prepare, slides: new, tile: 128 }\n  stage: { do: train, data: data, sources: { web: { data: web } } }\n`,
      '"web" is prepared in tiles of 128, and "data" in tiles of 256',
    ],
    [
      'a prediction by another factor than that of training',
      `${head}  data: { do: prepare, slides: old, downsample: 4 }\n${stage}  out: { do: predict, models: stage, slides: new, settings: { downsample: 2 } }\n`,
      'line 8: the models were trained on "data" at a downsample of 4, and here slides are shrunk by 2',
    ],
    [
      'a level of an ablation by another factor',
      `${head}  data: { do: prepare, slides: old, micronsPerPixel: 2 }\n${stage}  table: { do: ablate, stages: { one: stage }, slides: new, factors: { size: { half: { downsample: 2 } } } }\n`,
      'line 8: the models were trained on "data" at 2 µm per pixel, and here slides are shrunk by 2',
    ],
    [
      'models of two scales that are merged by "or"',
      `${head}${data}  half: { do: prepare, slides: old, downsample: 2 }\n${stage}  two: { do: train, data: half }\n  out: { do: predict, models: [stage, two], slides: new, settings: { merge: or } }\n`,
      'line 10: models trained at native pixels and at a downsample of 2 cannot be merged by "or"',
    ],
    ...[
      ['threshold: 0.4', '"threshold" does nothing with `labels: hard`'],
      ['peak: 0.8', '"peak" does nothing with `labels: hard`'],
      ['minimumArea: 100', '"minimumArea" does nothing with `labels: hard`'],
      ['fillHoles: true', '"fillHoles" does nothing with `labels: hard`'],
      ['split: true', '"split" does nothing with `labels: hard`'],
      ['merge: or', 'merge "or" joins masks, and `labels: hard` are made of probabilities'],
    ].map(([setting, message]) => [
      `a setting of masks for labels made of probabilities, ${setting}`,
      `${head}${data}${stage}  p:\n    do: pseudo-label\n    models: stage\n    slides: new\n    like: data\n    settings:\n      ${setting}\n`,
      `line 14: ${message}`,
    ]),
    [
      'settings that were tuned for nothing',
      `${head}${data}${stage}  t: { do: tune, models: stage, search: [threshold] }\n  p: { do: pseudo-label, models: stage, slides: new, like: data, labels: soft, tuned: t }\n`,
      'step "t" searches threshold, none of which `labels: soft` look at',
    ],
    [
      'a band of uncertainty in a mask',
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data, labels: mask, uncertain: [0.3, 0.7] }\n`,
      'line 8: a mask has no probabilities, so that the band `uncertain` does nothing',
    ],
    [
      'a mask of classes that overlap',
      `${head}  data: { do: prepare, slides: old, classes: normal=1;any=1 }\n${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data, labels: mask }\n`,
      'a mask has one class per pixel, and classes of "data" overlap',
    ],
    [
      'a threshold that a CRF of joined masks leaves unused',
      `${head}${data}${stage}  out:\n    do: predict\n    models: stage\n    slides: new\n    settings:\n      merge: or\n      crf: reference\n      threshold: 0.4\n`,
      'line 15: prediction settings: threshold: with merge "or" and a crf',
    ],
    [
      'such a threshold in one cell of an ablation',
      `${head}${data}${stage}  a: { do: ablate, stages: { one: stage }, slides: new, settings: { merge: or, threshold: 0.4 } }\n`,
      'line 8: prediction settings: threshold: with merge "or" and a crf',
    ],
    [
      'tuning of joined masks',
      `${head}${data}${stage}  t: { do: tune, models: stage, settings: { merge: or } }\n`,
      'line 8: masks that are joined have no probabilities to tune',
    ],
    [
      'two scales for the same rows',
      `name: two\nslides:\n  old:\n    table: slides.csv\n    micronsPerPixel: 0.5\nsteps:\n  data: { do: prepare, slides: old }\n`,
      'line 5: slides.old: "micronsPerPixel" would do nothing: every row says its own',
    ],
    [
      'a threshold of a greedy selection',
      `${head}${data}${stage}  s: { do: select, from: [stage], ensemble: greedy, settings: { threshold: 0.4 } }\n`,
      '"settings.threshold" would do nothing: a greedy selection scores mean probabilities',
    ],
    [
      'weights of the sources of a grid',
      `${head}${data}  web: { do: prepare, slides: new }\n  stage:\n    do: train\n    data: data\n    settings: { sampling: { windows: grid } }\n    sources:\n      web: { data: web, weight: 2 }\n`,
      'line 13: steps.stage: "sources.web.weight" would do nothing: the windows are those of the grid',
    ],
    [
      'an ablation of a million rows',
      `${head}${data}${stage}  a:\n    do: ablate\n    stages: { one: stage }\n    slides: new\n    factors:\n${Array.from({ length: 20 }, (_, i) => `      f${i}: { a: {}, b: {} }`).join('\n')}\n`,
      'line 12: 1 stages times 2 x 2 x 2',
    ],
    [
      'a number that is text',
      `${head}  data: { do: prepare, slides: old, tile: abc }\n`,
      'line 6: steps.data.tile: give a number, not text "abc"',
    ],
    [
      'a reference to what every object has',
      `${head}${data}  stage: { do: train, data: constructor }\n`,
      'there is no step "constructor"',
    ],
    [
      'slides that every object has',
      `${head}  data: { do: prepare, slides: toString }\n`,
      'there are no slides "toString"',
    ],
    [
      'a step that every object has',
      `${head}  constructor: { do: prepare, slides: old }\n`,
      '"constructor" cannot be a name',
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
