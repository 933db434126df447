/** Whether the models of a step know the classes that it asks for, by name: asked before the first step, since the class maps of all data are in the recipe. */
import { FtuError } from '@ftuseg/core';
import { classOrder, parseClasses } from '@ftuseg/slide';
import { atKey } from '../../../step-kind/settings-place.js';
import type { RecipeFile, StepPlace } from '../../../step-kind/step-kind.js';
import { isPrepare } from '../../prepare/schema.js';
import { orderedForModels } from '../class-map.js';
import { preparedFor } from '../prepared-like.js';

type Names = string | readonly string[];

/** The classes of each training behind names of train and select steps. */
const knownClasses = (file: RecipeFile, models: Names): (readonly string[])[] =>
  preparedFor(file, models).map(({ step }) => parseClasses(step.classes).names);

/** @throws {FtuError} `bad-input` with the line of `like`, for classes of that data set which some of the models do not know */
export function checkLabelled(
  place: StepPlace,
  { models, like }: { readonly models: Names; readonly like: string },
): void {
  const data = place.file.recipe.steps[like];
  if (!isPrepare(data)) return;
  const { names } = parseClasses(data.classes);
  for (const known of knownClasses(place.file, models)) {
    atKey(
      place,
      ['like'],
      () => void classOrder(known, names, `"${like}" has ${names.join(', ')}, and the models know`),
    );
  }
}

/** @throws {FtuError} `bad-input` with the line of `classes`, as `orderedForModels` */
export function checkScored(place: StepPlace, models: Names, classes: string | undefined): void {
  if (classes === undefined) return;
  const known = knownClasses(place.file, models);
  atKey(place, ['classes'], () => void orderedForModels(parseClasses(classes), known));
}

/** @throws {FtuError} `bad-input` with the line of `from`, for trainings that cannot be one ensemble */
export function checkOneEnsemble(place: StepPlace, from: Names): void {
  const [first, ...others] = knownClasses(place.file, from);
  const other = others.find((names) => names.join('\n') !== first?.join('\n'));
  if (first === undefined || other === undefined) return;
  atKey(place, ['from'], () => {
    throw new FtuError(
      'bad-input',
      `the models of an ensemble must know the same classes in one order, and these know ${first.join(', ')} and ${other.join(', ')}`,
      { hint: 'prepare the data of all trainings with the same `classes`' },
    );
  });
}
