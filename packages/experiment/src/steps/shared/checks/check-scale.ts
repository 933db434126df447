/**
 * Whether a step names classes that its models will know, and shows networks pixels of the size that they were trained on: a network answers something at
 * any size, and nobody sees that it is wrong.
 */
import { checkPredictSettings } from '@ftuseg/infer';
import { parseClasses } from '@ftuseg/slide';
import type { BaseStep, RecipePath } from '../../../step-kind/recipe.js';
import { atSettings } from '../../../step-kind/settings-place.js';
import type { StepPlace } from '../../../step-kind/step-kind.js';
import { describeScale, preparedFor, trainedOn } from '../prepared-like.js';

/** What a step shows networks. */
export interface Shown {
  /** Names of train and select steps. */
  readonly models: string | readonly string[];
  /** Of prediction. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the settings, inside the step. */
  readonly at?: RecipePath;
  /** The entry of `slides`, where the step names one. */
  readonly slides?: string | undefined;
}

/**
 * @throws {FtuError} `bad-input` with the line: a number for a class that the models do not know; a prediction by another factor than its models were trained at; models of different scales
 * that are merged by "or"
 */
export function checkShown({ file, name }: StepPlace, { models, settings, at = ['settings'], slides }: Shown): void {
  const prepared = preparedFor(file, models);
  const { downsample, merge } = settings;
  const other = prepared.find(({ step: { micronsPerPixel, downsample: factor = 1 } }) =>
    typeof downsample === 'number' ? micronsPerPixel !== undefined || factor !== downsample : false,
  );
  const entry = slides === undefined ? undefined : file.recipe.slides[slides];
  if (other !== undefined && entry?.micronsPerPixel === undefined) {
    throw file.fail(
      ['steps', name, ...at, 'downsample'],
      `the models were trained on "${other.name}" at ${describeScale(other.step)}, and here slides are shrunk by ${String(downsample)}`,
      "leave downsample out, or give the slides' entry its micronsPerPixel if they have another scale than the training slides",
    );
  }
  const [first] = prepared;
  if (first !== undefined) {
    const { names: classes } = parseClasses(first.step.classes);
    for (const { name: training, tile: tileSize, hasClassifier } of trainedOn(file, models)) {
      if (settings.classifierGate !== undefined && !hasClassifier) {
        throw file.fail(
          ['steps', name, ...at, 'classifierGate'],
          `"${training}" trains no tile classifier, so that there is nothing to gate by`,
          'give that training `tileClassifier: true`, or leave classifierGate out',
        );
      }
      atSettings({ file, name }, { at, settings }, () => checkPredictSettings(settings, { classes, tileSize }));
    }
  }
  const apart = prepared.find((one) => first !== undefined && describeScale(one.step) !== describeScale(first.step));
  if (merge === 'or' && first !== undefined && apart !== undefined) {
    throw file.fail(
      ['steps', name, ...at, 'merge'],
      `models trained at ${describeScale(first.step)} and at ${describeScale(apart.step)} cannot be merged by "or"`,
      'merge by hann, gaussian, mean or center',
    );
  }
}

/** The check of a step with models, slides and settings of prediction. */
export const checkOwnScale = (
  step: BaseStep & Pick<Shown, 'models' | 'settings'> & { readonly slides?: string },
  place: StepPlace,
): void => checkShown(place, { models: step.models, settings: step.settings, slides: step.slides });
