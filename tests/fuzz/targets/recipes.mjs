/** Recipes and settings, as files and as they are typed. */
import { readdirSync, readFileSync } from 'node:fs';
import { explainRecipe, readRecipe } from '@ftuseg/experiment';
import { assignSetting, parseYaml } from '@ftuseg/folders';
import { crfByName, resolveSettings } from '@ftuseg/infer';
import { parseTrainConfig, refuseUnusedTraining } from '@ftuseg/train';
import { checkSteps } from '../../../packages/experiment/dist/recipe/check-steps.js';

const shipped = new URL('../../../recipes/', import.meta.url);
const recipeFiles = readdirSync(shipped)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(new URL(name, shipped), 'utf8'));

const small = `name: small
slides:
  all: { table: slides.csv, where: kind=old }
steps:
  data: { do: prepare, slides: all, tile: 256 }
  stage: { do: train, data: data, settings: { epochs: 2, loss: { bce: 1 } } }
  out: { do: predict, models: stage, slides: all, settings: { views: d4 } }
  scores: { do: evaluate, predictions: out }
`;

const words = [
  '&a ',
  '*a',
  '<<: *a',
  '- ',
  '? ',
  '!!js/function',
  '!!binary',
  '|\n',
  '>\n',
  '---\n',
  '%YAML 1.1\n',
  '{',
  '}',
  '[',
  ']',
  ': ',
  'do: ',
  'train',
  'prepare',
  'select',
  'ablate',
  'pseudo-label',
  'settings:',
  'steps:',
  'slides:',
  'ensemble: greedy',
  'factors:',
];

const text = (bytes) => new TextDecoder().decode(bytes);

export const recipes = [
  {
    name: 'recipe',
    ending: 'yaml',
    originals: [small, small, ...recipeFiles],
    dictionary: words,
    run: async (bytes, { file }) => {
      const read = await readRecipe(await file('recipe.yaml', bytes));
      checkSteps(read);
      explainRecipe(read);
    },
  },
  {
    name: 'set',
    ending: 'txt',
    originals: [
      'steps.stage.settings.epochs=5',
      'seed=3',
      'slides.all.table=x.csv',
      'steps.data={do: prepare, slides: all}',
    ],
    dictionary: [...words, '.', '=', '__proto__.x=', 'constructor.prototype.'],
    run: async (bytes, { file }) => {
      const typed = text(bytes);
      const path = await file('recipe.yaml', new TextEncoder().encode(small));
      await readRecipe(path, [typed]).catch((error) => {
        if (error.name !== 'FtuError') throw error;
      });
      assignSetting({ augment: { zoom: 1 } }, typed);
    },
  },
  {
    name: 'train-settings',
    ending: 'yaml',
    originals: [
      'data: d\nout: o\nepochs: 3\nschedule: { name: cosine, warmup: 0.1 }\naugment: { zoom: 1.5 }\nsources: { web: { data: w, role: external } }\n',
      'data: d\nout: o\npreset: reference\n',
    ],
    dictionary: [...words, 'optimiser:', 'sampling:', 'windows: grid', 'loss:', 'folds: ', 'all'],
    run: (bytes) => {
      const settings = parseYaml(text(bytes), 'x.yaml');
      parseTrainConfig(settings, 'x.yaml');
      refuseUnusedTraining(settings, 'x.yaml');
    },
  },
  {
    name: 'predict-settings',
    ending: 'yaml',
    originals: [
      'views: d4\nscales: 1,0.8\nthreshold: a=0.4,b=0.5\ncrf: sxy=3,compat=3,iterations=5\n',
      'merge: or\noverlap: 0.5\n',
    ],
    dictionary: [...words, 'crf: ', 'reference', 'threshold: ', 'peak: ', 'a=', 'minimumArea: '],
    run: (bytes) => {
      const settings = parseYaml(text(bytes), 'x.yaml');
      resolveSettings(settings, { classes: ['a', 'b'], threshold: 0.5 });
    },
  },
  {
    name: 'crf',
    ending: 'txt',
    originals: ['sxy=3,compat=3,iterations=5', 'reference', 'bilateral-sxy=40,bilateral-srgb=13,bilateral-compat=4'],
    dictionary: ['=', ',', 'none', 'iterations=', 'sxy=', 'toString'],
    run: (bytes) => crfByName(text(bytes)),
  },
];
