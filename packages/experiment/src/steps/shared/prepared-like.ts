/** How the data behind steps were prepared: the scale that their networks know. */
import { parseTrainConfig } from '@ftuseg/train';
import type { RecipeFile } from '../../step-kind/step-kind.js';
import { isPrepare, type PrepareStep } from '../prepare/schema.js';
import { isPseudoLabel } from '../pseudo-label/schema.js';
import { isSelect } from '../select/schema.js';
import { isTrain } from '../train/schema.js';

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

/** Prepare steps of the official slides that models were trained on. */
export function preparedFor(file: RecipeFile, models: string | readonly string[]): Prepared[] {
  return [models].flat().flatMap((name) => {
    const step = file.recipe.steps[name];
    if (isSelect(step)) return preparedFor(file, step.from);
    const data = isTrain(step) ? preparedLike(file, step.data) : undefined;
    return data === undefined ? [] : [data];
  });
}

/** Sides of the tiles that models were trained on, working pixels, and whether they have a tile classifier. */
export function trainedOn(
  file: RecipeFile,
  models: string | readonly string[],
): { readonly name: string; readonly tile: number; readonly hasClassifier: boolean }[] {
  return [models].flat().flatMap((name) => {
    const step = file.recipe.steps[name];
    if (isSelect(step)) return trainedOn(file, step.from);
    const data = isTrain(step) ? preparedLike(file, step.data) : undefined;
    if (!isTrain(step) || data === undefined) return [];
    const { tile = data.step.tile, tileClassifier } = parseTrainConfig({ ...step.settings, data: '.', out: '.' });
    return [{ name, tile, hasClassifier: tileClassifier }];
  });
}
