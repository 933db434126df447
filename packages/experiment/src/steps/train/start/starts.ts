/** Whether every training of a recipe has the weights that its encoder starts from: asked before the first step, not after hours of others. */
import { FtuError } from '@ftuseg/core';
import { parseClasses } from '@ftuseg/slide';
import {
  checkStart,
  formatProgress,
  modelSpec,
  parseTrainConfig,
  type StartFile,
  startFile,
  type TrainConfig,
  type TrainProgress,
} from '@ftuseg/train';
import { readRecord } from '../../../records/step-record.js';
import type { RecipePath } from '../../../step-kind/recipe.js';
import type { CheckedRecipe, Preflight, RunContext } from '../../../step-kind/step-kind.js';
import { preparedLike } from '../../shared/prepared-like.js';
import { isTrain, type TrainStep } from '../schema.js';
import { weightsOf } from './weights.js';

interface OwnStart {
  readonly name: string;
  readonly config: TrainConfig;
  /** Names of the classes of its data. */
  readonly classes: readonly string[];
  /** Where the recipe says it, or would. */
  readonly at: RecipePath;
  /** A finished step needs its start only if it must run again. */
  readonly done: boolean;
}

/** The classes that a training's data are prepared with. */
const classesOf = ({ file }: CheckedRecipe, { data }: TrainStep): readonly string[] =>
  parseClasses(preparedLike(file, data)?.step.classes).names;

/** Equal for starts of which one check tells all: of the whole network where all of it starts from the weights, else of its encoder. */
const startKey = (config: TrainConfig, classes: readonly string[]): string =>
  JSON.stringify([
    config.encoderWeights,
    ...(config.start === 'network' ? [modelSpec(config, classes.length), classes] : [config.encoder]),
  ]);

/** Trainings that start from a file or a word, each start once; one that starts from another step's encoder needs neither. */
async function ownStarts(checked: CheckedRecipe): Promise<OwnStart[]> {
  const found = new Map<string, OwnStart>();
  for (const name of checked.order) {
    const step = checked.file.recipe.steps[name];
    const folder = checked.folders.get(name);
    if (!isTrain(step) || step.encoderFrom !== undefined || folder === undefined) continue;
    const weights = await weightsOf(step.settings.encoderWeights, checked);
    const given = weights === undefined ? {} : { encoderWeights: weights };
    const config = parseTrainConfig({ ...step.settings, ...given, data: '.', out: '.' });
    const done = (await readRecord(folder))?.status === 'done';
    const at = ['steps', name, ...(weights === undefined ? [] : ['settings', 'encoderWeights'])];
    const classes = classesOf(checked, step);
    const key = startKey(config, classes);
    if (found.get(key)?.done ?? true) found.set(key, { name, config, classes, at, done });
  }
  return [...found.values()];
}

const RANDOM_START = '`encoderWeights: none`';

/** An error of the recipe; for steps that are done, a sentence instead. */
function complain({ file }: CheckedRecipe, { name, at, done }: OwnStart, error: unknown): string {
  if (!(error instanceof FtuError) || error.code === 'cancelled') throw error;
  const { subject, problem, hint } = error;
  const complaint = file.fail(at, `step "${name}": ${subject === undefined ? '' : `${subject}: `}${problem}`, hint);
  if (!done) throw complaint;
  return `warning: ${complaint.message} (needed only if the step runs again)`;
}

/**
 * Fetches and checks the weights that the trainings of a recipe start from.
 * @throws {FtuError} `bad-input` with the line: weights of another encoder, a file that is not there, a network that is not
 */
export async function requireStarts(
  checked: CheckedRecipe,
  { signal, note, progress }: Pick<RunContext, 'signal' | 'note' | 'progress'>,
): Promise<void> {
  for (const start of await ownStarts(checked)) {
    const onProgress = (event: TrainProgress): void => progress(formatProgress(event));
    try {
      await checkStart(start.config, { signal, onProgress, randomStart: RANDOM_START, classes: start.classes });
    } catch (error) {
      note(complain(checked, start, error));
    }
  }
}

const toFetch = ({ config, name }: OwnStart, { hub, path }: StartFile): string =>
  `step "${name}" starts from weights of ${config.encoder} that are not here yet: they will be downloaded from ${hub?.url} (without a network, bring them to ${path})`;

/**
 * What `requireStarts` would download, without doing so.
 * @returns sentences for people
 * @throws {FtuError} as `requireStarts`, but for the network
 * @example
 * for (const sentence of await missingStarts(checked)) console.log(sentence);
 */
export async function missingStarts(checked: CheckedRecipe): Promise<string[]> {
  const sentences: string[] = [];
  for (const start of await ownStarts(checked)) {
    const { encoder, encoderWeights } = start.config;
    try {
      const file = await startFile(encoderWeights, encoder);
      if (file?.hub !== undefined && !file.there) sentences.push(toFetch(start, file));
      else await checkStart(start.config, { randomStart: RANDOM_START, classes: start.classes });
    } catch (error) {
      sentences.push(complain(checked, start, error));
    }
  }
  return sentences;
}

export const trainStarts: Preflight = { require: requireStarts, missing: missingStarts };
