/** The recipe of a training: what `ftu run` does from the page and from a terminal alike. */
import { FtuError } from '@ftuseg/core';
import type { RecipeInput } from '@ftuseg/experiment';
import type { ModelCard } from '@ftuseg/nn';
import { COMPLETE_AREA, IGNORED_AREA } from '../protocol/objects.js';
import { PREDICTING, PREPARING, PREPARING_MORE, TRAINING } from './progress.js';

/** Files of a job, relative to its folder. */
export const jobFiles = {
  record: 'job.json',
  recipe: 'recipe.yaml',
  /** Slides with complete areas. */
  corrected: 'corrected.csv',
  /** Slides of which only objects are known. */
  more: 'more.csv',
  /** All slides, to be predicted. */
  slides: 'slides.csv',
  /** What people drew, one file for each slide. */
  labels: 'labels',
  /** Where `ftu run` and `ftu predict` write. */
  run: 'run',
  log: 'log.txt',
} as const;

export interface NetworkToTrain {
  /** As `ftu train` takes them: a file, the folder of a run, `starter` or `none`. */
  readonly encoderWeights: string;
  /** Of these weights: the whole network, or the encoder alone, where people drew classes that the network does not know. */
  readonly start: 'network' | 'encoder';
  readonly decoder: string;
  readonly encoder: string;
  readonly options: Readonly<Record<string, string | boolean>>;
  /** By name, in the order of the network's channels. */
  readonly classes: readonly string[];
  /** Working pixels. */
  readonly tile: number;
  /** One of the two, as the model card says it. */
  readonly micronsPerPixel?: number | undefined;
  readonly downsample?: number | undefined;
  /** How its pictures are made, as the model card says it: absent as there. */
  readonly resize?: ModelCard['resize'];
  readonly icc?: ModelCard['icc'];
  readonly stainNormalisation?: ModelCard['stainNormalisation'];
}

export interface RecipeToWrite {
  /** What people call the model. */
  readonly name: string;
  readonly network: NetworkToTrain;
  /** Whether there are slides of which only objects are known. */
  readonly more: boolean;
  /** Undefined: no slide validates. */
  readonly folds: number | undefined;
  readonly epochs: number;
  readonly imagesPerEpoch: number;
}

/** Windows of a step: as many as fit two cores, and no more than there are. */
const MAX_BATCH = 8;

/** Names that mean something else in a class map. */
const RESERVED = ['annotated', 'ignore', 'background'];

/**
 * A class map for `ftu prepare`: each class by its own name, complete areas outside of which nothing is known, and areas that count nowhere.
 * @throws {FtuError} `bad-input` for a name that a class map cannot hold
 * @example
 * classMapOf(['glomerulus']); // '"glomerulus"="glomerulus";annotated="complete";ignore="ignore"'
 */
export function classMapOf(classes: readonly string[]): string {
  const bad = classes.find((name) => name.includes('"') || RESERVED.includes(name) || /^\s|\s$/.test(name));
  if (bad !== undefined) {
    const hint = 'give the class another name in the class list';
    throw new FtuError('bad-input', `the class "${bad}" has a name that no training can take`, { hint });
  }
  const own = classes.map((name) => `"${name}"="${name}"`);
  return [...own, `annotated="${COMPLETE_AREA}"`, `ignore="${IGNORED_AREA}"`].join(';');
}

type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

const isGroup = (value: Plain): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && !Array.isArray(value);

/** Plain data as YAML, one key a line: strings and lists are written as JSON writes them, which YAML reads the same. */
export function yamlOf(data: { readonly [key: string]: Plain }, indent = ''): string {
  return Object.entries(data)
    .map(([key, value]) => {
      if (!isGroup(value)) return `${indent}${key}: ${JSON.stringify(value)}\n`;
      if (Object.keys(value).length === 0) return `${indent}${key}: {}\n`;
      return `${indent}${key}:\n${yamlOf(value, `${indent}  `)}`;
    })
    .join('');
}

/** Pictures as the network has seen them. */
function picturesOf({ micronsPerPixel, downsample, tile, resize, icc, stainNormalisation }: NetworkToTrain) {
  return {
    ...(micronsPerPixel === undefined ? { downsample: downsample ?? 1 } : { micronsPerPixel }),
    tile,
    ...(resize === undefined ? {} : { resize }),
    ...(icc === undefined ? {} : { icc }),
    ...(stainNormalisation === undefined
      ? {}
      : { stainNormalisation: stainNormalisation.method, stainTarget: { ...stainNormalisation } }),
  };
}

/** Names of the steps of a recipe, in their order. */
export const stepsOf = ({ more }: Pick<RecipeToWrite, 'more'>): string[] => [
  PREPARING,
  ...(more ? [PREPARING_MORE] : []),
  TRAINING,
  PREDICTING,
];

/**
 * Prepares the corrected slides at the model's own scale, trains from its weights, and predicts all slides.
 * @returns the text of a recipe for `ftu run`, which counts paths from the recipe's folder
 */
export function trainingRecipe({ name, network, more, folds, epochs, imagesPerEpoch }: RecipeToWrite): string {
  const { encoderWeights, start, decoder, encoder, options, classes } = network;
  const prepared = { ...picturesOf(network), classes: classMapOf(classes) };
  const settings: { readonly [key: string]: Plain } = {
    name,
    decoder,
    encoder,
    encoderWeights,
    ...(start === 'network' ? { start } : {}),
    ...options,
    ...(folds === undefined ? { split: 'none' } : { foldCount: folds }),
    batchSize: Math.min(MAX_BATCH, imagesPerEpoch),
    epochs,
    samplesPerEpoch: imagesPerEpoch,
    // A training of minutes, on a few slides of one laboratory.
    augment: { preset: 'standard' },
    // Few images must not undo what many have taught.
    optimiser: {
      learningRate: start === 'network' ? 2e-4 : 1e-3,
      ...(start === 'encoder' && encoderWeights !== 'none' ? { encoderFactor: 0.3 } : {}),
    },
  };
  const recipe = {
    name: 'studio',
    seed: 1,
    slides: {
      corrected: { table: jobFiles.corrected },
      ...(more ? { more: { table: jobFiles.more } } : {}),
      all: { table: jobFiles.slides, labels: false },
    },
    steps: {
      [PREPARING]: { do: 'prepare', slides: 'corrected', ...prepared },
      ...(more ? { [PREPARING_MORE]: { do: 'prepare', slides: 'more', ...prepared } } : {}),
      [TRAINING]: {
        do: 'train',
        data: PREPARING,
        ...(more ? { sources: { more: { data: PREPARING_MORE } } } : {}),
        settings,
      },
      [PREDICTING]: { do: 'predict', models: TRAINING, slides: 'all' },
    },
  } satisfies RecipeInput;
  return `# Written by ftu studio: \`ftu run ${jobFiles.recipe} --out ${jobFiles.run}\` in this folder does the same, and goes on with what is begun.\n${yamlOf(recipe)}`;
}
