/** How the data behind steps were prepared: the scale that their networks know. */
import { parseTrainConfig, type TrainConfig } from '@ftuseg/train';
import type { RecipeFile } from '../../step-kind/step-kind.js';
import { isPrepare, type PrepareStep } from '../prepare/schema.js';
import { isPseudoLabel } from '../pseudo-label/schema.js';
import { isSelect } from '../select/schema.js';
import { isTrain, type TrainStep } from '../train/schema.js';

export interface Prepared {
  readonly name: string;
  readonly step: PrepareStep;
}

export const describeScale = ({ micronsPerPixel, downsample = 1 }: PrepareStep): string => {
  if (micronsPerPixel !== undefined) return `${micronsPerPixel} µm per pixel`;
  return downsample === 1 ? 'native pixels' : `a downsample of ${downsample}`;
};

/** The prepare step that decides what a data step's rasters look like. */
export function preparedLike(file: RecipeFile, name: string): Prepared | undefined {
  const step = file.recipe.steps[name];
  if (isPrepare(step)) return { name, step };
  return isPseudoLabel(step) ? preparedLike(file, step.like) : undefined;
}

/** The train steps behind names of train and select steps, each with the prepare step of its official slides. */
function trainings(file: RecipeFile, models: string | readonly string[]) {
  return [models].flat().flatMap((name): { name: string; step: TrainStep; data: Prepared }[] => {
    const step = file.recipe.steps[name];
    if (isSelect(step)) return trainings(file, step.from);
    const data = isTrain(step) ? preparedLike(file, step.data) : undefined;
    return !isTrain(step) || data === undefined ? [] : [{ name, step, data }];
  });
}

/** Prepare steps of the official slides that models were trained on. */
export const preparedFor = (file: RecipeFile, models: string | readonly string[]): Prepared[] =>
  trainings(file, models).map(({ data }) => data);

/** What the models' trainings learn, the sides of their tiles, working pixels, and whether their networks have a tile classifier. */
export const trainedOn = (
  file: RecipeFile,
  models: string | readonly string[],
): {
  readonly name: string;
  readonly task: TrainConfig['task'];
  readonly tile: number;
  readonly hasClassifier: boolean;
}[] =>
  trainings(file, models).map(({ name, step, data }) => {
    const { task, tile = data.step.tile, tileClassifier } = parseTrainConfig({ ...step.settings, data: '.', out: '.' });
    return { name, task, tile, hasClassifier: tileClassifier };
  });
