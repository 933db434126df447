/** Models that a step asks for by the names of other steps, with the slides that they were trained on. */
import { FtuError, listNames } from '@ftuseg/core';
import type { SlideRow } from '@ftuseg/slide';
import { outputOf } from '../../step-kind/outputs.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import { selectOutputSchema } from '../select/output.js';
import { isSelect } from '../select/schema.js';
import { type TrainedFold, trainOutputSchema } from '../train/output.js';
import { realPathOf } from './real-path.js';

/** Steps, and what came out of those that are done. */
type Known = Pick<RunContext, 'checked' | 'records'>;

export interface ChosenModel {
  readonly fold: TrainedFold;
  readonly weight: number;
}

/** Every fold that a train step left, by its name. */
function foldsByName(context: Known, steps: readonly string[]): Map<string, TrainedFold> {
  const folds = steps.flatMap((name) => outputOf(context, name, trainOutputSchema).folds);
  return new Map(folds.map((fold) => [fold.name, fold]));
}

/** The models behind names of select and train steps; one that is named twice weighs twice. */
export function chosenModels(context: Known, names: string | readonly string[]): ChosenModel[] {
  const chosen = new Map<string, ChosenModel>();
  const add = (fold: TrainedFold, weight: number): void => {
    chosen.set(fold.name, { fold, weight: (chosen.get(fold.name)?.weight ?? 0) + weight });
  };
  for (const name of [names].flat()) {
    const step = context.checked.file.recipe.steps[name];
    if (isSelect(step)) {
      const folds = foldsByName(context, [step.from].flat());
      for (const { name: model, weight } of outputOf(context, name, selectOutputSchema).models) {
        const fold = folds.get(model);
        if (fold !== undefined) add(fold, weight);
      }
    } else for (const fold of foldsByName(context, [name]).values()) add(fold, 1);
  }
  return [...chosen.values()];
}

/** What decides the answers of models. */
export const modelsDigest = (models: readonly ChosenModel[]): unknown =>
  models.map(({ fold: { sha256 }, weight }) => [sha256, weight]);

/** Slides that models were trained on, by their ids. */
export interface TrainingSlides {
  /** With their labels. */
  readonly labelled: readonly string[];
  /** With predicted labels or none. */
  readonly pictures: readonly string[];
}

/** The slides of a table that some of the models were trained on. */
export async function trainingSlides(
  models: readonly ChosenModel[],
  rows: readonly SlideRow[],
): Promise<TrainingSlides> {
  const labelled: string[] = [];
  const pictures: string[] = [];
  for (const { id, image } of rows) {
    const path = await realPathOf(image);
    const known = models.flatMap(({ fold }) => fold.trainedOn.filter((slide) => slide.image === path));
    if (known.some(({ role }) => role === 'official' || role === 'external')) labelled.push(id);
    else if (known.length > 0) pictures.push(id);
  }
  return { labelled, pictures };
}

/** @param ids of slides that are scored */
export const trainedOnThem = (ids: readonly string[], subject?: string): FtuError =>
  new FtuError('bad-input', `models were trained on ${listNames(ids)}`, {
    ...(subject === undefined ? {} : { subject }),
    hint: 'score slides that they never saw',
  });

/**
 * Scores of slides that a model was trained on are worth nothing.
 * @returns ids of slides whose pictures, without their labels, some model was trained on
 * @throws {FtuError} `bad-input` naming slides that a model was trained on with their labels
 */
export async function assertHeldOut(
  models: readonly ChosenModel[],
  rows: readonly SlideRow[],
  subject: string,
): Promise<readonly string[]> {
  const { labelled, pictures } = await trainingSlides(models, rows);
  if (labelled.length === 0) return pictures;
  throw trainedOnThem(labelled, subject);
}
