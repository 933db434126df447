/** The commands that are disturbed: how each begins, and how it goes on. All write `out` in the folder where they run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { smallRecipe } from './small-recipe.mjs';

const network = [
  '--decoder',
  'linknet',
  '--encoder',
  'tu-test_efficientnet',
  '--encoder-weights',
  'none',
  '--tile-size',
  '64',
];
const length = ['--batch-size', '2', '--epochs', '2', '--samples-per-epoch', '8', '--checkpoint-minutes', '0.005'];

const runs = (folder) => existsSync(join(folder, 'out', 'config.yaml'));
const isExported = (folder) =>
  existsSync(join(folder, 'out', 'tiles.csv')) && !existsSync(join(folder, 'out', '.ftu-moving.json'));

/**
 * `needs`: inputs of the workplace. `weight`: how often it is drawn. `begin` and `resume`: arguments of `ftu`. `isDone`: whether a run that was
 * stopped had already published its result, which the same command refuses to replace.
 */
export const commands = {
  predict: {
    needs: ['slides', 'model'],
    weight: 4,
    begin: ({ slides, model }) => [
      'predict',
      '--model',
      model,
      '--slides',
      slides,
      '--out',
      'out',
      '--threads',
      '1',
      '--crf',
      'reference',
    ],
  },
  prepare: {
    needs: ['slides'],
    weight: 3,
    begin: ({ slides }) => [
      'prepare',
      '--slides',
      slides,
      '--out',
      'out',
      '--microns-per-pixel',
      '5',
      '--tile-size',
      '64',
    ],
  },
  convert: {
    needs: ['scan'],
    weight: 3,
    begin: ({ scan }) => ['convert', scan, 'out.tif', '--compression', 'deflate'],
  },
  tiles: {
    needs: ['data'],
    weight: 3,
    begin: ({ data }) => ['tiles', '--data', data, '--out', 'out', '--format', 'png', '--include-background'],
    isDone: isExported,
  },
  train: {
    needs: ['data'],
    weight: 3,
    begin: ({ data }) => [
      'train',
      '--data',
      data,
      '--out',
      'out',
      '--fold-count',
      '3',
      '--folds',
      '0',
      '--seed',
      '1',
      '--workers',
      '1',
      '--threads',
      '1',
      ...network,
      ...length,
    ],
    resume: (folder) => (runs(folder) ? ['train', '--resume', 'out'] : undefined),
  },
  run: {
    needs: ['slides', 'recipe'],
    weight: 1,
    begin: ({ recipe: file }) => ['run', file, '--out', 'out', '--threads', '1'],
  },
};

export const commandNames = Object.keys(commands);

export const recipeText = (slides) =>
  smallRecipe({
    slides: { all: { table: slides } },
    settings: { folds: '0', workers: 1 },
    steps: {
      chosen: { do: 'select', from: 'stage', by: 'whole-slides' },
      predictions: { do: 'predict', models: 'chosen', slides: 'all' },
    },
  });

/** The model that is predicted with is made by this training. */
export const modelArguments = (data) => [
  'train',
  '--data',
  data,
  '--out',
  'model',
  '--fold-count',
  '3',
  '--folds',
  '0',
  '--seed',
  '2',
  '--workers',
  '0',
  '--threads',
  '1',
  ...network,
  '--batch-size',
  '2',
  '--epochs',
  '1',
  '--samples-per-epoch',
  '4',
];
